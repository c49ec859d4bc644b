"""Safeguarding Board: a board, the policies it has adopted, and its posts."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from safeguarding_escalation.services import board_adding, policy_adopting, policy_versions, retention


class SafeguardingBoard(Document):
	"""Several boards may adopt one policy. The last adoption whose date has come is in force."""

	def validate(self) -> None:
		"""Refuse who does not manage this board, and what would leave a case without a policy that works."""
		self.check_manager()
		if self.is_new():
			board_adding.check_new(self)
		self.check_adoptions()
		retention.check_years(self, required=False)

	def on_trash(self) -> None:
		"""Only who manages the board deletes it."""
		self.check_manager()

	def check_manager(self) -> None:
		"""A Business Manager of one board decides nothing for another: asked of the stored row, not of this one."""
		if not (self.is_new() or self.flags.ignore_permissions):
			policy_versions.require_manager(self.name)

	def check_adoptions(self) -> None:
		"""Only submitted policies, and one for each date."""
		dates = [str(row.from_date) for row in self.policies]
		if len(dates) != len(set(dates)):
			frappe.throw(_("Two policies are adopted from the same date. Give each a date of its own."))
		for row in self.policies:
			if frappe.db.get_value("Board Policy", row.policy, "docstatus") != 1:
				frappe.throw(
					_("{0} is still a draft. Submit it before the board adopts it.").format(
						frappe.bold(frappe.utils.escape_html(row.policy or ""))
					)
				)
		policy_adopting.check_rows(self)
