"""Clock health of the open cases: does each have the deadlines that its policy demands, and are they right?

Two questions of every case. What the policy's own words demand is asked independently (`engine.demanded`); whether the
stored rows equal a fresh plan is the projection's own comparison. Cases are read one by one, in pages: a case that
cannot be read becomes a finding and stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import frappe

from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.engine.deadline_row import RUNNING
from safeguarding_escalation.engine.demanded import demanded
from safeguarding_escalation.engine.parties import agencies
from safeguarding_escalation.engine.wording import policy_source
from safeguarding_escalation.services import people, projection_check, recipients, times
from safeguarding_escalation.services.health_finding import CLOCKS, PEOPLE, Finding, fact
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.services.setup_check_line import TODO, some

PAGE = 200
SWEEP = timedelta(minutes=5)
# An alert that this many sweeps have passed over is not coming by itself.
LATE_SWEEPS = 6
LISTED = 5
_ON_STAGE = "Stage "
_WORDS = {"missing": "is missing", "extra": "should not be there"}


@dataclass
class Seen:
	"""What the check of all cases has gone through: how many, and the facts that are no fault of any."""

	cases: int = 0
	without_clock: list[str] = field(default_factory=list)
	chased_by_the_other_side: list[str] = field(default_factory=list)


def check(seen: Seen) -> Iterator[Finding]:
	"""The findings of every open case, and the facts; `seen` is filled on the way."""
	last = ""
	while page := _page(last):
		for row in page:
			yield from _certain(row, seen)
			seen.cases += 1
		last = page[-1].name
		_see_anew()
	yield from _facts(seen)


def _certain(row: Any, seen: Seen) -> list[Finding]:
	"""The findings of a case, a fault only if it is still there at a second look: somebody may have been writing."""
	found = of(row, seen)
	if not any(each.grave for each in found):
		return found
	_see_anew()
	return of(row, Seen())


def _see_anew() -> None:
	"""End the transaction, in which nothing was written but notes of errors: no lock is held, no old state is seen."""
	if not frappe.flags.in_test:
		frappe.db.commit()


def of(row: Any, seen: Seen) -> list[Finding]:
	"""The findings of one open case: `row` gives name, reference and board."""
	try:
		case = loaded(row.name)
		return [*_missing(case), *_differences(case), *_alerts(case, seen), *_reachable(case, seen)]
	except Exception:
		error = frappe.log_error(
			title="Clock health: a case cannot be checked",
			reference_doctype="Escalation",
			reference_name=row.name,
		)
		return [
			Finding(
				key=f"unreadable:{row.reference}",
				group=CLOCKS,
				title=f"{row.reference}: cannot be checked",
				state=TODO,
				found="The clocks of this case cannot be worked out.",
				todo=f"Open the Error Log {getattr(error, 'name', '')} and tell whoever looks after this server.",
				link="/app/error-log",
				grave=True,
				board=row.board or "",
				escalation=row.name,
			)
		]


def row_of(escalation: str) -> Any:
	"""Name, reference and board of one open case; None where there is none."""
	rows = frappe.get_all(
		"Escalation",
		{"name": escalation, "workflow_state": ("not in", ENDED)},
		["name", "reference", "board"],
	)
	return rows[0] if rows else None


def _page(after: str) -> list[Any]:
	case = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(case).select(case.name, case.reference, case.board)
	query = query.where(case.workflow_state.notin(ENDED) & (case.name > after))
	return query.orderby(case.name).limit(PAGE).run(as_dict=True)


def _missing(case: LoadedCase) -> Iterator[Finding]:
	"""A clock whose trigger has occurred at the stage reached, and that has no row."""
	stored = set(projection_check.stored(case))
	stage = case.document.current_stage or 1
	for demand in demanded(case.history, case.events, stage, agencies(case.case)):
		if demand.is_met_by(stored):
			continue
		whose = f" of {demand.agency}" if demand.agency else ""
		yield _about(
			case,
			f"deadline:{demand.clock}:{demand.agency}",
			"a clock is missing",
			f"{demand.label}{whose} ({demand.clock}, {policy_source(demand.clause)}) has been running since "
			f"{times.show(demand.since)} and has no deadline. No alert comes of it.",
			repair=True,
		)


def _differences(case: LoadedCase) -> Iterator[Finding]:
	"""Where the stored rows are not what a fresh plan gives."""
	found = projection_check.differences(case)
	if not found:
		return
	said = [_said(each) for each in found]
	more = f" And {len(said) - LISTED} more." if len(said) > LISTED else ""
	yield _about(
		case,
		"projection",
		"stored dates differ from the policy's",
		" ".join(said[:LISTED]) + more,
		repair=True,
		details=tuple(each.as_texts() for each in found),
	)


def _said(each: projection_check.Difference) -> str:
	name = f"{each.clock} {each.instance}".strip() or "The case"
	if each.field in _WORDS:
		return f"{name} {_WORDS[each.field]}."
	texts = each.as_texts()
	label = each.field.replace("_", " ")
	source = "log" if each.clock == projection_check.SPELL else "policy"
	return f"{name}: {label} is {texts['stored'] or 'empty'}, the {source} gives {texts['wanted'] or 'none'}."


def _alerts(case: LoadedCase, seen: Seen) -> Iterator[Finding]:
	"""Running clocks of which nothing will be said, or nothing was said when it was due."""
	stored = projection_check.stored(case)
	to_come = projection_check.alert_due(case)
	running = [row for row in case.deadlines if row.status(case.now) in RUNNING]
	if not running and str(case.document.workflow_state).startswith(_ON_STAGE):
		seen.without_clock.append(case.document.reference)
	passed = case.now - LATE_SWEEPS * SWEEP
	silent, late = [], []
	for deadline in running:
		key = (deadline.clock, deadline.instance or "")
		row = stored.get(key)
		at = times.aware(row.next_alert_at) if row else None
		if row and at is None and to_come[key]:
			silent.append(deadline.clock)
		if at is not None and at < passed:
			late.append((at, deadline.clock))
	if silent:
		found = f"No alert is set for {some(silent)}, which still has one to come."
		yield _about(case, "silent", "no alert is set", found, repair=True)
	if late:
		first = min(at for at, _ in late)
		found = (
			f"An alert of {some([clock for _, clock in late])} has been waiting since {times.show(first)}."
		)
		todo = "See whether the sweep of alerts runs; then look at the Error Log for this case."
		yield _about(case, "waiting", "an alert is waiting", found, todo=todo)


def _reachable(case: LoadedCase, seen: Seen) -> Iterator[Finding]:
	"""Running clocks that nobody could be told of; and those where only the other side has an account."""
	if case.document.workflow_state == DRAFT:
		return
	owing = {
		word.strip()
		for row in case.deadlines
		if row.kind != "preference" and row.status(case.now) in RUNNING
		for word in row.owed_by.split(",")
		if word.strip()
	}
	told = {word: recipients.resolve(case, word) for word in sorted(owing)}
	nobody = [word for word, reached in told.items() if not reached]
	if nobody:
		yield _about(
			case,
			"nobody",
			"nobody can be told",
			f"Nobody with an account can be told what is owed by the {some(nobody)}.",
			todo="Give a contact of the case an account, or name a lead who has one.",
			grave=False,
		)
	elif any(_only_the_other_side(case, word, reached) for word, reached in told.items()):
		seen.chased_by_the_other_side.append(case.document.reference)


def _only_the_other_side(case: LoadedCase, word: str, told: list[recipients.Recipient]) -> bool:
	"""Whether the side that owes a step has nobody with an account, so that the other side is told."""
	own = set(agencies(case.case).get(word.partition(" ")[0], ()))
	return bool(own) and not any(
		row and row.agency in own for row in (people.contact(who.contact) for who in told)
	)


def _about(
	case: LoadedCase,
	what: str,
	title: str,
	found: str,
	*,
	todo: str = "Compute this case anew; the button is here.",
	grave: bool = True,
	repair: bool = False,
	details: tuple[Any, ...] = (),
) -> Finding:
	reference = case.document.reference
	return Finding(
		key=f"{what}:{reference}",
		group=PEOPLE if what == "nobody" else CLOCKS,
		title=f"{reference}: {title}",
		state=TODO,
		found=found,
		todo=todo,
		link=f"/app/escalation/{case.name}",
		grave=grave,
		board=case.document.board or "",
		escalation=case.name,
		repair=repair,
		details=details,
	)


def _facts(seen: Seen) -> Iterator[Finding]:
	counted = "1 open case was" if seen.cases == 1 else f"{seen.cases:,} open cases were"
	yield fact("cases", CLOCKS, "Open cases", f"{counted} checked.")
	if seen.without_clock:
		yield fact(
			"no_clock",
			CLOCKS,
			"No clock runs",
			f"{_cases(seen.without_clock)} at a stage where nothing is due: the policy has no number there, or what it "
			f"asked for is done.",
		)
	if seen.chased_by_the_other_side:
		yield fact(
			"other_side",
			PEOPLE,
			"Told instead",
			f"{_cases(seen.chased_by_the_other_side)} where the side that owes a step has nobody with an account. "
			"The other side's people are told, and chase it.",
		)


def _cases(references: list[str]) -> str:
	count = "1 case is" if len(references) == 1 else f"{len(references)} cases are"
	return f"{count} ({some(sorted(references), 10)})"


def running_clocks_older_than(moment: datetime) -> bool:
	"""Whether any clock of any case runs that was stored before `moment`: else there is nothing to alert of. One query."""
	row = frappe.qb.DocType("Escalation Deadline")
	query = frappe.qb.from_(row).select(row.name).where(row.next_alert_at.isnotnull())
	return bool(query.where(row.creation < times.stored(moment)).limit(1).run())
