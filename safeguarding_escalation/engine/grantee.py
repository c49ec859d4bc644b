"""Grantees: the keys under which people hold access to cases, and the shapes of a grant and of rights."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import date, datetime

from .case import Person

USER, TEAM = "user", "team"
NAMED, CAPACITY, BOARD, SUBSTITUTE, COPIED = "named", "capacity", "board", "substitute", "copied"
KEY_LENGTH = 140
# The whole of an agency: granted only to its safeguarding leads, where a party names no team.
ANY_TEAM = ""


@dataclass(frozen=True)
class Copy:
	"""A copy that gives continuing access: to whom (a contact), since when, by which entry or rule."""

	contact: str
	at: datetime
	continuing_access: bool = True
	reason: str = ""


@dataclass(frozen=True)
class Grant:
	"""One row of Escalation Access: `grantee` may read from `since` until `until` (None: no end), and why.

	`kind` is "user" or "team"; `basis` named, capacity, board, substitute (for a post of the board) or copied; only a
	copied-in person cannot write. A grant to a user comes through a `contact` in an `agency`, and where it was led
	through a team, through that `team`: it counts for that contact alone, there alone (see `held_by`).
	"""

	kind: str
	grantee: str
	since: datetime
	until: datetime | None
	reason: str
	basis: str = NAMED
	contact: str | None = None
	agency: str = ""
	team: str = ""

	def held_by(self, person: Person, on: date) -> bool:
		"""Whether a person answers to this grant on a London date.

		Who left an agency, a team or a post of the board, or took another's account over, does not: asked of the person
		as they are now, so that nothing has to be written for access to end.
		"""
		if self.grantee not in keys(person, on):
			return False
		if self.basis in (BOARD, SUBSTITUTE) and not person.board_roles:
			return False
		if not self.contact:
			return True
		same = self.contact == person.contact and self.agency in ("", person.agency)
		return same and (not self.team or person.in_team(self.team))

	def covered(self, away: Person, on: date) -> bool:
		"""Whether who stands in for `away` on a London date has this grant: it names `away` in person, who still holds it."""
		return self.basis == NAMED and self.contact == away.contact is not None and self.held_by(away, on)


@dataclass(frozen=True)
class Rights:
	"""What a person may do with a case now. `move` outlives closing, since reopening is a move; so does `redact`."""

	read: bool = False
	write: bool = False
	move: bool = False
	note: bool = False
	sign: bool = False
	print: bool = False
	export: bool = False
	redact: bool = False

	def __or__(self, other: Rights) -> Rights:
		"""What somebody may do who is two people of a case: each right that either of them gives."""
		return Rights(*(getattr(self, name) or getattr(other, name) for name in RIGHTS))


RIGHTS = tuple(right.name for right in fields(Rights))


def team_key(agency: str, capacity: str, team: str | None = None) -> str:
	"""The grantee that stands for everybody with a capacity in an agency's team; the empty team is the agency.

	Stable, free of case and stray spaces, at most 140 characters.
	"""
	parts = (" ".join(part.split()).casefold() for part in (agency, capacity, team or ANY_TEAM))
	key = "|".join(part.replace("%", "%25").replace("|", "%7c") for part in parts)
	if len(key) <= KEY_LENGTH:
		return key
	return f"{key[:70]}|{hashlib.sha256(key.encode()).hexdigest()}"


def keys(person: Person, on: date) -> tuple[str, ...]:
	"""The grantees that a person answers to on a London date: the user, then agency, capacity and team.

	Nothing for somebody who is not in post on that day: leaving ends access at once.
	"""
	if not person.in_post(on):
		return ()
	found = [person.user] if person.user else []
	for capacity, team in person.held if person.agency else ():
		if team:
			found.append(team_key(person.agency, capacity, team))
		found.append(team_key(person.agency, capacity))
	return tuple(dict.fromkeys(found))


def is_member(person: Person, agency: str, capacity: str, team: str) -> bool:
	"""Whether a person holds a capacity in an agency's team (the empty team: anywhere in the agency)."""
	wanted = team_key(agency, capacity, team)
	return any(
		wanted in (team_key(person.agency, capacity, mine), team_key(person.agency, capacity))
		for held, mine in person.held
		if held == capacity
	)
