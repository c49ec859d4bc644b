"""A board adopts a version of a policy from a day on: what that does, and that what has been adopted stays adopted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import frappe

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.term_words import stage_name
from safeguarding_escalation.engine.wording import date_text, due_text
from safeguarding_escalation.services import policies, policy_comparing, projection, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.lock import one_by_one
from safeguarding_escalation.services.rows import select

BOARD, POLICY, ADOPTION = "Safeguarding Board", "Board Policy", "Safeguarding Board Policy"
SHOWN = 50  # cases that the dialog lists; the others are counted


def adopt(board: str, policy: str, from_date: str) -> dict[str, Any]:
	"""Let a board work by a submitted policy from a day on: one row in its list, checked by the board itself.

	Returns {board, policy, from_date, effects}. Raises BadInput for a draft, a day that has passed for a board that
	has a policy already, a day on which another starts, and the policy that is in force anyway.
	"""
	day = times.given_day(from_date)
	_check_adoption(board, policy, day)
	said = sentences(board, policy, day)
	document = frappe.get_doc(BOARD, board)
	document.append("policies", {"policy": policy, "from_date": day})
	document.save()
	refresh_due()
	return {"board": board, "policy": policy, "from_date": day.isoformat(), "effects": said}


def _check_adoption(board: str, policy: str, day: date) -> None:
	title, docstatus = frappe.db.get_value(POLICY, policy, ["title", "docstatus"]) or (policy, None)
	if docstatus != 1:
		refuse(BadInput, f"“{title}” is still a draft. Submit it before {board} adopts it.")
	rows = select(ADOPTION, ["policy", "from_date"], {"parent": board}, order_by="from_date")
	if not rows:
		return
	if day < times.today():
		refuse(BadInput, _passed(day))
	taken = next((row.policy for row in rows if row.from_date == day), None)
	if taken:
		refuse(BadInput, f"{board} adopts “{taken}” from {date_text(day)} already. Choose another day.")
	if policies.adopted(board, day) == policy:
		refuse(BadInput, f"{board} works by “{title}” on {date_text(day)} already.")


def _passed(day: date) -> str:
	return f"{date_text(day)} has passed, and clocks have run under the policy of that time. Choose today or a later day."


def check_rows(document: Any) -> None:
	"""Safeguarding Board, validate: what has begun stays, nothing begins in the past, and when it was adopted is kept.

	A board's first policy may be in force since any day, and what no case has run under may be put right. Raises BadInput
	with a sentence.
	"""
	today, before = times.today(), _stored(document.name)
	begun = {name: row for name, row in before.items() if row.from_date <= today and _in_use(document)}
	now = {row.name: row for row in document.policies if row.name in before}
	for name, row in begun.items():
		kept = now.get(name)
		if not kept or (kept.policy, times.given_day(kept.from_date)) != (row.policy, row.from_date):
			refuse(
				BadInput,
				f"{document.name} has worked by “{row.policy}” since {date_text(row.from_date)}, and cases run under it: "
				"that stays. Adopt another policy from today or a later day.",
			)
	for row in document.policies:
		old, day = before.get(row.name), times.given_day(row.from_date)
		if old and day == old.from_date and row.policy == old.policy:
			row.adopted_at, row.refreshed = old.adopted_at, old.refreshed
			continue
		if begun and day < today:
			refuse(BadInput, _passed(day))
		row.adopted_at, row.refreshed = (times.stored(times.now()), 0) if begun else (None, 1)


def _in_use(document: Any) -> bool:
	"""Whether cases have run under what the board adopted; who may write regardless of rights may also mend that."""
	return not document.flags.ignore_permissions and bool(
		frappe.db.exists("Escalation", {"board": document.name})
	)


def _stored(board: str | None) -> dict[str, frappe._dict]:
	columns = ["name", "policy", "from_date", "adopted_at", "refreshed"]
	return {row.name: row for row in select(ADOPTION, columns, {"parent": board or ""})}


def refresh_due() -> list[str]:
	"""Have the open cases of boards whose adoption has come stored anew, in the background, once an adoption.

	Re-runnable: an adoption is marked in the transaction that queues its cases. Returns the boards.
	"""
	columns = ["name", "parent", "from_date", "adopted_at"]
	rows = select(ADOPTION, columns, {"refreshed": 0, "parenttype": BOARD}, for_update=True)
	today = times.today()
	# A row of before there was a mark is old news, unless it begins these days.
	young = today - timedelta(days=1)
	come = [row for row in rows if row.from_date <= today and (row.adopted_at or row.from_date >= young)]
	for row in come:
		frappe.db.set_value(ADOPTION, row.name, "refreshed", 1, update_modified=False)
		frappe.enqueue(
			"safeguarding_escalation.services.policy_adopting.refresh_cases",
			enqueue_after_commit=True,
			now=bool(frappe.flags.in_test),
			cases=[case.name for case in open_cases(row.parent)],
		)
	return [row.parent for row in come]


def refresh_cases(cases: list[str]) -> None:
	"""Store anew what follows from the policy in force, one lock and one commit a case."""
	one_by_one(cases, projection.refresh)


def effects(board: str, policy: str, day: date) -> dict[str, Any]:
	"""What adopting does, before anybody decides: {sentences, cases, more, changes}.

	`cases` are those open ones that the user may read: [{name, reference, stage, stays: [text], follows: [text]}], and
	`more` says how many others there are; `changes` are those against the policy in force on that day, None for the
	first one. Nothing is stored.
	"""
	before = policies.adopted(board, day)
	readable = frappe.get_list(
		"Escalation",
		filters={"board": board, "workflow_state": ("not in", ENDED)},
		fields=["name", "reference", "stage_label", "current_stage"],
		order_by="creation asc",
		limit_page_length=SHOWN,
	)
	new, running = policies.policy(policy), _clocks_of([row.name for row in readable])
	return {
		"sentences": sentences(board, policy, day),
		"cases": [_case(row, new, running.get(row.name, [])) for row in readable],
		"more": max(len(open_cases(board)) - len(readable), 0),
		"changes": policy_comparing.compare(before, policy, day.isoformat())
		if before and before != policy
		else None,
	}


def sentences(board: str, policy: str, day: date) -> list[str]:
	"""What adopting does, as sentences: to new cases, to open ones, and what to look at first."""
	new = policies.policy(policy)
	before = policies.adopted(board, day)
	cases = open_cases(board)
	said = [f"From {date_text(day)} new cases of {board} run under “{new.title}”."]
	if day == times.today() and before:
		said.append("Adopted today, it governs what starts from that moment on, and nothing of this morning.")
	elif before:
		said.append(f"Until then “{policies.policy(before).title}” stays in force.")
	if not cases:
		said.append("No case of this board is open.")
		return said
	are = "case is" if len(cases) == 1 else "cases are"
	said.append(
		f"{len(cases)} {are} open. A clock that has started by then keeps its date; clocks that start from that day "
		"on, and the steps, records and copies, follow the new policy."
	)
	said += _counted(new, cases)
	known = {stage.number for stage in new.stages}
	lost = [row for row in cases if row.current_stage and row.current_stage not in known]
	if lost:
		stages = ", ".join(str(number) for number in sorted({row.current_stage for row in lost}))
		said.append(
			f"Look first: {len(lost)} of them at a stage that the new policy does not have (Stage {stages})."
		)
	return said


def _counted(new: Policy, cases: list[frappe._dict]) -> list[str]:
	"""How many clocks stay and how many may yet follow, over all open cases; numbers, and no case by name."""
	running = _clocks_of([row.name for row in cases])
	counts: Counter[str] = Counter()
	for row in cases:
		clocks = running.get(row.name, [])
		counts["stays"] += len(_staying(clocks))
		counts["follows"] += len(_following(new, row.current_stage or 0, clocks))
	return [
		f"As things stand, {_number(counts['stays'], 'running clock keeps its date', 'running clocks keep their dates')}, and "
		f"{_number(counts['follows'], 'clock that may yet start follows', 'clocks that may yet start follow')} the new policy."
	]


def _number(count: int, one: str, several: str) -> str:
	return f"{count} {one if count == 1 else several}"


def open_cases(board: str) -> list[frappe._dict]:
	"""The board's cases that are neither closed nor withdrawn, whoever may read them."""
	table = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(table).select(table.name, table.current_stage)
	return query.where((table.board == board) & table.workflow_state.notin(ENDED)).run(as_dict=True)


def _clocks_of(cases: Iterable[str]) -> dict[str, list[frappe._dict]]:
	"""The stored clocks of cases, by case."""
	names = list(cases)
	found: dict[str, list[frappe._dict]] = {name: [] for name in names}
	if names:
		table = frappe.qb.DocType("Escalation Deadline")
		columns = ("escalation", "clock", "label", "starts_at", "due_at", "met_at", "ended_at")
		query = frappe.qb.from_(table).select(*(table[name] for name in columns))
		for row in query.where(table.escalation.isin(names)).orderby(table.due_at).run(as_dict=True):
			found[row.escalation].append(row)
	return found


def _started(clock: frappe._dict) -> bool:
	"""Whether a stored clock has started; one that waits for another to expire starts later, and may not."""
	return bool(clock.starts_at) and times.aware(clock.starts_at) <= times.now()


def _staying(clocks: list[frappe._dict]) -> list[frappe._dict]:
	return [row for row in clocks if _started(row) and not row.met_at and not row.ended_at]


def _following(new: Policy, stage: int, clocks: list[frappe._dict]) -> list[Any]:
	"""The new policy's clocks that may yet start: none of the case's own so far, at its stage or a later one."""
	begun = {row.clock for row in clocks if _started(row)}
	return [
		clock for clock in new.clocks if clock.id not in begun and (not clock.stage or clock.stage >= stage)
	]


def _case(row: frappe._dict, new: Policy, clocks: list[frappe._dict]) -> dict[str, Any]:
	stage = row.current_stage or 0
	return {
		"name": row.name,
		"reference": row.reference,
		"stage": row.stage_label or (stage_name(new, stage) if stage else "Draft"),
		"stays": [
			f"{clock.label or clock.clock}: due {due_text(times.aware(clock.due_at))}"
			for clock in _staying(clocks)
		],
		"follows": [clock.label or clock.id for clock in _following(new, stage, clocks)],
	}
