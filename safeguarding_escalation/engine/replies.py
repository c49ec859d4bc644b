"""What each agency replies to the Chair's recommendations or advice (RB-086, BU-A7): who has replied, and who has not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .answers import ADVICE, RECOMMENDATION
from .case import Case
from .duty import ANSWER, Duty
from .events import Event
from .needs import same_name
from .policy import Policy
from .schema import ClosingDuty

REPLY = "recommendation_answered"
ACCEPTED, PARTLY, NOT = REPLIES = ("accepted", "partly accepted", "not accepted")
SIDES = ("raising", "responding")


@dataclass(frozen=True)
class Reply:
	"""One agency that the answer is addressed to, and its reply, if it has given one."""

	side: str
	agency: str
	event: Event | None = None


def asked_by(current: Sequence[Event]) -> Event | None:
	"""The last answer of the board to which the agencies reply: recommendations, or a response that is no resolution."""
	found = None
	for event in current:
		given = event.kind == "responded" and event.outcome in (RECOMMENDATION, ADVICE)
		if event.kind == "recommended" or given:
			found = event
	return found


def replies(case: Case, current: Sequence[Event]) -> tuple[Reply, ...]:
	"""Each agency of the two sides, in the case's order, with its last reply since; empty where nothing was asked.

	Where the adult, family or carer is the other side, no agency of it replies. A side whose agency is not known replies
	as a side.
	"""
	asked = asked_by(current)
	if asked is None:
		return ()
	given = [event for event in current if event.kind == REPLY and event.order > asked.order]
	found = []
	for side in ("raising",) if case.family else SIDES:
		agencies = tuple(
			dict.fromkeys(party.agency for party in case.all_parties() if party.side == side)
		) or ("",)
		for agency in agencies:
			fitting = [event for event in given if _by(event, side, agency, alone=len(agencies) == 1)]
			found.append(Reply(side, agency, fitting[-1] if fitting else None))
	return tuple(found)


def _by(event: Event, side: str, agency: str, *, alone: bool) -> bool:
	"""Whether a reply is the agency's. One that names no agency is its side's, where only one agency stands there."""
	if not same_name(event.side, side):
		return False
	return event.agency == agency or (alone and (event.agency is None or not agency))


def owed(policy: Policy, case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""RB-086, RB-A14: each agency says whether it will act; no time limit, and closing does not wait.

	A policy that lists the reply among its closing duties says it there; which agencies are missing is then its text's.
	"""
	if any(listed(row, case) for row in policy.all_closing_duties):
		return
	rows = replies(case, current)
	for row in rows:
		several = sum(other.side == row.side for other in rows) > 1
		yield Duty(
			key=f"answer:{row.side}:{row.agency}" if several else f"answer:{row.side}",
			kind=ANSWER,
			text="Say in writing whether your agency will act on the recommendations.",
			owed_by=f"{row.side} lead",
			done=row.event is not None,
			done_at=row.event.at if row.event else None,
		)


def listed(row: ClosingDuty, case: Case) -> bool:
	"""Whether a closing duty of the case's stage is the agencies' reply."""
	return any(REPLY in need for need in row.satisfied_by) and row.from_stage <= case.stage <= row.to_stage


def all_replied(case: Case, current: Sequence[Event]) -> Event | bool | None:
	"""The last reply, once every agency has replied; False while one has not; None where nothing was asked."""
	rows = replies(case, current)
	if any(row.event is None for row in rows):
		return False
	given = sorted((row.event for row in rows if row.event), key=lambda event: event.order)
	return given[-1] if given else None
