"""A case at Stage 2 whose responding manager has no account, for the tests of both sides' word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation.api import confirmation, escalation
from safeguarding_escalation.services import record_shown, responding
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.setup.demo_removal import remove_cases
from safeguarding_escalation.tests import factories, mails
from safeguarding_escalation.tests.factories import as_user

ADDRESS = "pat.silent@partner.example.test"
SILENT = "Pat Silent of Redfern"


@dataclass
class Both:
	"""The case, the raising manager's account, and the contact who answers by link."""

	case: str
	user: str
	silent: str
	world: Any

	def ask(self, what: str = "stage", stage: int | None = 1, **given: Any) -> dict[str, Any]:
		with as_user(self.user):
			return confirmation.ask(self.case, what, given.pop("contact", self.silent), stage, **given)

	def link(self, **given: Any) -> str:
		"""The key of a link that the user sends by hand."""
		settings = {"deliver": "copied", "how": "response link"}
		return str(self.ask(**{**settings, **given})["link"]).rpartition("#")[2]

	def row(self) -> Any:
		return record_shown.last_of(self.case)[-1]

	def stored_link(self) -> Any:
		name = frappe.get_all(
			"Response Link", {"escalation": self.case}, order_by="creation desc", pluck="name"
		)[0]
		return frappe.get_doc("Response Link", name)

	def panel(self, user: str | None = None) -> dict[str, Any]:
		with as_user(user or self.user):
			return escalation.deadlines(self.case)["both_sides"]

	def kinds(self) -> list[str]:
		return [row.kind for row in loaded(self.case).rows]

	def opened(self, key: str) -> str:
		"""A session with a key and its mailed code."""
		return responding.open_with(key, self.code(key))

	def code(self, key: str) -> str:
		began = frappe.utils.now()
		responding.send_code(key)
		return code_in(began)


def code_in(since: str) -> str:
	"""The code in the newest mail to the contact."""
	rows = frappe.get_all(
		"Email Queue",
		{"creation": (">=", since), "reference_doctype": "Response Link"},
		["message"],
		order_by="creation desc",
	)
	for row in rows:
		for text in mails.parts((row.message or "").encode()):
			found = re.search(r"Your code is <b>(\d+)</b>", text)
			if found:
				return found[1]
	raise AssertionError("no code was mailed")


def silent_contact(world: Any, capacity: str = "Manager", name: str = SILENT, address: str = ADDRESS) -> str:
	return factories.contact(name, world.responding, capacity, address, team="North", with_user=False)


def at_stage_two(world: Any, **values: Any) -> Both:
	"""Discussed at Stage 1 without agreement, and escalated to the managers; the other side's lead has no account."""
	frappe.db.set_single_value("Safeguarding Settings", "response_links", 1)
	silent = silent_contact(world)
	made = factories.escalation(world, responding_lead=silent, **values)
	with as_user(world.user(world.raising, "Practitioner")):
		escalation.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
		escalation.record(
			made.name,
			"discussed",
			occurred_at="2025-03-13 10:00:00",
			mode="phone",
			note="Zephyrine Canary was seen by the ward; the council keeps to the closure.",
		)
		escalation.record(
			made.name, "consulted", occurred_at="2025-03-13 11:00:00", note="An inner word of the ward."
		)
		escalation.move(
			made.name, "Escalate to Stage 2", occurred_at="2025-03-14 09:00:00", reason="No agreement."
		)
	return Both(made.name, world.user(world.raising, "Manager"), silent, world)


def committed(world: Any, settled: bool = False) -> Iterator[Both]:
	"""One case for a whole module, since making one takes seconds; each test is rolled back to it. Gone afterwards."""
	frappe.set_user("Administrator")
	made = at_stage_two(world)
	if settled:
		resolve(made)
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	frappe.set_user("Administrator")
	remove_cases([made.case])
	frappe.db.delete("Safeguarding Contact", {"name": made.silent})
	frappe.db.commit()


def resolve(both: Both) -> None:
	"""Agreed at Stage 2: proposed by the council, accepted by the ward."""
	with as_user(both.user):
		document = frappe.get_doc("Escalation", both.case)
		document.resolution_summary = "The enquiry is reopened."
		document.outstanding_issues_plan = "None is outstanding."
		document.save()
		escalation.record(
			both.case,
			"resolution_proposed",
			actor=both.silent,
			evidence="Their email of 17 March",
			occurred_at="2025-03-17 10:00:00",
		)
		escalation.move(both.case, "Accept Resolution", occurred_at="2025-03-17 12:00:00")
