"""Whom a case says not to contact or copy in: what is then offered, and what is said instead.

Pure. A case marks its adults and children, each with the representative. Where all are marked nothing is addressed to
them; where some are, the sentence says that the others may be.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
	from .case import Case
	from .duty import Duty

NOBODY, SOME, ALL = "", "some", "all"
# How policies and people address the person concerned, rather than a professional.
_PERSON = re.compile(
	r"\b(adults?|child(ren)?|famil(y|ies)|carers?|parents?|representatives?|attorneys?|advocates?|service users?|"
	r"next of kin|relatives?|victims?|persons? (at risk|concerned))\b",
	re.IGNORECASE,
)
# Professionals and places with such a word in their name.
_PROFESSIONAL = re.compile(
	r"\b(adults?'? (safeguarding|social)|safeguarding adults?|adult at risk safeguarding|child(ren)?('s|’s)? (services|social|mash)|"
	r"(partnership|board|agency) representatives?|family (court|safeguarding|liaison)|independent advocates?|nearest relative office)\b",
	re.IGNORECASE,
)
WHY_NOT = "the case says not to contact or copy them in"
INVOLVEMENT = "field involvement"


def marked(flags: tuple[bool, ...]) -> str:
	"""NOBODY, SOME or ALL of the people of a case are marked; a case without people marks nobody."""
	if not any(flags):
		return NOBODY
	return ALL if all(flags) else SOME


def addresses_person(recipient: str | None) -> bool:
	"""Whether words such as "the adult and their representative" name the people concerned, not a professional."""
	rest = _PROFESSIONAL.sub("", str(recipient or ""))
	return bool(_PERSON.search(rest))


def copy_duty(duty: Duty, recipient: str, case: Case) -> Duty:
	"""A copy rule's duty as the case allows it: withheld from people who are marked, with the reason."""
	if case.do_not_contact == NOBODY or not addresses_person(recipient):
		return duty
	if case.do_not_contact == SOME:
		return replace(duty, text=f"{duty.text} Not to those marked “Do not contact or copy in”.")
	if duty.done:
		return duty
	return replace(duty, text=f"No copy to {recipient}: {WHY_NOT}.", done=True)


def record_text(text: str, needs: tuple[str, ...], case: Case) -> str:
	"""A prompt to involve the adult, with what the case says about contacting them."""
	if INVOLVEMENT not in needs or case.do_not_contact == NOBODY:
		return text
	who = "them" if case.do_not_contact == ALL else "some of them"
	return f"{text} The case says not to contact {who}: say there why they were not informed."
