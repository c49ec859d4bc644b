"""Board Return: what a board's policy asks its Business Manager to report of a period. Once issued it is frozen."""

from __future__ import annotations

from typing import Any

from frappe.model.document import Document

from safeguarding_escalation.services import returns_document


class BoardReturn(Document):
	"""A period of one board, its figures and the Business Manager's words. See services/returns_document.py."""

	def before_insert(self) -> None:
		"""Find the period, and count."""
		returns_document.begin(self)

	def validate(self) -> None:
		"""Keep what is counted as it is stored, and names out of the words."""
		returns_document.check(self)

	def on_trash(self) -> None:
		"""An issued return stays."""
		returns_document.refuse_issued(self)

	def before_rename(self, *_: Any) -> None:
		"""A return keeps its name."""
		returns_document.refuse_rename()

	def before_print(self, *_: Any) -> None:
		"""Give the print formats what they show."""
		returns_document.before_print(self)
