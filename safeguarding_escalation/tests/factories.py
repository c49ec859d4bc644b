"""Invented agencies, people and cases for the site tests. `world()` is idempotent within a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.services import log, times
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.setup.demo_people import as_if_installing

BOARD = "Redbridge"
ROLE_OF = {
	"Practitioner": "Safeguarding Practitioner",
	"Manager": "Safeguarding Manager",
	"Safeguarding Lead": "Safeguarding Manager",
	"Senior Manager": "Safeguarding Senior Manager",
	"Head of Service": "Safeguarding Senior Manager",
	"Business Manager": "Board Business Manager",
	"Chair": "Board Chair",
}
CAPACITIES = ("Practitioner", "Manager", "Senior Manager")
HOST = "host.administrator@example.test"
PASSWORD = "a-Long-test-Password-7"


@dataclass
class World:
	"""Two parties, a stranger and a board: contacts and users by agency and capacity."""

	board: str
	raising: str
	responding: str
	other: str
	contacts: dict[tuple[str, str], str] = field(default_factory=dict)
	users: dict[tuple[str, str], str] = field(default_factory=dict)

	def contact(self, agency: str, capacity: str) -> str:
		return self.contacts[(agency, capacity)]

	def user(self, agency: str, capacity: str) -> str:
		return self.users[(agency, capacity)]


def world() -> World:
	"""Three agencies with a user for each capacity, and the board with its Chair and Business Manager."""
	user(HOST, "System Manager")  # the host makes the first user of a site one, who must be nobody of a case
	built = World(
		BOARD,
		agency("Elmfield Hospital Trust", "Health"),
		agency("Redfern Council", "Local Authority"),
		agency("Northgate Police", "Police"),
	)
	for name, prefix in ((built.raising, "elm"), (built.responding, "red"), (built.other, "nor")):
		for capacity in CAPACITIES:
			_add(built, name, capacity, f"{prefix}.{frappe.scrub(capacity)}@example.test", team="North")
	office = agency("Redbridge Safeguarding Adults Board", "Other")
	for capacity, post in (("Chair", "chair"), ("Business Manager", "business_manager")):
		_add(built, office, capacity, f"board.{post}@example.test")
		frappe.db.set_value("Safeguarding Board", BOARD, post, built.contact(office, capacity))
	return built


def _add(built: World, agency_name: str, capacity: str, email: str, team: str = "") -> None:
	built.users[(agency_name, capacity)] = user(email, ROLE_OF[capacity])
	built.contacts[(agency_name, capacity)] = contact(
		f"{capacity} of {agency_name}", agency_name, capacity, email, team
	)


def agency(name: str, kind: str) -> str:
	"""A Partner Agency, made once."""
	if not frappe.db.exists("Partner Agency", name):
		frappe.get_doc({"doctype": "Partner Agency", "agency_name": name, "agency_type": kind}).insert(
			ignore_permissions=True
		)
	return name


def user(email: str, role: str) -> str:
	"""A System User with one of our roles."""
	if not frappe.db.exists("User", email):
		made = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": email.split("@")[0],
				"send_welcome_email": 0,
				"user_type": "System User",
				"new_password": PASSWORD,
				"roles": [{"role": role}],
			}
		)
		made.flags.no_welcome_mail = True
		made.flags.ignore_password_policy = True
		with as_if_installing():
			made.insert(ignore_permissions=True)
	return email


def contact(
	name: str, agency_name: str, capacity: str, email: str = "", team: str = "", with_user: bool = True
) -> str:
	"""A Safeguarding Contact, made once a name."""
	found = frappe.db.get_value("Safeguarding Contact", {"contact_name": name})
	if found:
		return found
	made = frappe.get_doc(
		{
			"doctype": "Safeguarding Contact",
			"contact_name": name,
			"agency": agency_name,
			"capacity": capacity,
			"job_title": capacity,
			"team": team,
			"email": email,
			"user": email if with_user and email else None,
		}
	).insert(ignore_permissions=True)
	return made.name


def escalation(built: World, **values: Any) -> Any:
	"""A Draft raised by the raising agency's practitioner, with what the policy asks for filled in."""
	frappe.set_user(built.user(built.raising, "Practitioner"))
	try:
		return frappe.get_doc(
			{
				"doctype": "Escalation",
				"board": built.board,
				"raising_agency": built.raising,
				"responding_agency": built.responding,
				"responding_lead": built.contact(built.responding, "Practitioner"),
				"disagreement_at": "2025-03-11 10:00:00",
				"nature": [{"nature": "Level of risk and its assessment"}],
				"dispute_summary": "The enquiry was closed although the carer still visits.",
				"decision_challenged": "Closure of the section 42 enquiry",
				"risk_to_adult": "Further neglect at home.",
				"evidence_reasons": "Two ward assessments and the district nurse's notes.",
				"outcome_sought": "The enquiry is reopened.",
				"subjects": [{"subject_name": "Zephyrine Canary", "kind": "Adult"}],
				"parties": [
					{"agency": built.raising, "side": "raising", "aim": "A protection plan"},
					{
						"agency": built.responding,
						"side": "responding",
						"aim": "Support through care management",
					},
				],
				**values,
			}
		).insert()
	finally:
		frappe.set_user("Administrator")


def entry(escalation: str, **values: Any) -> str:
	"""A row of the log as the services append it, whatever the policy says of it; returns its name.

	`values` are those of `log.Entry`; the log is only added to, so tests make the row they need.
	"""
	given = {"kind": "discussed", "occurred_at": times.now(), **values}
	with locked(escalation) as case:
		return case.append(log.Entry(**given)).name


def let_in(escalation: str, contact_name: str) -> None:
	"""Let a contact read a case, as a copy with continuing access does."""
	row = frappe.db.get_value("Safeguarding Contact", contact_name, ["user", "agency"], as_dict=True)
	values = {
		"grantee": row.user,
		"contact": contact_name,
		"agency": row.agency,
		"since": "2025-01-01 00:00:00",
	}
	given = {"doctype": "Escalation Access", "escalation": escalation, "active": 1, "rights": "read"}
	frappe.get_doc({**given, **values, "basis": "copied", "reason": "Copied in"}).insert(
		ignore_permissions=True
	)


def at(text: str) -> datetime:
	"""A naive site time, as the API takes it."""
	return datetime.fromisoformat(text)


class as_user:
	"""`with as_user(name):` runs as that user and comes back to the one before."""

	def __init__(self, name: str) -> None:
		self.name = name

	def __enter__(self) -> None:
		self.before = frappe.session.user
		frappe.set_user(self.name)

	def __exit__(self, *_: object) -> None:
		frappe.set_user(self.before)
