"""Board Policy documents as engine policies, and the history of policies that a case runs under."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

import frappe

from safeguarding_escalation.engine import LONDON, CalendarHistory, Policy, WorkingCalendar
from safeguarding_escalation.engine.local_targets import with_local_targets
from safeguarding_escalation.services import closures, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.policy_mapping import doc_to_dict

History = list[tuple[datetime | None, Policy]]


def policy(name: str) -> Policy:
	"""The engine policy of the Board Policy `name`, cached per process and version of the row."""
	modified = frappe.db.get_value("Board Policy", name, "modified")
	if not modified:
		refuse(BadInput, f"There is no Board Policy “{name}”.")
	return _policy(frappe.local.site, name, str(modified))


@lru_cache(maxsize=128)
def _policy(site: str, name: str, modified: str) -> Policy:
	return Policy.from_dict(doc_to_dict(frappe.get_doc("Board Policy", name)))


def calendar(of: Policy, board: str | None = None) -> WorkingCalendar:
	"""The working days of a board under a policy, by what is known now; without `board` those of its nation alone."""
	return closures.history(of, board).latest


def eras(of: History, board: str | None, changes: Sequence[tuple[datetime, str, str]]) -> list[closures.Era]:
	"""Each policy of a history with the board that had the case when it came into force."""
	found = []
	for start, item in of:
		moved = [new for moved_at, _, new in changes if start is not None and moved_at <= start]
		found.append((item, moved[-1] if moved else changes[0][1] if changes else board))
	return found


def calendars(
	of: Sequence[closures.Era], known: Sequence[closures.Row] | None = None
) -> list[CalendarHistory]:
	"""What `plan` takes: the working days over time for each policy of a history; see `closures.rows` for `known`."""
	return closures.histories(of, closures.rows() if known is None else known)


def adopted(board: str, on: date | None = None) -> str | None:
	"""The Board Policy that `board` has in force on a London date (default today); None if it has none."""
	day = on or times.today()
	in_force = [name for from_date, _, name in _adoptions(board) if from_date <= day]
	return in_force[-1] if in_force else None


def history(
	pinned: str,
	board: str | None,
	since: datetime | None,
	changes: Sequence[tuple[datetime, str, str]] = (),
) -> History:
	"""What `plan` takes: the pinned policy, then each version adopted after the case began by the board that has it.

	A clock keeps the version it started under (decision 3); a later adoption governs later clocks only. `changes`
	are those of the board itself: when, from which, to which.
	"""
	rows: History = [(None, targeted(pinned))]
	if not (board and since):
		return rows
	rows += _adopted_between(
		changes[0][1] if changes else board, since, pinned, changes[0][0] if changes else None
	)
	for number, (moved_at, _, new) in enumerate(changes, 1):
		until = changes[number][0] if number < len(changes) else None
		name = adopted(new, moved_at.astimezone(LONDON).date())
		if name:
			rows.append((moved_at, targeted(name)))
			rows += _adopted_between(new, moved_at, name, until)
	return rows


def _adopted_between(board: str, since: datetime, known: str, until: datetime | None) -> History:
	"""The versions that a board adopts after `since`, and before `until` where the case left it then."""
	return [
		(start, targeted(name))
		for _, start, name in _adoptions(board)
		if start > since and name != known and (until is None or start < until)
	]


def targeted(name: str) -> Policy:
	"""The policy with local targets where it has no number, unless the site switched them off (decision 14)."""
	settings = frappe.get_cached_doc("Safeguarding Settings")
	days = int(settings.local_target_days or 0) if settings.local_targets else 0
	return with_local_targets(policy(name), days) if days else policy(name)


def current(of: History, now: datetime) -> Policy:
	"""The policy in force at `now`: the last one whose start has come."""
	return [item for start, item in of if start is None or start <= now][-1]


def only_board(name: str) -> str | None:
	"""The board that alone has ever adopted the Board Policy `name`; None where several have, or none."""
	rows = frappe.db.get_values(
		"Safeguarding Board Policy", {"policy": name}, ["parent"], order_by="parent asc"
	)
	boards = {row[0] for row in rows or ()}
	return boards.pop() if len(boards) == 1 else None


def _adoptions(board: str) -> list[tuple[date, datetime, str]]:
	"""(day, instant from which it governs, policy): midnight in London, or later that day if it was adopted on it.

	A clock that had started before somebody pressed the button keeps the policy that it started under (decision 3).
	"""
	rows = frappe.db.get_values(
		"Safeguarding Board Policy",
		{"parent": board, "parenttype": "Safeguarding Board"},
		["from_date", "adopted_at", "policy"],
		order_by="from_date asc",
	)
	return [
		(from_date, _governs(from_date, times.aware(adopted_at)), name)
		for from_date, adopted_at, name in rows or ()
		if from_date and name
	]


def _governs(from_date: date, adopted_at: datetime | None) -> datetime:
	midnight = datetime.combine(from_date, time.min, LONDON)
	return max(midnight, adopted_at) if adopted_at else midnight
