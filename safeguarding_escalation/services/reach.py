"""Who may be told of a case by mail: in post, with an account that is on, and let in by the one access rule.

A mail holds a reference and a link. To somebody who may not read the case the link is of no use, and the reference is
already too much; so access is asked for each mailbox, whoever chose it. An absence sends an alert on and never silences
it: to the cover, else to the line manager or the agency's safeguarding leads, and if none of them may read the case, to
the person all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation.engine.grantee import is_member
from safeguarding_escalation.services import absences, contacting, people, rights, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

SAFEGUARDING_LEAD, SENIOR_MANAGER = "Safeguarding Lead", "Senior Manager"


@dataclass(frozen=True)
class Recipient:
	"""A mailbox and the contact whose it is; '' for the mailbox of a team."""

	email: str
	contact: str


def recipient(case: LoadedCase, name: str | None, must_read: bool = True) -> Recipient | None:
	"""A contact's mailbox, if they may be told of this case: nobody who left, stepped back, or is not to be contacted.

	Who may not read the case only where `must_read` is False: an immediate risk is said to somebody's line manager too.
	"""
	known = case.memo.setdefault("mailboxes", {})
	if (name, must_read) not in known:
		known[name, must_read] = _recipient(case, people.contact(name), must_read)
	return known[name, must_read]


def _recipient(case: LoadedCase, row: Any, must_read: bool) -> Recipient | None:
	email = people.mailbox(row)
	if not (row and email) or case.recused.intersection((row.name, row.user)):
		return None
	if contacting.plain_name(row.contact_name) in contacting.barred(case.document):
		return None
	return Recipient(email, row.name) if not must_read or may_read(case.name, row.user) else None


def may_read(escalation: str, user: str) -> bool:
	"""Whether an account opens the case: by its roles, and by the access rule."""
	by_role = frappe.has_permission("Escalation", "read", user=user)
	return bool(by_role) and rights.rights_of(escalation, user).read


def told(case: LoadedCase, name: str | None, must_read: bool = True) -> list[Recipient]:
	"""Who is told what is for a contact: themselves, or while they are away whoever acts for them.

	An immediate risk (`must_read` False) is said to who is away as well: they may be the one who knows.
	"""
	mine = recipient(case, name, must_read)
	if not name or not away(case, name):
		return [mine] if mine else []
	cover = recipient(case, absences.cover_of(name, case.now), must_read)
	if cover:
		return [cover, *([mine] if mine and not must_read else [])]
	row = people.contact(name) or frappe._dict()
	others = present(case, [row.line_manager]) or present(case, holders(row.agency, SAFEGUARDING_LEAD))
	return others or ([mine] if mine else [])


def present(case: LoadedCase, names: Iterable[str | None]) -> list[Recipient]:
	"""Those of some contacts who may be told and are not away."""
	found = (recipient(case, name) for name in names if name and not away(case, name))
	return [who for who in found if who]


def away(case: LoadedCase, name: str) -> bool:
	"""Whether a contact is entered as away at the instant of which the case is looked at."""
	known = case.memo.setdefault("away", {})
	if name not in known:
		known[name] = absences.is_away(name, case.now)
	return known[name]


def holders(agency: str | None, capacity: str) -> list[str]:
	"""The contacts in post of an agency with a capacity, by their main or a further one, oldest first."""
	if not agency:
		return []
	rows = select("Safeguarding Contact", people.FIELDS, {"agency": agency}, order_by="creation")
	held = [row for row in rows if row.user and people.in_post(row, times.today())]
	return [row.name for row in held if is_member(people.person(row, None), agency, capacity, "")]
