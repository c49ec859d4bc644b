"""Whose a return is: the board's Business Manager and Chair, or the organisation's own senior people."""

from __future__ import annotations

import frappe

from safeguarding_escalation.services import absences, people, reach, times
from safeguarding_escalation.services.errors import NotYours, refuse
from safeguarding_escalation.services.rows import select

DOCTYPE = "Board Return"
# What a return counts: every escalation of the board, or an organisation's own with it.
BOARDS, OURS = "All escalations of the board", "Our escalations with this board"
_POSTS = ("business_manager", "chair")
# Who answers for an organisation's own escalations.
SENIOR = ("Senior Manager", "Head of Service", "Chief Officer", "Safeguarding Lead", "Named Professional")
_ROLES = {
	"business_manager": "Board Business Manager", "chair": "Board Chair",
}  # fmt: skip
_SENIOR_ROLES = frozenset({"Safeguarding Senior Manager", "Safeguarding Manager"})
_SENTENCE = "There is no such return, or you have no access to it."


def scope() -> str:
	"""What returns count on this site, by its kind of installation."""
	kind = frappe.db.get_single_value("Safeguarding Settings", "installation", cache=False)
	return OURS if kind == "One organisation" else BOARDS


def boards_of(user: str, posts: tuple[str, ...] = _POSTS) -> list[str]:
	"""The boards of which a user holds one of `posts` now, or stands in for who does, with that post's role."""
	mine = [row.name for row in people.contacts_of(user)]
	mine += [row.name for row in absences.covered_by(mine, times.now())]
	if not mine:
		return []
	roles = set(frappe.get_roles(user))
	board = frappe.qb.DocType("Safeguarding Board")
	found: set[str] = set()
	for post in posts:
		if _ROLES[post] in roles:
			query = frappe.qb.from_(board).select(board.name).where(board[post].isin(mine))
			found.update(query.run(pluck=True))
	return sorted(found)


def of_the_organisation(user: str) -> bool:
	"""Whether a user answers for the hosting organisation's own escalations, by capacity and role."""
	host = frappe.db.get_single_value("Safeguarding Settings", "host_agency", cache=False)
	if not host or scope() != OURS or not _SENIOR_ROLES.intersection(frappe.get_roles(user)):
		return False
	mine = (row for row in people.contacts_of(user) if row.agency == host)
	return any(set(SENIOR).intersection(people.capacities(row)) for row in mine)


def may_read(board: str, of: str, user: str) -> bool:
	"""Whether a user may read a return of `board` that counts `of` (BOARDS or OURS)."""
	return of_the_organisation(user) if of == OURS else board in boards_of(user)


def may_write(board: str, of: str, user: str) -> bool:
	"""Whether a user writes and issues it."""
	return of_the_organisation(user) if of == OURS else board in boards_of(user, ("business_manager",))


def require(name: str, write: bool = False) -> None:
	"""Raise NotYours unless the session's user may read (or write) the stored return. Same words where there is none."""
	if not may(name, frappe.session.user, write):
		refuse(NotYours, _SENTENCE)


def stored_scope(name: object) -> tuple[str, str] | None:
	"""Board and scope of a stored return; None where there is none."""
	found = frappe.db.get_value(DOCTYPE, name, ["board", "scope"]) if isinstance(name, str) and name else None
	return (found[0], found[1]) if found else None


def is_writer(name: str) -> bool:
	"""Whether the session's user may write the stored return."""
	return may(name, frappe.session.user, write=True)


def may(name: object, user: str, write: bool = False) -> bool:
	"""Whether a user may read (or write) the stored return; False where there is none."""
	found = stored_scope(name)
	if found is None:
		return False
	board, of = found
	return user == "Administrator" or (may_write(board, of, user) if write else may_read(board, of, user))


def told(board: str, of: str) -> list[str]:
	"""The mailboxes of who is told that a draft is there: the Business Manager, or while they are away their cover; for
	an organisation its safeguarding leads, failing those its senior managers.
	"""
	if of == BOARDS:
		names = [people.post_holders(board).business_manager]
	else:
		host = frappe.db.get_single_value("Safeguarding Settings", "host_agency", cache=False)
		names = [*(reach.holders(host, reach.SAFEGUARDING_LEAD) or reach.holders(host, reach.SENIOR_MANAGER))]
	now = times.now()
	found = []
	for name in filter(None, names):
		for each in (absences.cover_of(name, now), name):
			row = people.contact(each)
			email = people.mailbox(row)
			if email and may_write(board, of, row.user):
				found.append(email)
				break
	return list(dict.fromkeys(found))


def issued_before(board: str, of: str, first_day: object) -> list[frappe._dict]:
	"""The issued returns of a board whose period ended before a day, oldest first."""
	columns = ("name", "reference", "period", "from_date", "to_date", "issued_at", "figures")
	rows = select(DOCTYPE, columns, {"board": board, "scope": of, "status": "Issued"}, order_by="to_date")
	return [row for row in rows if row.to_date < first_day]
