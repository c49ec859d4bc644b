"""A further board, made by the Business Manager who will manage it; and what a board works by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe

from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import areas, people, policies, policy_versions, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.services.policy_diagram import review_words
from safeguarding_escalation.services.rows import select

BOARD, AGENCY, CONTACT = "Safeguarding Board", "Partner Agency", "Safeguarding Contact"
_OFFICE = ("board", "partnership")  # a name that says already that it is one


def require_readable(board: str) -> None:
	"""Raise NotYours unless the user may read the board. Same words whether it exists or not."""
	if not isinstance(board, str) or not frappe.db.exists(BOARD, board):
		refuse(NotYours, "There is no such board, or you have no access to it.")
	if not frappe.has_permission(BOARD, "read", doc=board):
		refuse(NotYours, "There is no such board, or you have no access to it.")


def add(board_name: str, given: Mapping[str, str], chair: Mapping[str, str]) -> dict[str, Any]:
	"""A board, its office, its Chair, and the user as its Business Manager, unless an administrator. Returns {board, said}.

	`given` are further fields of the board; `chair` has `contact`, a Chair of the directory, or name, email and phone of a
	new one, or nothing: a post that is empty yet. Raises BadInput for a name that is empty or taken, and for a contact
	who is no Chair.
	"""
	name = str(board_name or "").strip()
	if not name:
		refuse(BadInput, "Give the board a name, for example Sunderland.")
	if frappe.db.exists(BOARD, name):
		refuse(BadInput, f"There is a board “{name}” already. Open it, or give this one another name.")
	office = _office(name)
	holder, manager = _chair(chair, office), _manager(office)
	values = {field: str(text or "").strip() for field, text in given.items()}
	posts = {
		"business_manager": manager,
		"chair": holder,
		"chair_off_system": int(bool(holder) and not frappe.db.get_value(CONTACT, holder, "user")),
	}
	board = frappe.get_doc({"doctype": BOARD, "board_name": name, **values, **posts}).insert()
	said = [] if manager else ["Name its Business Manager on the board's form: a contact with that capacity."]
	said += [*_also_covered(board.name, values.get("area_covered", "")), *_account_to_link(chair)]
	return {"board": board.name, "said": said}


def _office(board: str) -> str:
	"""The agency that the board's own people belong to, made if there is none of that name.

	Raises BadInput for one that takes part in cases: its people are there for those.
	"""
	said = any(word in board.casefold().split() for word in _OFFICE)
	name = board if said else f"{board} Safeguarding Adults Board"
	if not frappe.db.exists(AGENCY, name):
		frappe.get_doc({"doctype": AGENCY, "agency_name": name, "agency_type": "Other"}).insert()
	elif frappe.db.exists("Escalation Party", {"agency": name}):
		refuse(
			BadInput,
			f"“{name}” is an agency that takes part in cases, so it cannot be the board's office. Give the board another name.",
		)
	return name


def _manager(office: str) -> str | None:
	"""The user's own contact as a Business Manager, else a new one in the board's office; none for an administrator,
	who is nobody of a board.

	The directory's keeper links no account to a contact, which could open cases. This one is the user's own, holds no
	capacity that a stage asks for, and belongs to an office that is in no case: it opens those of this board alone.
	"""
	user = frappe.session.user
	mine = [row.name for row in people.contacts_of(user) if row.capacity == people.BUSINESS_MANAGER]
	if mine:
		return str(mine[0])
	if policy_versions.decides_for_all(user):
		return None
	row = _row(frappe.utils.get_fullname(user), office, people.BUSINESS_MANAGER, email=user, user=user)
	return str(frappe.get_doc(row).insert(ignore_permissions=True).name)


def _chair(chair: Mapping[str, str], office: str) -> str | None:
	known, name, email, phone = (
		str(chair.get(key) or "").strip() for key in ("contact", "name", "email", "phone")
	)
	if known:
		held = people.contact(known)
		if not held or people.CHAIR not in people.capacities(held):
			refuse(
				BadInput,
				"That contact holds no capacity of a Chair. Choose a Chair, or give the name of a new one.",
			)
		return known
	if not name:
		if email or phone:
			refuse(BadInput, "Give the Chair's name too, or leave the Chair out for now.")
		return None
	return str(frappe.get_doc(_row(name, office, people.CHAIR, email=email, phone=phone)).insert().name)


def _row(name: str, office: str, capacity: str, **values: Any) -> dict[str, Any]:
	return {
		"doctype": CONTACT, "contact_name": name, "agency": office, "capacity": capacity, "job_title": capacity,
		"verified_on": times.today(), **values,
	}  # fmt: skip


def _account_to_link(chair: Mapping[str, str]) -> list[str]:
	"""That a new Chair has an account here, which an administrator links."""
	email = str(chair.get("email") or "").strip()
	if chair.get("contact") or not email or not frappe.db.get_value("User", email, "enabled"):
		return []
	return [
		f"{email} has an account here. Ask a Safeguarding Administrator to link it to the Chair's contact, so that alerts "
		"reach them."
	]


def _also_covered(board: str, area: str) -> list[str]:
	"""That another board covers one of these places: a concern there is suggested to both."""
	rows = select(BOARD, ["name", "area_covered"], {"disabled": 0})
	others = {row.name: row.area_covered for row in rows if row.name != board}
	lines = (line.strip() for line in area.splitlines() if line.strip())
	return [
		f"“{line}” is covered by {', '.join(found)} too. Check which board it belongs to."
		for line in lines
		if (found := areas.best(others, line))
	]


def check_new(document: Any) -> None:
	"""Safeguarding Board, validate: who is no administrator makes a board only if somebody is named to manage it.

	Nobody else could change it afterwards. Raises BadInput with a sentence.
	"""
	if document.flags.ignore_permissions or policy_versions.decides_for_all(frappe.session.user):
		return
	if not document.business_manager:
		refuse(
			BadInput,
			"Name the board's Business Manager: a Safeguarding Contact, yourself if you will manage it. Nobody else but an "
			"administrator can change the board later.",
		)


def standing(board: str) -> dict[str, Any]:
	"""What a board works by: {policy, title, since, review_passed, later: [{policy, title, from_date, text}], manages}.
	`policy` is None for a board that has adopted none.
	"""
	rows = select(
		"Safeguarding Board Policy", ["policy", "from_date"], {"parent": board}, order_by="from_date"
	)
	today, now = times.today(), policies.adopted(board)
	titles = {
		row.policy: frappe.db.get_value("Board Policy", row.policy, ["title", "review_due"]) for row in rows
	}
	since = [row.from_date for row in rows if row.policy == now and row.from_date <= today]
	return {
		"policy": now,
		"title": titles[now][0] if now else "",
		"since": date_text(since[-1]) if since else "",
		"review_passed": review_words(titles[now][1]) if now else "",
		"later": [
			{
				"policy": row.policy,
				"title": titles[row.policy][0],
				"from_date": times.json_date(row.from_date),
				"text": date_text(row.from_date),
			}
			for row in rows
			if row.from_date > today
		],
		"manages": policy_versions.manages(board, frappe.session.user),
	}
