"""Safeguarding Board: a board, the policies it has adopted, and its posts."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class SafeguardingBoard(Document):
	"""Several boards may adopt one policy. The last adoption whose date has come is in force."""

	def validate(self) -> None:
		"""Refuse what would leave a case without a policy that works."""
		self.check_adoptions()

	def check_adoptions(self) -> None:
		"""Only submitted policies, and one for each date."""
		dates = [str(row.from_date) for row in self.policies]
		if len(dates) != len(set(dates)):
			frappe.throw(_("Two policies are adopted from the same date. Give each a date of its own."))
		for row in self.policies:
			if frappe.db.get_value("Board Policy", row.policy, "docstatus") != 1:
				frappe.throw(
					_("{0} is still a draft. Submit it before the board adopts it.").format(
						frappe.bold(row.policy)
					)
				)
