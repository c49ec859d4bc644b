"""People whom a case says not to contact or copy in: they are offered nowhere, and a copy to them needs a reason."""

from __future__ import annotations

from typing import Any

from frappe.utils import cint

from safeguarding_escalation.engine.contacting import NOBODY, addresses_person
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase

# Kinds of entries that say that something reached somebody.
COPIES = ("copied", "outcome_conveyed", "feedback_given")


def barred(document: Any) -> frozenset[str]:
	"""The names, as `plain_name` writes them, of the people marked, and of their representatives."""
	return frozenset(
		plain_name(name)
		for row in document.get("subjects") or ()
		if cint(row.do_not_contact_or_copy)
		for name in (row.subject_name, row.representative_name)
		if name
	)


def plain_name(name: Any) -> str:
	"""A name for comparing: one space between words, whatever the letters."""
	return " ".join(str(name or "").split()).casefold()


def check_copy(case: LoadedCase, kind: str, to: str, counterpart_name: str, reason: str) -> None:
	"""Refuse an entry that says that a marked person was sent or told something, unless it gives a reason.

	The reason stands in the entry's note, where it can be redacted. Raises BadInput.
	"""
	if kind not in COPIES or case.case.do_not_contact == NOBODY or reason:
		return
	names = barred(case.document)
	reaches = addresses_person(to) or {plain_name(to), plain_name(counterpart_name)} & names
	if reaches:
		refuse(
			BadInput,
			"The case says not to contact this person or copy them in. If it was done all the same, give the reason, "
			"in `reason`; it is kept with the entry.",
		)
