"""To whom a copy goes: people of the directory whom a rule's words mean, and how each is reached.

Somebody with an account gets access and a link. Anybody else gets a file by the organisation's own secure email, at the
agency's secure address where it has one. Who stepped back, who has left and whom the case says not to copy in is no
recipient.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from safeguarding_escalation.engine.case import Person, leads
from safeguarding_escalation.engine.copies import CopyOwed
from safeguarding_escalation.engine.grantee import is_member
from safeguarding_escalation.engine.schema import CAPACITIES
from safeguarding_escalation.services import actors, contacting, people, rights, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.text import line

_EMAIL = re.compile(r"[^\s@()<>\"']+@[^\s@()<>\"']+\.[a-zA-Z]{2,}")
_RAISER = re.compile(r"\b(raised the concern|raiser|referrer|professional concerned)\b", re.IGNORECASE)
_SIDES = {"raising lead": "raising", "responding lead": "responding"}
_FIELDS = {"conference chair": "conference_chair", "enquiry manager": "enquiry_manager"}
_ELSEWHERE = re.compile(r"\bplacement area\b|\bother board\b", re.IGNORECASE)
_PLURALS = {"heads of service": "Head of Service", "chief officers": "Chief Officer"}
NOT_SECURE = "This address is not marked as secure. Send nothing to it before you have checked it."
NO_ADDRESS = "The directory has no address for them. Enter the secure address that you use."
STEPPED_BACK = "has stepped back from this case and is not copied in"
MARKED = "is marked “Do not contact or copy in” in this case"


@dataclass(frozen=True)
class Recipient:
	"""One possible recipient: a contact, an agency's office (`contact` ''), or only a role.

	`account`: reached by access and a link; else by a file sent to `address`. `secure` says whether the directory has
	that address as the agency's secure one; `warning` is what to mind about it. `barred` is why they get no copy.
	"""

	contact: str = ""
	name: str = ""
	role: str = ""
	agency: str = ""
	address: str = ""
	secure: bool = False
	account: bool = False
	reads: bool = False
	warning: str = ""
	barred: str = ""

	def as_dict(self) -> dict[str, Any]:
		"""For a screen."""
		return asdict(self)


def of_owed(case: LoadedCase, owed: CopyOwed) -> list[Recipient]:
	"""Whom a rule's words mean in this case, the likeliest first; a row with the role alone where nobody is known."""
	role = owed.rule.recipient
	rows = _unique(people.contact(name) for name in _contacts(case, role, owed.rule.sender, owed.agency))
	day = times.today()
	found = [of_contact(case, row, role) for row in rows if people.in_post(row, day)]
	if found:
		return found
	if owed.agency:
		return [office(owed.agency, role)]
	if _ELSEWHERE.search(role):
		return [other_board(case, role)]
	return [_named_by_policy(case, role)]


def of_contact(case: LoadedCase, row: Any, role: str = "") -> Recipient:
	"""A contact of the directory as a recipient of this case."""
	person = person_of(case, row)
	account = bool(people.mailbox(row))
	address, secure = ("", False) if account else address_of(row.agency, row.email)
	return Recipient(
		contact=row.name,
		name=row.contact_name,
		role=role or actors.role_text(person) or row.job_title or "",
		agency=row.agency or "",
		address=address,
		secure=secure,
		account=account,
		reads=account and rights.rights_of(case.name, row.user).read,
		warning="" if account else _warning(address, secure),
		barred=barred(case, row),
	)


def other_board(case: LoadedCase, role: str = "") -> Recipient:
	"""The board of the area where the adult is placed, as the case names its contact. Raises BadInput without either."""
	document = case.document
	name, address = document.get("out_of_area_contact") or "", document.get("out_of_area_email") or ""
	part = role or document.get("out_of_area_board") or ""
	if not (name or part):
		refuse(BadInput, "The case names no board of another area. Write it into the form first.")
	why = MARKED if contacting.plain_name(name) in contacting.barred(document) else ""
	return Recipient(name=name, role=part, address=address, warning=_warning(address, False), barred=why)


def office(agency: str, role: str) -> Recipient:
	"""An agency whose people are not known: its secure address."""
	address, secure = address_of(agency, "")
	return Recipient(
		role=role, agency=agency, address=address, secure=secure, warning=_warning(address, secure)
	)


def free(case: LoadedCase, name: Any, role: Any, agency: Any, address: Any) -> Recipient:
	"""Somebody who is not in the directory. Raises BadInput without a name or a role, or where the case bars them."""
	named, part = line(name, "Name"), line(role, "Role")
	whose, given = line(agency, "Agency"), line(address, "Address")
	if not (named or part):
		refuse(BadInput, "Who gets the copy? Give a name or a role.")
	if given and not _EMAIL.fullmatch(given):
		refuse(BadInput, f"Address: “{given[:60]}” is no email address.")
	known = select("Partner Agency", ["name", "secure_email"], {"name": whose}) if whose else []
	if whose and not known:
		refuse(BadInput, f"Agency: there is no agency “{whose[:60]}” in the directory.")
	if contacting.plain_name(named) in contacting.barred(case.document):
		refuse(BadInput, f"This person {MARKED}: no copy is sent to them.")
	secure = bool(given and known and _same(known[0].secure_email, given))
	return Recipient(
		name=named, role=part, agency=whose, address=given, secure=secure, warning=_warning(given, secure)
	)


def person_of(case: LoadedCase, row: Any) -> Person:
	"""A contact as the engine sees them in this case."""
	return people.person(row, case.document.board, recused=case.recused, holders=case.holders)


def barred(case: LoadedCase, row: Any) -> str:
	"""Why a contact gets no copy of this case, as the end of a sentence; '' where they may."""
	if case.recused.intersection(filter(None, (row.name, row.user))):
		return STEPPED_BACK
	if contacting.plain_name(row.contact_name) in contacting.barred(case.document):
		return MARKED
	return ""


def address_of(agency: str | None, email: str | None) -> tuple[str, bool]:
	"""Where to send a file: the agency's secure address, else the contact's own, which nobody has marked as secure."""
	rows = select("Partner Agency", ["secure_email"], {"name": agency}) if agency else []
	secure = rows[0].secure_email if rows else ""
	return (secure, True) if secure else (email or "", bool(email) and _same(secure, email))


def _same(one: Any, other: Any) -> bool:
	return bool(one) and str(one).strip().casefold() == str(other).strip().casefold()


def _warning(address: str, secure: bool) -> str:
	return "" if address and secure else NOT_SECURE if address else NO_ADDRESS


def _unique(rows: Iterable[Any]) -> list[Any]:
	return list({row.name: row for row in rows if row}.values())


def _contacts(case: LoadedCase, recipient: str, sender: str, agency: str = "") -> Iterator[str | None]:
	"""The names of the contacts that a rule's words mean."""
	word, document = recipient.strip().casefold(), case.document
	if _RAISER.search(word):
		yield document.raised_by
	elif word in ("business manager", case.policy.business_manager_label.casefold()):
		yield case.holders.business_manager
	elif word in ("chair", case.policy.chair_label.casefold()):
		yield case.holders.chair
	elif word in _SIDES:
		yield from _leads(case, _SIDES[word], agency)
	elif word in _FIELDS and document.get(_FIELDS[word]):
		yield document.get(_FIELDS[word])
	else:
		of = agency or _sender_agency(case, sender)
		capacity = _capacity(word)
		if _ELSEWHERE.search(word):
			return
		if capacity:
			yield from holders(of, capacity)
		elif agency:
			yield from _of_agency(case, agency)
		else:
			yield from _with_title(of, word)


def holder_now(case: LoadedCase, role: str) -> frozenset[str]:
	"""Whom a standing copy's words mean now: whoever held the role before gets nothing more by it."""
	of_rule = (
		row.sender for row in case.policy.all_copy_rules if row.standing and _same(row.recipient, role)
	)
	return frozenset(filter(None, _contacts(case, role, next(of_rule, ""))))


def _leads(case: LoadedCase, side: str, agency: str) -> Iterator[str]:
	for name in leads(case.case, side):
		row = people.contact(name)
		if row and agency in ("", row.agency):
			yield name


def _of_agency(case: LoadedCase, agency: str) -> Iterator[str]:
	"""Who stands for an agency in the case: its lead, else its safeguarding leads."""
	of_case = [party.lead for party in case.case.all_parties() if party.agency == agency and party.lead]
	of_case += [name for side in ("raising", "responding") for name in _leads(case, side, agency)]
	yield from of_case or holders(agency, "Safeguarding Lead")


def _sender_agency(case: LoadedCase, sender: str) -> str:
	"""The agency of the side that owes the copy."""
	word = sender.partition(",")[0].strip()
	if word == "responding lead":
		return case.case.responding_agency
	return case.case.raising_agency


def _capacity(word: str) -> str:
	"""The capacity that a recipient's words name, in the singular or the plural; '' for none."""
	for plural, capacity in _PLURALS.items():
		if word.startswith(plural):
			return capacity
	for capacity in CAPACITIES:
		if re.match(rf"{re.escape(capacity.casefold())}s?\b", word):
			return capacity
	return ""


def holders(agency: str, capacity: str) -> list[str]:
	"""The contacts of an agency in post with a capacity, with an account or without, oldest first."""
	if not agency:
		return []
	rows = select("Safeguarding Contact", people.FIELDS, {"agency": agency}, order_by="creation")
	held = [row for row in rows if people.in_post(row, times.today())]
	return [row.name for row in held if is_member(people.person(row, None), agency, capacity, "")]


def _with_title(agency: str, word: str) -> Iterator[str]:
	"""Those of an agency whose job title is what the policy calls them."""
	for row in select("Safeguarding Contact", people.FIELDS, {"agency": agency}, order_by="creation"):
		if _same(row.job_title, word):
			yield row.name


def _named_by_policy(case: LoadedCase, role: str) -> Recipient:
	"""A role without a person: with the address that its own words or the policy's list of contacts give."""
	found = _EMAIL.search(role)
	address = found[0] if found else ""
	for row in () if address else case.policy.contacts:
		if _same(row.label, role):
			given = _EMAIL.search(row.address)
			address = given[0] if given else ""
	return Recipient(role=role, address=address, warning=_warning(address, False))
