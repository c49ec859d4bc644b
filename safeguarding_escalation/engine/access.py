"""Who may see a case, since when, why, and what they may do there: the one access rule (decision 6).

`grants` is the projection that services write into Escalation Access; `keys` are the grantees that a user answers
to, so that a list is one `grantee IN (…)`. A grantee is a user, or an agency with a capacity and a team as one key.
Roles of the host (Auditor, Administrator) give nothing here: case content comes from grants alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

from .case import BOARD_CAPACITIES, Case, Named, Party, Person, leads
from .events import LONDON, instant_of, require_aware
from .grantee import (
	ANY_TEAM,
	BOARD,
	CAPACITY,
	COPIED,
	NAMED,
	RIGHTS,
	SUBSTITUTE,
	TEAM,
	USER,
	Copy,
	Grant,
	Rights,
	is_member,
	keys,
	team_key,
)
from .policy import Policy
from .schema import Level, Stage, Terms

__all__ = ["RIGHTS", "Copy", "Grant", "Rights", "grants", "keys", "rights", "team_key", "visible"]

# Roles of `Case.named` that belong to the raising side, which alone sees a draft.
_RAISING_ROLES = ("raised_by", "raising_lead", "entered_by", "substitute")
# A received escalation is entered by the side that was challenged, and is a draft of theirs alone.
_RECEIVING_ROLES = ("responding_lead", "entered_by", "substitute")
INFORMATION_GOVERNANCE = "Information Governance"


def grants(
	policy: Policy,
	case: Case,
	parties: Sequence[Party],
	people: Iterable[Person],
	copies: Iterable[Copy],
	now: datetime,
) -> tuple[Grant, ...]:
	"""Who has access to a case at `now`, one grant for each grantee and contact, sorted.

	`people` are the contacts that matter: those named, the board's posts, those copied in, and everybody who is
	recused with their team. Past and future grants are left out; no grant for a contact without an account.
	Raises EventError for a naive `now`.
	"""
	known = {person.contact: person for person in people}
	found = [
		*_named(case, parties, known, now),
		*_teams(policy, case, parties, known),
		*_board(policy, case, known),
		*_copied(case, copies, known),
	]
	kept: dict[tuple[str, str, str], Grant] = {}
	for grant in found:
		mine = (grant.kind, grant.grantee, grant.contact or "")
		if _runs(grant, now) and (mine not in kept or _better(grant, kept[mine])):
			kept[mine] = grant
	return tuple(sorted(kept.values(), key=lambda grant: (grant.kind, grant.grantee, grant.contact or "")))


def _runs(grant: Grant, now: datetime) -> bool:
	"""Whether a grant is in force at `now`, by UTC instants."""
	at = instant_of(require_aware(now, "The present time"))
	return instant_of(grant.since) <= at and (grant.until is None or at <= instant_of(grant.until))


def _better(grant: Grant, other: Grant) -> bool:
	"""A grant that lets its grantee write beats a copy, and one in person another that hangs on a team or a post; of
	two alike the earlier one stays.
	"""
	return _weight(grant) < _weight(other)


def _weight(grant: Grant) -> tuple[bool, bool, int]:
	return grant.basis == COPIED, bool(grant.team) or grant.basis == BOARD, instant_of(grant.since)


def _user_grant(
	person: Person | None, since: datetime, reason: str, basis: str, team: str = ""
) -> Iterator[Grant]:
	"""A grant to a person's account, within their time in post and in `team`, if that is given.

	None to the recused, to those without an account, and to whom the case was given in an agency that they have left;
	but a post of the board is the board's to give, whatever agency its holder is entered under.
	"""
	if person is None or not person.user or person.recused:
		return
	if (person.moved and basis != BOARD) or (team and not person.in_team(team)):
		return
	start, end = _in_post(person, since)
	yield Grant(
		USER, person.user, start, end, reason, basis, person.contact, person.agency, " ".join(team.split())
	)


def _in_post(person: Person, since: datetime) -> tuple[datetime, datetime | None]:
	"""When access runs: from `since` or the first day in post, until the end of the last day in post."""
	start, end = since, None
	if person.active_from:
		start = max(since, datetime.combine(person.active_from, time.min, LONDON), key=instant_of)
	if person.active_to:
		end = datetime.combine(person.active_to, time.max, LONDON)
	return start, end


def _named(
	case: Case, parties: Sequence[Party], known: dict[str | None, Person], now: datetime
) -> Iterator[Grant]:
	"""The people named on the case. A draft is the raising side's alone; nobody else sees it before it is raised.

	The raiser keeps reading throughout (4L-066, RB-031), whatever stage the case has climbed to. A lead named for a
	team leads for as long as they are of it.
	"""
	opened = _opened(case)
	own = _RECEIVING_ROLES if case.direction == "Received" else _RAISING_ROLES
	rows = [*case.named]
	for party in parties:
		if party.lead and party.side in ("raising", "responding"):
			rows.append(Named(f"{party.side}_lead", party.lead, opened or now, party.led_for or ""))
		elif party.lead:
			rows.append(Named("party lead", party.lead, opened or now, party.led_for or ""))
	for row in rows:
		if row.role in own:
			since = row.since
		elif opened:
			since = max(row.since, opened, key=instant_of)
		else:
			continue
		reason = f"named as {row.role.replace('_', ' ')}"
		yield from _user_grant(known.get(row.contact), since, reason, NAMED, row.team)


def _opened(case: Case) -> datetime | None:
	"""When the case left its draft; None while it has not, and for a draft that was withdrawn."""
	return min(case.stages_reached.values(), key=instant_of, default=None)


def _teams(
	policy: Policy, case: Case, parties: Sequence[Party], known: dict[str | None, Person]
) -> Iterator[Grant]:
	"""The capacities that the policy names for a side at each stage and level reached, in the party's own team.

	Never every manager of a large agency: where no team is known, the agency's safeguarding leads alone.
	"""
	for party in parties:
		if party.side not in ("raising", "responding"):
			continue
		team = party_team(case, party, known)
		for capacity, since, where in _capacities(policy, case, party.side):
			if team:
				yield from _team_grant(party, capacity, team, since, where, known)
		opened = _opened(case)
		if not team and opened:
			yield from _team_grant(party, "Safeguarding Lead", ANY_TEAM, opened, "no team is named", known)


def party_team(case: Case, party: Party, known: dict[str | None, Person]) -> str:
	"""A party's team: its own, failing that the one for which its lead was named or is in now, for the raising side
	the raiser's.
	"""
	if party.team or party.led_for:
		return party.team or party.led_for or ANY_TEAM
	for contact in (party.lead, *leads(case, party.side)):
		person = known.get(contact)
		if person and person.team and person.agency == party.agency:
			return person.team
	return ANY_TEAM


def _capacities(policy: Policy, case: Case, side: str) -> Iterator[tuple[str, datetime, str]]:
	"""Each capacity of a side with the instant and the name of the stage or level that brought it in."""
	for stage in policy.stages:
		since = case.stages_reached.get(stage.number)
		if since is None:
			continue
		levels = sorted(
			(row for row in policy.levels if row.stage == stage.number), key=lambda row: row.order
		)
		for level, at in _levels_reached(case, stage, levels, since):
			if level.capacity in BOARD_CAPACITIES:  # with the board the stage's own people act for the sides
				yield from ((capacity, at, level.label) for capacity in _stage_capacities(stage, side))
			elif level.side in ("", "either", side):
				yield level.capacity, at, level.label
		for capacity in () if levels else _stage_capacities(stage, side):
			yield capacity, since, stage.label


def _stage_capacities(stage: Stage, side: str) -> Terms:
	own = stage.raising_capacities if side == "raising" else stage.responding_capacities
	return tuple(capacity for capacity in own if capacity not in BOARD_CAPACITIES)


def _levels_reached(
	case: Case, stage: Stage, levels: Sequence[Level], since: datetime
) -> Iterator[tuple[Level, datetime]]:
	"""The levels of a stage that the case has been at, each with the instant it was first reached."""
	for level in levels:
		if level.label in case.levels_reached:
			yield level, case.levels_reached[level.label]
		elif case.stage == stage.number and case.level == level.label:
			yield level, since


def _team_grant(
	party: Party,
	capacity: str,
	team: str,
	since: datetime,
	where: str,
	known: dict[str | None, Person],
) -> Iterator[Grant]:
	"""A grant to a team by its key; while one of its members is recused, to the other members by name."""
	reason = f"{capacity} of the {party.side} side: {where}"
	members = [person for person in known.values() if is_member(person, party.agency, capacity, team)]
	if not any(person.recused for person in members):
		key = team_key(party.agency, capacity, team)
		yield Grant(TEAM, key, since, None, reason, CAPACITY, agency=party.agency)
		return
	for person in members:
		yield from _user_grant(person, since, reason, CAPACITY, team)


def _board(policy: Policy, case: Case, known: dict[str | None, Person]) -> Iterator[Grant]:
	"""The board's own posts, from the stage that the policy says; the Chair never before the Chair's level.

	Where a post's holder stepped back, who was named in their place holds it in this case.
	"""
	since = {"Business Manager": board_since(policy, case), "Chair": chair_since(policy, case)}
	for person in known.values():
		for role in person.board_roles:
			at = since.get(role)
			if at is not None:
				substitute = role in person.stands_in
				reason = f"{role} of the board" + (", in place of one who stepped back" if substitute else "")
				yield from _user_grant(person, at, reason, SUBSTITUTE if substitute else BOARD)


def board_since(policy: Policy, case: Case) -> datetime | None:
	"""When the case first reached a stage that the board sees, or one beyond it; None if it has not."""
	first = min((stage.number for stage in policy.stages if stage.board_sees), default=None)
	return _reached_from(case, first)


def chair_since(policy: Policy, case: Case) -> datetime | None:
	"""When the case first came to the Chair: the stage, and inside it the Chair's level where it has levels."""
	first = min((stage.number for stage in policy.stages if stage.chair_sees), default=None)
	at_stage = _reached_from(case, first)
	chairs = [row for row in policy.levels if row.stage == first and row.capacity == "Chair"]
	if at_stage is None or not chairs:
		return at_stage
	reached = [case.levels_reached[row.label] for row in chairs if row.label in case.levels_reached]
	if not reached and any(row.label == case.level for row in chairs):
		reached = [at_stage]
	beyond = [at for number, at in case.stages_reached.items() if first is not None and number > first]
	return min((*reached, *beyond), key=instant_of, default=None)


def _reached_from(case: Case, first: int | None) -> datetime | None:
	if first is None:
		return None
	return min(
		(at for number, at in case.stages_reached.items() if number >= first), key=instant_of, default=None
	)


def _copied(case: Case, copies: Iterable[Copy], known: dict[str | None, Person]) -> Iterator[Grant]:
	"""People copied in with continuing access, from the copy on (RB-A10)."""
	for copy in copies:
		if copy.continuing_access:
			yield from _user_grant(known.get(copy.contact), copy.at, copy.reason or "copied in", COPIED)


def rights(
	person: Person, granted: Iterable[Grant], case: Case, now: datetime, covers: Iterable[Person] = ()
) -> Rights:
	"""What a person may do with a case at `now`, from the grants that they answer to.

	`covers` are the colleagues who are away and for whom the person stands in now: what names one of them in person
	counts, for as long as it would for themselves.

	Parties and the board's posts work on an open case; those copied in read it; closed and withdrawn cases are
	read only, save that a party may still move (reopen), and that Information Governance and the board's Business
	Manager redact in closed cases too. Without a grant nothing, whatever the person's roles.
	"""
	today = require_aware(now, "The present time").astimezone(LONDON).date()
	away = [other for other in covers if other.agency == person.agency]
	held = [grant for grant in granted if _holds(person, away, grant, today) and _runs(grant, now)]
	if person.recused or not held:
		return Rights()
	works = any(grant.basis != COPIED for grant in held)
	write = works and case.open
	return Rights(
		read=True,
		write=write,
		move=works,
		note=write,
		sign=write,
		print=True,
		export=works,
		redact=_may_redact(person),
	)


def _holds(person: Person, away: Iterable[Person], grant: Grant, today: date) -> bool:
	"""Whether a grant is the person's, or is covered: never a team's, a post's or a copy, which name nobody's work."""
	return grant.held_by(person, today) or any(grant.covered(other, today) for other in away)


def _may_redact(person: Person) -> bool:
	"""Whether a reader of a case may take personal text out of its record: the agency's Information Governance, or
	the Business Manager of the case's own board.
	"""
	held = {capacity for capacity, _ in person.held} | set(person.capacities)
	return INFORMATION_GOVERNANCE in held or "Business Manager" in person.board_roles


def visible(visibility: str, row_agency: str, person: Person) -> bool:
	"""Whether a reader of the case may see a row of its log; an entry of unknown visibility is hidden.

	`own agency`: the agency that wrote it. `parties`: everybody who may read the case. `board`: the board's own
	posts, and the agency that wrote it.
	"""
	own = bool(row_agency) and row_agency == person.agency
	if visibility == "own agency":
		return own
	if visibility == "board":
		return own or bool(person.board_roles)
	return visibility == "parties"
