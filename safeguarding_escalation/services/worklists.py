"""Lists of what is to be done: my cases, my team's today, a board's, everything due; and how many there are.

Everything is derived at the moment of asking, from stored due instants, so it is right with the scheduler off. Rows
are those that Frappe's own list would show the session's user. No adult's name is read. A list takes twelve queries,
a count three, however many cases there are, beyond those that say who the user is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe.utils import cint, now_datetime
from pypika.functions import Max, Min
from pypika.terms import Criterion

from safeguarding_escalation.services import absences, times
from safeguarding_escalation.services import standing as at
from safeguarding_escalation.services.standing import Standing, standing
from safeguarding_escalation.services.worklist_words import named_clock, owed_by

# More rows than anybody reads; what is cut is the furthest away, and the screen says so.
LIMIT = 500
SOON = timedelta(days=2)
OVERDUE, TODAY, DUE_SOON, LATER, NO_CLOCK = "Overdue", "Due today", "Due soon", "On track", "No clock"
WAITING, UNASSIGNED, TO_CLOSE = "Waiting on others", "Unassigned", "To be closed"
TARGETS, TARGET_PASSED = "Local targets", "Local target passed"
RISK, UNRECEIVED, ASKED = "At risk now", "Not received yet", "Your word is asked"
GROUPS = (RISK, TODAY, OVERDUE, ASKED, WAITING, UNASSIGNED, UNRECEIVED, TARGETS, TO_CLOSE)
# Those that the clocks of our own side decide alone.
OUR_CLOCKS = frozenset((OVERDUE, TODAY, TARGETS))
SETTLED, LOCAL = ("Resolved", "Recommendations Made"), "local target"
# What there is to do where no clock runs, by the state of the workflow.
UNCLOCKED = {
	"Draft": "Raise the concern, or withdraw the draft",
	"Resolved": "See that what was agreed is done, then close", "Recommendations Made": "Answer the recommendations",
}  # fmt: skip
STANDS = "No clock runs: settle it, or take it to the next stage"
_FAR = datetime(9999, 1, 1)  # noqa: DTZ001 (naive, like every stored instant)

Scope = Callable[[Any, Standing], Criterion]
SCOPES: dict[str, Scope] = {
	"mine": at.named, "team": at.teams, "chair": at.chaired, "board": at.managed, "all": at.any_case,
}  # fmt: skip


@dataclass(frozen=True)
class Found:
	"""An open case: when our side must next act, when anybody must, and whether our side has nobody to do it.

	Due instants are naive, in the site's zone, as they are stored. Those of local targets stand by themselves: no policy
	asks for them.
	"""

	name: str
	ours: datetime | None
	anybody: datetime | None
	unled: bool
	risk: bool = False  # an immediate risk stands
	unreceived: bool = False  # handed to somebody of ours who has not said that they have it
	asked: bool = False  # somebody of ours is asked to confirm a record
	settled: bool = False  # resolved or recommended upon, and not closed
	our_target: datetime | None = None  # the first local target of our side
	target: datetime | None = None  # the first local target of anybody

	def groups(self, now: datetime) -> tuple[str, ...]:
		"""The groups of a team's day that the case belongs to; it may lack a lead in any of them."""
		found = [RISK] if self.risk else []
		if self.ours and self.ours < now:
			found.append(OVERDUE)
		elif self.ours and self.ours.date() == now.date():
			found.append(TODAY)
		elif self.anybody and (self.ours is None or self.anybody < self.ours):
			found.append(WAITING)
		if self.unled:
			found.append(UNASSIGNED)
		if self.asked:
			found.append(ASKED)
		if self.unreceived:
			found.append(UNRECEIVED)
		if self.our_target and self.our_target.date() <= now.date():
			found.append(TARGETS)
		if self.settled:
			found.append(TO_CLOSE)
		return tuple(found)

	def next_due(self, now: datetime, group: str | None = None) -> tuple[datetime | None, bool]:
		"""What the row shows, and whether it is a local target: what is ours where it presses, the policy's before a
		target; else the soonest of the policy, whoever owes it, and failing that the soonest target.
		"""
		if group == TARGETS:
			return self.our_target, True
		if presses(self.ours, now):
			return self.ours, False
		if group != WAITING and presses(self.our_target, now):
			return self.our_target, True
		return (self.anybody, False) if self.anybody else (self.target, True)

	def first(self) -> tuple[bool, datetime, datetime]:
		"""For sorting: immediate risk first; by what our side owes, then by what anybody owes; without a clock last."""
		return not self.risk, self.ours or self.our_target or _FAR, self.anybody or self.target or _FAR


def survey(
	scope: str, me: Standing, now: datetime, board: str | None = None, groups: Collection[str] = GROUPS
) -> list[Found]:
	"""The open cases of a scope (`mine`, `team`, `chair`, `board`) that the session's user may see. Six queries.

	Of `groups` that are not all, no more is asked than they need: one query where our own clocks decide them, and then
	cases without such a clock are left out. Conditions with values stand in WHERE only: inside a function or a CASE some
	versions put them into the text.
	"""
	case, clock = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Deadline")
	running = at.live(clock, now) & (clock.kind != at.PREFERENCE)

	def scoped(query: Any) -> Any:
		query = fenced(query, case).where(SCOPES[scope](case, me))
		return query.where(case.board == board) if board else query

	own = frappe.qb.from_(clock).join(case).on(case.name == clock.escalation)
	own = own.select(clock.escalation, clock.kind, Min(clock.due_at)).groupby(clock.escalation, clock.kind)
	ours = _apart(scoped(own.where(running).where(at.ours(case, clock, me))).run())
	if OUR_CLOCKS.issuperset(groups):
		return [
			Found(name, ours[False].get(name), None, False, our_target=ours[True].get(name))
			for name in {**ours[False], **ours[True]}
		]
	soonest = frappe.qb.from_(case).left_join(clock).on((clock.escalation == case.name) & running)
	told = (case.name, case.immediate_risk, case.risk_passed_at, case.workflow_state)
	soonest = scoped(soonest.select(*told, clock.kind, Min(clock.due_at)).groupby(*told, clock.kind)).run()
	anybody = _apart((name, kind, due) for name, *_case, kind, due in soonest)

	def those(group: str, condition: Scope) -> set[str]:
		query = scoped(frappe.qb.from_(case).select(case.name))
		return set(query.where(condition(case, me)).run(pluck=True)) if group in groups else set()

	nobody = those(UNASSIGNED, _unled)
	unreceived, asked = those(UNRECEIVED, at.unreceived), those(ASKED, at.asked)
	facts = {name: rest for name, *rest, _kind, _due in soonest}
	return [
		Found(
			name,
			ours[False].get(name),
			anybody[False].get(name),
			name in nobody,
			bool(risk and not passed),
			name in unreceived,
			name in asked,
			state in SETTLED,
			ours[True].get(name),
			anybody[True].get(name),
		)
		for name, (risk, passed, state) in facts.items()
	]


def _apart(rows: Iterable[tuple[str, str | None, datetime | None]]) -> dict[bool, dict[str, datetime]]:
	"""The soonest instant of each case, from rows (case, kind of clock, due): of local targets, and of all else."""
	found: dict[bool, dict[str, datetime]] = {False: {}, True: {}}
	for name, kind, due in rows:
		if due:
			of = found[kind == LOCAL]
			of[name] = min(due, of.get(name, due))
	return found


def away(me: Standing) -> dict[str, Any]:
	"""Who of the user's agencies is away now, by contact; see `absences.away_in`. One query."""
	return absences.away_in(me.agencies, times.now())


def _unled(case: Any, me: Standing) -> Criterion:
	return at.unled(case, me, [name for name, row in away(me).items() if not row.covered])


def fenced(query: Any, case: Any) -> Any:
	"""Open cases only, and only those that the session's user may list."""
	allowed = at.visible()
	query = query.where(at.open_cases(case))
	return query if allowed is None else query.where(allowed)


def cases(scope: str, board: str | None = None, in_state: str | None = None) -> list[dict[str, Any]]:
	"""The rows of *My cases* and of the lists of a Chair and a Business Manager, what is ours to do first.

	`in_state`: Overdue or another of the state words, or None for all. Each row as `_shown`.
	"""
	now, me = now_datetime(), standing()
	found = sorted(survey(scope, me, now, board), key=Found.first)
	if in_state:
		found = [one for one in found if _state(one, now) == in_state]
	return _rows([(one, None) for one in found], me, now)


def team(board: str | None = None, group: str | None = None) -> list[dict[str, Any]]:
	"""The rows of *My team today*, by group; a case without a lead is in that group too. Each row as `_shown`."""
	now, me = now_datetime(), standing()
	found = sorted(survey("team", me, now, board), key=Found.first)
	wanted = (group,) if group in GROUPS else GROUPS
	placed = [(one, each) for each in wanted for one in found if each in one.groups(now)]
	return _rows(placed[:LIMIT], me, now)


def by_group(
	scope: str = "team", board: str | None = None, groups: Collection[str] = GROUPS
) -> dict[str, list[str]]:
	"""The open cases in each of `groups` of the day, what is ours to do first; a case may be in several, and in none."""
	now = now_datetime()
	found: dict[str, list[str]] = {group: [] for group in groups}
	for one in sorted(survey(scope, standing(), now, board, groups), key=Found.first):
		for group in one.groups(now):
			if group in found:
				found[group].append(one.name)
	return found


def late_names(scope: str) -> list[str]:
	"""The open cases of a scope in which something of the policy is overdue, whoever owes it. One query.

	Local targets are nudges, no policy, and no figure counts them.
	"""
	now = now_datetime()
	return _names(scope, lambda case: case.name.isin(_due_clocks(now, lambda clock: clock.due_at < now)))


def due_today_names(scope: str) -> list[str]:
	"""The open cases of a scope in which something of the policy is due in what is left of today. One query."""
	now = now_datetime()
	end = datetime.combine(now.date(), time.max)
	return _names(scope, lambda case: case.name.isin(_due_clocks(now, lambda clock: clock.due_at[now:end])))


def _due_clocks(now: datetime, condition: Callable[[Any], Criterion]) -> Any:
	clock = frappe.qb.DocType("Escalation Deadline")
	query = frappe.qb.from_(clock).select(clock.escalation).where(at.live(clock, now) & condition(clock))
	return query.where(clock.kind.notin((at.PREFERENCE, LOCAL)))


def names(scope: str, stage: int | None = None, board: str | None = None) -> list[str]:
	"""The open cases of a scope, at one stage or at any, of one board or of any. One query."""
	conditions = [lambda case: case.current_stage == stage] if stage else []
	conditions += [lambda case: case.board == board] if board else []
	return _names(scope, *conditions)


def _names(scope: str, *conditions: Callable[[Any], Criterion]) -> list[str]:
	case = frappe.qb.DocType("Escalation")
	query = fenced(frappe.qb.from_(case).select(case.name), case).where(SCOPES[scope](case, standing()))
	for condition in conditions:
		query = query.where(condition(case))
	return query.orderby(case.name).run(pluck=True)


def post() -> str:
	"""The scope of the user's post at a board: `chair` for who chairs one and manages none, else `board`."""
	me = standing()
	return "chair" if me.chairs and not me.manages else "board"


def _rows(placed: list[tuple[Found, str | None]], me: Standing, now: datetime) -> list[dict[str, Any]]:
	names = list(dict.fromkeys(one.name for one, _group in placed[:LIMIT]))
	if not names:
		return []
	known, clocks, heard, leads = (
		_cases(names),
		_clocks(names, me, now),
		_last_heard(names),
		_leads(names, me),
	)
	return [
		{
			"group": group or "",
			**_shown(known[one.name], one, clocks.get(one.name, []), heard.get(one.name), now, group),
			"lead": _lead_words(one, leads.get(one.name)),
		}
		for one, group in placed[:LIMIT]
		if one.name in known
	]


def _leads(names: list[str], me: Standing) -> dict[str, Any]:
	"""By case, the absence of who leads it for the user's agency, where they are away. Two queries."""
	party, absent = frappe.qb.DocType("Escalation Party"), away(me)
	query = frappe.qb.from_(party).select(party.parent, party.lead).where(party.parenttype == "Escalation")
	query = query.where(party.parent.isin(names)).where(party.agency.isin(list(me.agencies) or [""]))
	return {name: absent[lead] for name, lead in query.run() if lead in absent}


def _lead_words(one: Found, absence: Any) -> str:
	"""How the case is led on our side, without anybody's name: '' where somebody is here and has it."""
	if absence:
		until = times.show(times.aware(absence.ends_at)) if absence.ends_at else ""
		words = f"Away until {until}" if until else "Away, no end known"
		return f"{words}; {'covered' if absence.covered else 'nobody covers'}"
	if one.unled:
		return "Nobody leads"
	return UNRECEIVED if one.unreceived else ""


def _cases(names: list[str]) -> dict[str, Any]:
	case = frappe.qb.DocType("Escalation")
	fields = (
		"name",
		"reference",
		"board",
		"stage_label",
		"workflow_state",
		"raising_agency",
		"responding_agency",
		"closing_duties_open",
	)
	query = frappe.qb.from_(case).select(*(case[field] for field in fields), case.creation)
	return {row.name: row for row in query.where(case.name.isin(names)).run(as_dict=True)}


def _clocks(names: list[str], me: Standing, now: datetime) -> dict[str, list[Any]]:
	"""The running clocks of each case, soonest first, with whether they are `ours`."""
	case, clock = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Deadline")
	query = (
		frappe.qb.from_(clock)
		.join(case)
		.on(case.name == clock.escalation)
		.where(clock.escalation.isin(names))
	)
	query = query.where(at.live(clock, now) & (clock.kind != at.PREFERENCE))
	own = set(query.select(clock.name).where(at.ours(case, clock, me)).run(pluck=True))
	fields = ("name", "escalation", "label", "clock", "kind", "owed_by", "due_at")
	query = query.select(*(clock[field] for field in fields)).orderby(clock.due_at)
	found: dict[str, list[Any]] = {}
	for row in query.run(as_dict=True):
		row.ours = row.name in own
		found.setdefault(row.escalation, []).append(row)
	return found


def _last_heard(names: list[str]) -> dict[str, datetime]:
	"""When something last happened in each case that both sides can see. One agency's own notes don't count."""
	log = frappe.qb.DocType("Stage Log")
	query = frappe.qb.from_(log).select(log.escalation, Max(log.occurred_at)).groupby(log.escalation)
	return dict(query.where(log.escalation.isin(names)).where(log.visibility == "parties").run())


def _shown(
	case: Any, one: Found, clocks: list[Any], heard: datetime | None, now: datetime, group: str | None
) -> dict[str, Any]:
	"""One row: what is to be done next, by whom, until when, in words; and days since both sides last heard.

	What our side owes comes first where it presses; else the soonest clock, whoever owes it.
	"""
	due, target = one.next_due(now, group)
	own = due is not None and due in (one.ours, one.our_target) and presses(due, now)
	fitting = [row for row in clocks if row.due_at == due and (row.kind == LOCAL) == target]
	clock = next((row for row in fitting if row.ours or not own), None)
	return {
		"escalation": case.name,
		"reference": case.reference or "Draft",
		"stage_label": case.stage_label or case.workflow_state,
		"board": case.board,
		"next_step": "Immediate risk. " * one.risk + f"{ASKED}. " * one.asked + _next_step(clock, case),
		"owed_by": owed_by(clock.owed_by, case) if clock else "",
		"due_at": due,
		"state": _state(one, now, group),
		"days_waiting": max((now.date() - (heard or case.creation).date()).days, 0),
	}


def _next_step(clock: Any, case: Any) -> str:
	owed = cint(case.closing_duties_open)
	if clock is None and owed and case.workflow_state in SETTLED:
		return f"{UNCLOCKED[case.workflow_state]} ({owed} closing {'duty' if owed == 1 else 'duties'} open)"
	if clock is None:
		return UNCLOCKED.get(case.workflow_state, STANDS)
	what = named_clock(clock)
	return what if clock.ours else f"Nothing from you now. Waiting for: {what}"


def state(due_at: datetime | None, now: datetime) -> str:
	"""Overdue, Due today, Due soon (within two days), On track; No clock where nothing is due."""
	if due_at is None:
		return NO_CLOCK
	if due_at < now:
		return OVERDUE
	if due_at.date() == now.date():
		return TODAY
	return DUE_SOON if due_at.date() <= (now + SOON).date() else LATER


def _state(one: Found, now: datetime, group: str | None = None) -> str:
	"""The state word of what a row shows; a local target is passed, never overdue."""
	due, target = one.next_due(now, group)
	word = state(due, now)
	return TARGET_PASSED if target and word == OVERDUE else word


def presses(due_at: datetime | None, now: datetime) -> bool:
	"""Whether something is overdue, due today or due soon."""
	return state(due_at, now) in (OVERDUE, TODAY, DUE_SOON)
