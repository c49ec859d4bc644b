"""Safeguarding Contact: a person in an agency, with or without an account here."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from safeguarding_escalation.setup.roles import ADMINISTRATOR

# What decides whose cases a contact's account sees.
ACCESS_FIELDS = ("user", "agency", "capacity", "team", "from_date", "to_date")
MAY_GIVE_ACCESS = {ADMINISTRATOR, "System Manager"}


class SafeguardingContact(Document):
	"""The directory. A contact with an account gives that account access, by agency, capacity and team."""

	def validate(self) -> None:
		"""Check the period, and who may change what gives access."""
		self.validate_from_to_dates("from_date", "to_date")
		if self.line_manager and self.line_manager == self.name:
			frappe.throw(_("Nobody is their own line manager."))
		self.check_may_give_access()

	def check_may_give_access(self) -> None:
		"""Only an administrator opens cases to an account: a directory's keeper could otherwise open all of them."""
		if self.flags.ignore_permissions or MAY_GIVE_ACCESS.intersection(frappe.get_roles()):
			return
		before = self.get_doc_before_save()
		accounts = {self.user, before.user if before else None} - {None, ""}
		if accounts and self.access_key(self) != (self.access_key(before) if before else None):
			frappe.throw(
				_(
					"Only a Safeguarding Administrator can change the account, agency, capacity, team or dates "
					"of somebody who has an account."
				),
				frappe.PermissionError,
				title=_("Not possible"),
			)

	@staticmethod
	def access_key(contact: Any) -> tuple[str, ...]:
		"""Everything about a contact that gives access, as text."""
		capacities = [
			f"{row.capacity} {row.team} {row.from_date} {row.to_date}" for row in contact.other_capacities
		]
		return (*(str(contact.get(field) or "") for field in ACCESS_FIELDS), *capacities)
