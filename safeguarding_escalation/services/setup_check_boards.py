"""Setup check: the boards, their people and policies, the directory and the sharing agreements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import frappe

from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import people, policies, ring_verifying, times
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.setup_check_line import GOOD, TODO, Line, good_if, some

DIRECTORY = "People and agencies"
POSTS = (("chair", people.CHAIR), ("business_manager", people.BUSINESS_MANAGER))


def board(name: str) -> Iterator[Line]:
	"""One board's posts and its policy."""
	columns = ["name", "chair", "chair_off_system", "business_manager", "business_manager_off_system"]
	row = select("Safeguarding Board", columns, {"name": name})[0]
	for field, role in POSTS:
		yield _post(row, field, role)
	yield _policy(name)


def _post(row: Any, field: str, role: str) -> Line:
	contact, off_system = people.contact(row[field]), bool(row[f"{field}_off_system"])
	in_post = contact is not None and people.in_post(contact, times.today())
	account = people.mailbox(contact) is not None
	who = contact.contact_name if contact else "nobody"
	tick = f"or tick “The {role} has no account here, on purpose”"
	if contact is None:
		found, todo = f"No {role} is named.", f"Name the {role} in the board, {tick}."
	elif not in_post:
		found = f"{who} is not in post according to the directory."
		todo = f"Name who is the {role} now, or correct the dates of the contact."
	elif account:
		found, todo = f"{who}, with an account that can log in.", ""
	else:
		found, todo = f"{who}, without an account that can log in.", f"Give the contact an account, {tick}."
	fine = (in_post and account) or (off_system and (contact is None or in_post))
	if fine and not account:
		found += " Marked as having no account here, on purpose: others record for them."
	return good_if(
		fine, f"{field}:{row.name}", f"Board: {row.name}", role, found, todo, _form("board", row.name)
	)


def _policy(name: str) -> Line:
	adopted, group, link = policies.adopted(name), f"Board: {name}", _form("board", name)
	if not adopted:
		found, todo = (
			"No policy is adopted.",
			"Adopt one in the board, from a date; cases cannot be raised before.",
		)
		return Line(f"policy:{name}", group, "Policy", TODO, found, todo, link)
	title, review = frappe.db.get_value("Board Policy", adopted, ["title", "review_due"])
	if review is None:
		found, todo = f"{title}. It names no date for its review.", ""
		return Line(f"policy:{name}", group, "Policy", GOOD, found, todo, _form("policy", adopted))
	late = review < times.today()
	found = f"{title}. To be reviewed by {date_text(review)}{', which has passed' if late else ''}."
	todo = "Ask the board whether the policy still holds; when a new version is agreed, copy, change and adopt it."
	return good_if(not late, f"policy:{name}", group, "Policy", found, todo, _form("policy", adopted))


def in_post() -> list[Any]:
	"""The people of the directory who are in post today, with when each was verified, by name."""
	columns = [*people.FIELDS, "verified_on"]
	rows = select("Safeguarding Contact", columns, {}, order_by="contact_name")
	return [row for row in rows if people.in_post(row, times.today())]


def unverified(rows: Iterable[Any]) -> list[Any]:
	"""Those of `rows` who were not verified lately."""
	since = ring_verifying.valid_since()
	return [row for row in rows if ring_verifying.is_stale(row.verified_on, since)]


def contacts() -> Iterator[Line]:
	"""Whether the people in post were verified lately."""
	rows = in_post()
	due = [row.contact_name for row in unverified(rows)]
	found = f"{len(rows) - len(due)} of {len(rows)} people in post were verified in the last {ring_verifying.days()} days."
	if due:
		found += f" Due: {some(due)}."
	todo = "Ask each of them whether agency, capacity, team and numbers are right, and fill in “Verified on”."
	if not rows:
		found, todo = (
			"There is nobody in the directory.",
			"Add the people of your partner agencies as contacts.",
		)
	fine = bool(rows) and not due
	yield good_if(
		fine,
		"contacts",
		DIRECTORY,
		"Contacts verified",
		found,
		todo,
		"/app/safeguarding-contact?verified_on=%5B%22is%22,%22not%20set%22%5D"
		if due
		else "/app/safeguarding-contact",
	)


def verified_agencies() -> Iterator[Line]:
	"""Whether each agency in use has somebody in post whose entry was checked lately."""
	without = ring_verifying.agencies_without()
	found = f"Nobody in post was verified lately at: {some(without)}." if without else "Each agency has one."
	todo = "Ask each of these agencies who may be rung, and press “Checked” on Who do I ring?."
	yield good_if(
		not without,
		"verified_agencies",
		DIRECTORY,
		"A verified contact for each agency",
		found,
		todo,
		"/app/who-do-i-ring",
	)


def agreements() -> Iterator[Line]:
	"""Whether each partner in use has an information-sharing agreement within its review date."""
	columns = ["name", "agency_name", "sharing_agreement", "sharing_agreement_review"]
	rows = select("Partner Agency", columns, {"disabled": 0}, order_by="agency_name")
	without = [row.agency_name for row in rows if not row.sharing_agreement]
	today = times.today()
	late = [
		row.agency_name
		for row in rows
		if row.sharing_agreement
		and (row.sharing_agreement_review is None or row.sharing_agreement_review < today)
	]
	current = len(rows) - len(without) - len(late)
	found = f"{current} of {len(rows)} partner agencies have a current agreement."
	if without:
		found += f" None named: {some(without)}."
	if late:
		found += f" Review overdue or without a date: {some(late)}."
	todo = (
		"Enter the agreement and the date of its review in each agency; where there is none, make one first."
	)
	fine = bool(rows) and not without and not late
	yield good_if(fine, "agreements", DIRECTORY, "Sharing agreements", found, todo, "/app/partner-agency")


def _form(what: str, name: str) -> str:
	"""The path of a form in the Desk."""
	slug = {"board": "safeguarding-board", "policy": "board-policy"}[what]
	return f"/app/{slug}/{frappe.utils.quoted(name)}"
