"""Related Escalation: that two cases belong together, shown only to who may see both."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from safeguarding_escalation import permissions


class RelatedEscalation(Document):
	"""One link between two cases. It is never deleted: unlinking is written into the row, and stays."""

	def on_trash(self) -> None:
		"""Refuse: the link was made, and stays on record."""
		permissions.refuse_change(self)

	def before_rename(self, *_args: object, **_kwargs: object) -> None:
		"""Refuse: rows of a case keep their names."""
		permissions.refuse_change(self)


def on_doctype_update() -> None:
	"""The links of a case from either end."""
	frappe.db.add_index("Related Escalation", ["escalation", "related_to"])
	frappe.db.add_index("Related Escalation", ["related_to", "escalation"])
