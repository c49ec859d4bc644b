"""Agreed actions, the check whether each was carried out, and reviews: what of it is still owed.

An action is done once somebody records that it was carried out; a check that finds the contrary takes that back. A
check is owed from the date set for it, and for every action where the policy's closing duties ask for one (ST-119).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from .case import Case
from .duty import ACTION, BOTH, CHECK, REVIEW, Duty
from .events import Event, instant_of
from .policy import Policy
from .schema import ClosingDuty
from .wording import due_text, sentence

CARRIED_OUT, PARTLY, NOT_CARRIED_OUT, NO_LONGER = (
	"carried out", "partly carried out", "not carried out", "no longer needed",
)  # fmt: skip
CHECK_OUTCOMES = (CARRIED_OUT, PARTLY, NOT_CARRIED_OUT, NO_LONGER)
# After these nothing more is to be done about an action; a check that says nothing of its outcome passes.
SETTLING = (CARRIED_OUT, NO_LONGER, None)
CHECKED = "event action_checked"
# What services call an action in the log: a number, and no word about anybody.
NUMBERED = re.compile(r"Action \d+")


def agreed(policy: Policy, case: Case, current: Sequence[Event], now: datetime | None) -> Iterator[Duty]:
	"""The duties that follow from what was agreed: carry it out, check it, hold the review.

	`current` are the effective events of this epoch in their order; `now` None leaves `overdue` unsaid.
	"""
	asked = any(asks_for_checks(row, case) and row.required for row in policy.all_closing_duties)
	for number, action in _latest(current, "action_agreed"):
		done = _action_done(action, current)
		yield _duty(ACTION, action, number, "Carry out the agreed action", "action owner", done, now)
		check = _check(action, number, current, asked, now)
		if check:
			yield check
	for number, review in _latest(current, "review_set"):
		done = next(
			(event for event in current if event.kind == "review_held" and _same(review, event)), None
		)
		yield _duty(REVIEW, review, number, "Hold the review that was set", BOTH, done, now)


def asks_for_checks(row: ClosingDuty, case: Case) -> bool:
	"""Whether a closing duty of the case's stage is about checking back on each agreed action."""
	return CHECKED in row.satisfied_by and row.from_stage <= case.stage <= row.to_stage


def all_checked(current: Sequence[Event]) -> Event | bool | None:
	"""The check that settled the last open action; False while one is open; None where no action was agreed."""
	found: Event | bool | None = None
	for _number, action in _latest(current, "action_agreed"):
		done = _checked(action, _date(action, current) or action, current)
		if done is None:
			return False
		found = done
	return found


def _latest(current: Sequence[Event], kind: str) -> list[tuple[int, Event]]:
	"""What was agreed, each matter once: a later entry of the same matter moves its date. With its place in the order."""
	found: dict[str, tuple[int, Event]] = {}
	for number, event in enumerate(event for event in current if event.kind == kind):
		found[event.relates_to or f"{number} {event.id}"] = (number, event)
	return list(found.values())


def _duty(
	kind: str, event: Event, number: int, text: str, owed_by: str, done: Event | None, now: datetime | None
) -> Duty:
	by = f" by {due_text(event.due_at)}" if event.due_at else ""
	return Duty(
		key=f"{kind}:{_matter(event, number)}",
		kind=kind,
		text=sentence(f"{text}{_called(event)}{by}"),
		owed_by=owed_by,
		required=True,
		**_standing(event.due_at, done, now),
	)


def _standing(due_at: datetime | None, done: Event | None, now: datetime | None) -> dict[str, Any]:
	"""A duty's `due_at`, `done`, `done_at` and `overdue`."""
	late = due_at is not None and now is not None and instant_of(due_at) < instant_of(now)
	return {
		"due_at": due_at,
		"done": done is not None,
		"done_at": done.at if done else None,
		"overdue": done is None and late,
	}


def _check(
	action: Event, number: int, current: Sequence[Event], asked: bool, now: datetime | None
) -> Duty | None:
	date = _date(action, current)
	if not (asked or date):
		return None
	done = _checked(action, date or action, current)
	due = date.due_at if date else None
	by = f" by {due_text(due)}" if due else ""
	return Duty(
		key=f"{CHECK}:{_matter(action, number)}",
		kind=CHECK,
		text=sentence(f"Check whether the agreed action{_called(action)} was carried out{by}"),
		owed_by=BOTH,
		required=asked,
		**_standing(due, done, now),
	)


def _action_done(action: Event, current: Sequence[Event]) -> Event | None:
	"""What settled the action: carried out, or checked to be; a later check that finds otherwise takes it back."""
	done: Event | None = None
	for event in current:
		if event.kind in ("action_done", "action_checked") and _same(action, event):
			settles = event.kind == "action_done" or event.outcome in SETTLING
			done = (done or event) if settles else None
	return done


def _checked(action: Event, since: Event, current: Sequence[Event]) -> Event | None:
	"""The check that settled the action after `since`, unless a later one found otherwise."""
	done: Event | None = None
	for event in current:
		if event.kind == "action_checked" and _same(action, event) and event.order > since.order:
			done = (done or event) if event.outcome in SETTLING else None
	return done


def _date(action: Event, current: Sequence[Event]) -> Event | None:
	"""The last date set to check back on the action."""
	dates = [event for event in current if event.kind == "check_set" and _same(action, event)]
	return dates[-1] if dates else None


def _same(agreed_event: Event, other: Event) -> bool:
	"""Whether a later entry is about the same matter, or leaves it open which: then it passes for each."""
	return other.order > agreed_event.order and other.relates_to in (
		None,
		agreed_event.relates_to,
		agreed_event.id,
	)


def _matter(event: Event, number: int) -> str:
	return str(event.relates_to or event.id or number)


def _called(event: Event) -> str:
	"""“ (Action 2)” where it has a number; what people typed may name somebody, and is left out."""
	return f" ({event.relates_to})" if event.relates_to and NUMBERED.fullmatch(event.relates_to) else ""
