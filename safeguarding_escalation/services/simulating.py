"""The policy simulator on the site: reads the past cases that its user may read, asks the engine, writes nothing.

Which cases count is Frappe's own list of them for this user; how many there are besides is said. The answer holds
references, stages, clocks, dates and agencies, never a name or a text of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import frappe

from safeguarding_escalation.engine import LONDON, EngineError, Policy
from safeguarding_escalation.engine.calendar_history import CalendarHistory
from safeguarding_escalation.engine.parties import PARTY_SIDES
from safeguarding_escalation.engine.simulator import PastCase, Simulation, simulate
from safeguarding_escalation.services import closures, log, policies, policy_versions, quiet_hours, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse

# Cases of one run; a longer period is taken in parts.
MOST = 1000
PAGE = 200


@dataclass(frozen=True)
class Run:
	"""What was asked and what came of it.

	`cases` were looked at, `left_out` may not be read by the user, `beyond` are older ones that were too many.
	"""

	policy: Policy
	board: str
	first: date
	last: date
	simulation: Simulation
	cases: int
	left_out: int
	beyond: int


def require(policy: str, board: str) -> None:
	"""Raise NotYours unless the user may simulate `policy` on the cases of `board`: who decides for the board."""
	policy_versions.require_manager(board)
	policy_versions.require_readable(policy)


def choices(user: str) -> dict[str, Any]:
	"""What the page offers: {boards, policies: [{name, title, draft}], most}. Raises NotYours for who has no board."""
	boards = policy_versions.managed_boards(user)
	if not boards:
		refuse(NotYours, "The simulator is for the boards' Business Managers and for administrators.")
	rows = frappe.get_list(
		"Board Policy", fields=["name", "title", "docstatus"], order_by="title asc", limit=0
	)
	found = [{"name": row.name, "title": row.title, "draft": row.docstatus == 0} for row in rows]
	return {"boards": boards, "policies": sorted(found, key=lambda row: not row["draft"]), "most": MOST}


def run(policy: str, board: str, from_date: Any, to_date: Any) -> Run:
	"""Replay the board's cases that began in a period (London days, both included) under a policy, draft or not.

	Raises BadInput for a period the wrong way round, and for a policy that cannot run, with the reason.
	"""
	first, last = times.given_day(from_date), times.given_day(to_date)
	if last < first:
		refuse(BadInput, "The period ends before it begins. Choose the later date for its end.")
	draft, calendar = _draft(policy, board)
	wanted, left_out = _cases(board, first, last)
	rows = wanted[:MOST]
	try:
		found = simulate(_past(rows), draft, calendar, times.now(), quiet_hours.hours())
	except EngineError as problem:
		refuse(BadInput, f"This policy cannot run: {problem}")
	return Run(draft, board, first, last, found, len(rows), left_out, len(wanted) - len(rows))


def _draft(name: str, board: str) -> tuple[Policy, CalendarHistory]:
	try:
		policy = policies.targeted(name)
		return policy, closures.history(policy, board)
	except EngineError as problem:
		refuse(BadInput, f"This policy cannot be read: {problem}")


def _cases(board: str, first: date, last: date) -> tuple[list[Any], int]:
	"""The cases of a board that began in the period: those that the user may read, newest first; how many others."""
	begins = datetime.combine(first, time.min, LONDON)
	ends = datetime.combine(last + timedelta(days=1), time.min, LONDON)
	stored = [str(times.stored(begins)), str(times.stored(ends - timedelta(microseconds=1)))]
	filters = {"board": board, "started_at": ("between", stored)}
	fields = [
		"name",
		"reference",
		"current_stage",
		"board",
		"policy",
		"creation",
		"raising_agency",
		"responding_agency",
	]
	rows = frappe.get_list("Escalation", filters=filters, fields=fields, order_by="started_at desc", limit=0)
	table = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(table).select(table.name)
	query = query.where((table.board == board) & (table.started_at[stored[0] : stored[1]]))
	return rows, len(query.run()) - len(rows)


def _past(rows: list[Any]) -> Iterator[PastCase]:
	"""The cases as the engine takes them, read in pages; what several share is worked out once."""
	known, shared = closures.rows(), {}
	for start in range(0, len(rows), PAGE):
		page = rows[start : start + PAGE]
		names = [row.name for row in page]
		logs, sides = log.of_cases(names), _sides(names)
		for row in page:
			entries = logs.get(row.name, [])
			history, calendars = _ran_under(row, log.board_changes(entries), known, shared)
			yield PastCase(
				reference=row.reference,
				stage=row.current_stage or 0,
				policies=history,
				calendars=calendars,
				events=log.events(entries),
				parties=_agencies(row, sides.get(row.name, [])),
			)


def _ran_under(row: Any, changes: list[Any], known: Any, shared: dict[Any, Any]) -> tuple[Any, Any]:
	"""The policies and calendars of a case, as `services.loaded` has them."""
	began = times.aware(row.creation)
	key = (row.policy, row.board, began, tuple(changes))
	if key not in shared:
		history = policies.history(row.policy, row.board, began, changes)
		shared[key] = history, policies.calendars(policies.eras(history, row.board, changes), known)
	return shared[key]


def _agencies(row: Any, parties: list[Any]) -> dict[str, list[str]]:
	"""The agencies on each side: those of its rows, and the two main ones (`engine.parties.agencies`)."""
	found: dict[str, list[str]] = {}
	main = (("raising", row.raising_agency), ("responding", row.responding_agency))
	for side, agency in (*((party.side, party.agency) for party in parties), *main):
		if side in PARTY_SIDES and agency and agency not in found.setdefault(side, []):
			found[side].append(agency)
	return {side: names for side, names in found.items() if names}


def _sides(names: list[str]) -> dict[str, list[Any]]:
	table = frappe.qb.DocType("Escalation Party")
	query = frappe.qb.from_(table).select(table.parent, table.side, table.agency)
	query = query.where((table.parenttype == "Escalation") & table.parent.isin(names))
	return _grouped(query.orderby(table.parent).orderby(table.idx).run(as_dict=True), "parent")


def _grouped(rows: Iterable[Any], by: str) -> dict[str, list[Any]]:
	found: dict[str, list[Any]] = {}
	for row in rows:
		found.setdefault(row[by], []).append(row)
	return found
