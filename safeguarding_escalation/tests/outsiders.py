"""Agencies and posts whose people have no account, and both kinds of installation. For the tests that name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

ONE, BOARD_HOSTED = INSTALLATIONS = ("One organisation", "Board hosted")
CAPACITIES = ("Practitioner", "Manager", "Senior Manager", "Head of Service")
# Closing duties that a field of the form satisfies, filled before anything is closed.
SETTLED_TEXTS = {
	"resolution_summary": "The enquiry is reopened.",
	"outstanding_issues_plan": "None is outstanding.",
}
FILLED = {
	"nature": [{"nature": "Level of risk and its assessment"}],
	"dispute_summary": "They disagree with the closure of the enquiry.",
	"decision_challenged": "Closure of the section 42 enquiry",
	"risk_to_adult": "Further neglect at home.",
	"evidence_reasons": "Two assessments.",
	"outcome_sought": "The enquiry is reopened.",
	"disagreement_at": "2025-03-10 09:00:00",
	"subjects": [{"subject_name": "Zephyrine Canary", "kind": "Adult"}],
}


def installed_as(kind: str, host: str) -> None:
	"""Make the site one organisation's (`host`), or a board's."""
	settings = frappe.get_doc("Safeguarding Settings")
	settings.installation, settings.host_agency = kind, host if kind == ONE else None
	settings.save(ignore_permissions=True)


def agency_without_accounts(name: str = "Ashdown Community Trust") -> tuple[str, dict[str, str]]:
	"""An agency and its contacts by capacity; none of them can log in."""
	outside = factories.agency(name, "Health")
	return outside, {
		capacity: factories.contact(
			f"{capacity} of {name}", outside, capacity, team="Ward 4", with_user=False
		)
		for capacity in CAPACITIES
	}


def board_without_accounts(board: str) -> dict[str, str]:
	"""The board's Chair and Business Manager as contacts who cannot log in."""
	office = factories.agency(f"Office of the {board} board", "Other")
	posts = {
		capacity: factories.contact(f"{capacity} of the {board} board", office, capacity, with_user=False)
		for capacity in ("Chair", "Business Manager")
	}
	document = frappe.get_doc("Safeguarding Board", board)
	document.chair, document.business_manager = posts["Chair"], posts["Business Manager"]
	document.save(ignore_permissions=True)
	return posts


def entered(user: str, **values: Any) -> str:
	"""A draft that `user` enters; its name."""
	with as_user(user):
		return frappe.get_doc({"doctype": "Escalation", **FILLED, **values}).insert().name


@dataclass
class Desk:
	"""One user who works a case alone, an hour a step from 11 March 2025 on; `last` is the last answer."""

	case: str
	user: str
	day: int = 0

	def _when(self) -> str:
		self.day += 1
		return f"{frappe.utils.add_days('2025-03-11', self.day)} 10:00:00"

	def move(self, action: str, **given: Any) -> dict[str, Any]:
		with as_user(self.user):
			return api.move(self.case, action, occurred_at=self._when(), **given)

	def record(self, kind: str, **given: Any) -> dict[str, Any]:
		with as_user(self.user):
			return api.record(self.case, kind, occurred_at=self._when(), **given)

	def panel(self) -> dict[str, Any]:
		with as_user(self.user):
			return api.deadlines(self.case)

	def entries(self, kind: str = "") -> list[dict[str, Any]]:
		with as_user(self.user):
			return [row for row in api.timeline(self.case) if kind in ("", row["kind"])]

	def save(self, **values: Any) -> Any:
		with as_user(self.user):
			document = frappe.get_doc("Escalation", self.case)
			document.update(values)
			return document.save()

	def carry_out_closing_duties(self, policy: Any, **given: Any) -> None:
		"""Record every required closing duty by the first event that satisfies it."""
		for duty in policy.closing_duties:
			needs = [need.split()[1] for need in duty.satisfied_by if need.startswith("event ")]
			if duty.required and needs:
				self.record(needs[0], **given)
			elif duty.required and not duty.satisfied_by:
				self.record("duty_done", relates_to=duty.duty)
