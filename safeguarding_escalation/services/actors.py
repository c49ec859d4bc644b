"""On whose authority something is done: the user, or somebody without an account for whom the user records it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import frappe

from safeguarding_escalation.engine.access import visible
from safeguarding_escalation.engine.case import Person, sides_of
from safeguarding_escalation.engine.moves import AllowedMove, moves, recorder_refusal
from safeguarding_escalation.engine.wording import FAMILY_NAME
from safeguarding_escalation.services import facts, people, rights, times
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

REPORTED = "reported"


@dataclass(frozen=True)
class Actor:
	"""Who did it, for which side, and whether the one who records it only reports it."""

	person: Person
	job_title: str = ""
	side: str = "other"
	reported: bool = False
	evidence: str = ""

	def columns(self) -> dict[str, Any]:
		"""The actor's cells of a log row."""
		return {
			"actor": self.person.contact,
			"actor_name": self.person.name,
			"actor_role": role_text(self.person),
			"actor_agency": self.person.agency,
			"side": self.side,
			"source": REPORTED if self.reported else "own knowledge",
			"evidence": self.evidence,
		}


def role_text(person: Person) -> str:
	"""The capacity under which somebody appears on the log; a board's post comes first."""
	return next(iter((*person.board_roles, *person.capacities)), "")


def recorder(case: LoadedCase) -> Person:
	"""The session's user as a person of this case: of their contacts one through whom they have access to it."""
	user = frappe.session.user
	if user not in case.memo:
		agencies = {party.agency for party in case.case.all_parties()}
		mine = sorted(readers(case), key=lambda person: person.agency not in agencies)
		case.memo[user] = mine[0] if mine else _stranger(case, user, agencies)
	return case.memo[user]


def _stranger(case: LoadedCase, user: str, agencies: set[str]) -> Person:
	"""Who has no access yet (a case just being made), and Administrator."""
	row = people.acting_contact(user, agencies)
	return people.person(row, case.document.board, user, case.recused, holders=case.holders)


def readers(case: LoadedCase) -> tuple[Person, ...]:
	"""The persons of the case that the session's user is: of their contacts those through whom they have access."""
	key = ("readers", frappe.session.user)
	if key not in case.memo:
		held = rights.grants(case.name)
		case.memo[key] = tuple(
			person
			for person in rights.persons(frappe.session.user, case.holders, case.recused)
			if rights.of_person(person, held, case.case, case.now).read
		)
	return case.memo[key]


def sees(case: LoadedCase, row: Any) -> bool:
	"""Whether the session's user may see a row of the case's log: an internal one only where they hold the case for
	the agency that wrote it. Administrator reads it as a party of no agency would.
	"""
	mine = readers(case) or (recorder(case),)
	seen = any(visible(row.visibility, row.actor_agency, person) for person in mine)
	other = frappe.flags.safeguarding_read_by
	return seen and (other is None or visible(row.visibility, row.actor_agency, other))


@contextmanager
def read_by(person: Person) -> Iterator[None]:
	"""What the session's user prints meanwhile is for `person`: entries of the log that both of them may read."""
	before, frappe.flags.safeguarding_read_by = frappe.flags.safeguarding_read_by, person
	try:
		yield
	finally:
		frappe.flags.safeguarding_read_by = before


def resolve(
	case: LoadedCase,
	actor: str | None,
	source: str = "",
	evidence: str = "",
	moving: bool = False,
	side: str = "",
) -> Actor:
	"""The actor of a row: the user, or the contact `actor` for whom the user records it.

	Recording for somebody else needs `evidence` (how one knows) and, for a move, that the other has no account:
	whoever has one moves the case in person. Where the adult, family or carer is the counterparty, `side` responding
	is theirs: they are no contact and have no login. Raises BadInput or MoveRefused.
	"""
	mine = recorder(case)
	if not actor and side == "responding" and case.case.family:
		return _family(evidence)
	if not actor or actor == mine.contact:
		return Actor(mine, side=side_of(case, mine), reported=source == REPORTED, evidence=evidence)
	other = people.person(
		people.named(actor, "actor"), case.document.board, recused=case.recused, holders=case.holders
	)
	refusal = recording_refusal(mine, other)
	if refusal:
		refuse(MoveRefused, refusal)
	if not other.in_post(times.today()):
		refuse(BadInput, f"{other.name} is no longer (or not yet) in post.")
	if not evidence:
		refuse(
			BadInput,
			f"You record this for {other.name}. Say how you know, in `evidence`: a telephone call, an email of which date …",
		)
	# ST-A5: what the Chair determines, the Business Manager may record.
	for_chair = "Chair" in other.board_roles and "Business Manager" in mine.board_roles
	if moving and has_account(other) and not is_administrator() and not for_chair:
		refuse(MoveRefused, f"{other.name} has an account here and takes this step in person.")
	return Actor(other, side=side_of(case, other), reported=True, evidence=evidence)


def _family(evidence: str) -> Actor:
	"""The adult, family or carer, without a name: the log's cells are chained, and a name could never be redacted."""
	if not evidence:
		refuse(
			BadInput,
			f"You record this for {FAMILY_NAME}. Say how you know, in `evidence`: a telephone call, a visit on …",
		)
	return Actor(Person(contact=None, name=facts.FAMILY), side="responding", reported=True, evidence=evidence)


def recording_refusal(mine: Person, other: Person) -> str:
	"""Why the user may not record what `other` did; '' if they may.

	Whoever works on a case records for people who cannot log in, whatever their agency; for those who can, only
	their own agency, the host organisation or the Business Manager does.
	"""
	if is_administrator() or not has_account(other):
		return ""
	return recorder_refusal(mine, other, host_agency())


def has_account(person: Person) -> bool:
	"""Whether somebody can log in."""
	return bool(person.user and frappe.db.get_value("User", person.user, "enabled"))


def host_agency() -> str:
	"""The organisation whose installation this is; '' where a board hosts it for all."""
	settings = frappe.get_cached_doc("Safeguarding Settings")
	return settings.host_agency or "" if settings.installation == "One organisation" else ""


def board_hosts() -> bool:
	"""Whether a board runs this installation for its partners, rather than one organisation for its own staff."""
	return frappe.get_cached_doc("Safeguarding Settings").installation == "Board hosted"


def side_of(case: LoadedCase, person: Person) -> str:
	"""The one side under which a person's acts are logged."""
	sides = sides_of(case.case, person)
	return next((side for side in ("raising", "responding", "board") if side in sides), "other")


def counterpart(name: str | None, case: LoadedCase, actor: Actor, role: str = "") -> dict[str, Any]:
	"""The counterpart's cells of a log row: a contact, or only a role ("Business Manager")."""
	if not name:
		return {"counterpart_role": role} if role else {}
	person = people.person(people.named(name, "counterpart"), case.document.board, holders=case.holders)
	return {
		"counterpart": person.contact,
		"counterpart_name": person.name,
		"counterpart_role": role or role_text(person),
		"counterpart_agency": person.agency,
	}


def moves_of(case: LoadedCase, person: Person, document: Any = None) -> tuple[AllowedMove, ...]:
	"""The engine's moves for a person. `document` may hold values typed in the save that makes the move."""
	now_case = case.case
	if document is not None:
		typed = facts.case(document, case.effective_events, case.policy)
		now_case = replace(typed, state=now_case.state, stage=now_case.stage, level=now_case.level)
	return moves(case.policy, now_case, case.effective_events, person)


def possible_moves(case: LoadedCase) -> list[AllowedMove]:
	"""What the session's user sees: own moves, and in place of refused ones those recordable for others."""
	mine = {_key(move): move for move in moves_of(case, recorder(case))}
	for person in stand_ins(case):
		for move in moves_of(case, person):
			if move.allowed and not mine[_key(move)].allowed:
				note = f"You would record this for {person.name}: name them, and say how you know."
				mine[_key(move)] = replace(move, warnings=(*move.warnings, note))
	return list(mine.values())


def _key(move: AllowedMove) -> tuple[str, int, str]:
	return (move.action, move.to_stage, move.to_level)


def stand_ins(case: LoadedCase) -> list[Person]:
	"""People without an account for whom the session's user may record: of the parties and of the board.

	Administrator, who is nobody in a case, may record for anybody, and must name them. Of several with the same
	part in the case one stands for all; the dialog lets the user choose who it was.
	"""
	if recorder(case).contact is None and not is_administrator():
		return []
	board = case.document.board
	holders = case.holders
	rows = [people.contact(name) for name in holders.contacts()]
	for agency in sorted({party.agency for party in case.case.all_parties()}):
		rows += select("Safeguarding Contact", people.FIELDS, {"agency": agency})
	named = {row.contact for row in case.case.named} | {party.lead for party in case.case.parties}
	day, found = times.today(), {}
	fitting = [
		row
		for row in rows
		if row is not None and people.in_post(row, day) and (is_administrator() or not row.user)
	]
	further = people.further_capacities({row.name for row in fitting})
	for row in fitting:
		person = people.person(row, board, recused=case.recused, further=further[row.name], holders=holders)
		part = (
			person.contact
			if person.contact in named
			else (person.agency, person.capacities, person.board_roles)
		)
		found.setdefault(part, person)
	return list(found.values())


def allowed_actions(doc: Any) -> list[str]:
	"""The actions open to the session's user, from the stored row and log.

	A workflow asks once for each of its rows, so the answer is kept on the document until the log grows.
	"""
	from safeguarding_escalation.services.lock import loaded

	log_length = frappe.db.count("Stage Log", {"escalation": doc.name})
	key = (frappe.session.user, log_length)
	kept = doc.flags.allowed_actions
	if not kept or kept[0] != key:
		actions = {move.action for move in possible_moves(loaded(doc.name)) if move.allowed}
		kept = doc.flags.allowed_actions = (key, sorted(actions))
	name, stage = frappe.flags.reopening or (None, None)
	return [*kept[1], f"Reopen at {stage}"] if name == doc.name and "Reopen" in kept[1] else kept[1]


def default_contact() -> frappe._dict | None:
	"""The contact as which the session's user raises a case."""
	return people.acting_contact(frappe.session.user)


def is_administrator() -> bool:
	"""Whether the session is the host's own superuser, who may correct anything, in somebody's name."""
	return frappe.session.user == "Administrator"


def is_board_user() -> bool:
	"""Whether the user works for a board, and may enter a case for an agency (also Administrator)."""
	if is_administrator():
		return True
	return any(row.capacity == "Business Manager" for row in people.contacts_of(frappe.session.user))
