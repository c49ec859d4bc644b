"""Who somebody is: contacts, the user behind them, and the engine's Person for one case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe

from safeguarding_escalation.engine.case import Person
from safeguarding_escalation.services import times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.rows import select

CHAIR, BUSINESS_MANAGER = "Chair", "Business Manager"
FIELDS = [
	"name", "contact_name", "agency", "user", "job_title", "capacity", "team", "line_manager", "email",
	"from_date", "to_date",
]  # fmt: skip


def agency_type(agency: str | None) -> str:
	"""The type of a Partner Agency; '' where there is none."""
	return (frappe.db.get_value("Partner Agency", agency, "agency_type", cache=True) or "") if agency else ""


def contact(name: str | None) -> frappe._dict | None:
	"""One Safeguarding Contact's row, or None."""
	if not name:
		return None
	found = select("Safeguarding Contact", FIELDS, {"name": name})
	return found[0] if found else None


def contacts_of(user: str, on: date | None = None) -> list[frappe._dict]:
	"""The contacts that are this user, in post on `on` (default today), oldest first."""
	day = on or times.today()
	found = select("Safeguarding Contact", FIELDS, {"user": user}, order_by="creation")
	return [row for row in found if in_post(row, day)]


def in_post(row: Any, day: date) -> bool:
	"""Whether a contact's from and to dates include `day`."""
	return not (row.from_date and row.from_date > day) and not (row.to_date and row.to_date < day)


def acting_contact(user: str, agencies: set[str] | None = None) -> frappe._dict | None:
	"""The contact as which a user acts: one of an agency in the case first, else the user's first."""
	mine = contacts_of(user)
	for row in mine:
		if agencies and row.agency in agencies:
			return row
	return mine[0] if mine else None


def person(
	row: frappe._dict | None,
	board: str | None,
	user: str | None = None,
	recused: Collection[str] = (),
	further: Collection[frappe._dict] | None = None,
	holders: Holders | None = None,
	moved: bool = False,
) -> Person:
	"""The engine's Person for a contact (or for a user without one, who holds no capacity).

	`recused` are the contacts and accounts that have stepped back from the case. Who asks for many people at once
	gives `further` (`further_capacities` of this contact); `holders` are `post_holders` of the board, in one case those
	of the case. `moved`: see the engine's Person.
	"""
	if row is None:
		return Person(contact=None, user=user, name=frappe.utils.get_fullname(user) if user else "")
	held = posts(row, further)
	chosen = post_holders(board) if holders is None else holders
	return Person(
		contact=row.name,
		user=row.user,
		name=row.contact_name,
		agency=row.agency,
		capacities=tuple(dict.fromkeys(capacity for capacity, _ in held)),
		team=row.team or "",
		board_roles=chosen.roles(row.name),
		roles=tuple(frappe.get_roles(row.user)) if row.user else (),
		active_from=row.from_date,
		active_to=row.to_date,
		recused=row.name in recused or row.user in recused,
		posts=held,
		stands_in=tuple(role for role in chosen.roles(row.name) if role in chosen.substituted),
		moved=moved,
	)


def with_accounts(contacts: Collection[str]) -> frozenset[str]:
	"""Contacts, by name, and the accounts that are theirs."""
	rows = [row for row in map(contact, sorted(contacts)) if row]
	return frozenset({row.name for row in rows} | {row.user for row in rows if row.user})


def further_capacities(names: Collection[str]) -> dict[str, list[frappe._dict]]:
	"""The capacities that contacts hold beside their main one, by contact, in the order of the form: one query."""
	found: dict[str, list[frappe._dict]] = {name: [] for name in names}
	if names:
		table = frappe.qb.DocType("Safeguarding Contact Capacity")
		query = (
			frappe.qb.from_(table)
			.select(table.parent, table.capacity, table.team, table.from_date, table.to_date)
			.where(table.parenttype == "Safeguarding Contact")
			.where(table.parent.isin(list(found)))
			.orderby(table.idx)
		)
		for row in query.run(as_dict=True):
			found[row.parent].append(row)
	return found


def posts(row: Any, further: Collection[frappe._dict] | None = None) -> tuple[tuple[str, str], ...]:
	"""Every (capacity, team) that a contact holds today, the main one first; a row without a team is of their own."""
	others = further_capacities([row.name])[row.name] if further is None else further
	day = times.today()
	held = [(row.capacity, row.team or "")]
	held += [(other.capacity, other.team or row.team or "") for other in others if in_post(other, day)]
	return tuple(dict.fromkeys((capacity, team) for capacity, team in held if capacity))


def capacities(row: Any) -> tuple[str, ...]:
	"""Every capacity a contact holds today, the main one first."""
	return tuple(dict.fromkeys(capacity for capacity, _ in posts(row)))


@dataclass(frozen=True)
class Holders:
	"""The contacts that are a board's Chair and its Business Manager, None where a post is empty.

	`substituted` are the posts that are held in one case for somebody who stepped back from it.
	"""

	chair: str | None = None
	business_manager: str | None = None
	substituted: tuple[str, ...] = ()

	def contacts(self) -> tuple[str, ...]:
		"""The holders, without the empty posts."""
		return tuple(name for name in (self.chair, self.business_manager) if name)

	def roles(self, name: str) -> tuple[str, ...]:
		"""Chair or Business Manager, where the contact `name` is that."""
		held = ((CHAIR, self.chair), (BUSINESS_MANAGER, self.business_manager))
		return tuple(role for role, holder in held if holder == name)


def post_holders(board: str | None, recusals: Mapping[str, Any] | None = None) -> Holders:
	"""Who holds a board's posts; in a case with `recusals` (see `log.recusals`) also in whose place."""
	rows = select("Safeguarding Board", ["chair", "business_manager"], {"name": board}) if board else []
	if not rows:
		return Holders()
	found, substituted = [], []
	for post, role in (("chair", CHAIR), ("business_manager", BUSINESS_MANAGER)):
		holder = _in_place_of(rows[0][post], recusals or {})
		found.append(holder)
		substituted += [role] if holder != rows[0][post] else []
	return Holders(found[0], found[1], tuple(substituted))


def _in_place_of(holder: str | None, recusals: Mapping[str, Any]) -> str | None:
	"""Who acts for a holder who stepped back: the substitute, or that one's, as long as there is one."""
	passed: set[str] = set()
	while holder and holder not in passed and holder in recusals and recusals[holder].substitute:
		passed.add(holder)
		holder = recusals[holder].substitute
	return holder


def named(name: str, what: str) -> frappe._dict:
	"""The contact that a caller named; BadInput if there is none."""
	row = contact(name)
	if row is None:
		refuse(BadInput, f"{what}: there is no Safeguarding Contact “{str(name)[:60]}”.")
	return row


def mailbox(row: Any) -> str | None:
	"""Where a contact may be mailed: an enabled user's address, while the contact is in post; else None."""
	if row is None or not row.user or not in_post(row, times.today()):
		return None
	enabled, email = frappe.db.get_value("User", row.user, ["enabled", "email"]) or (0, None)
	return email if enabled else None
