"""Escalation: what happens to one is in `services.lifecycle`; this is the list of moments."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document

from safeguarding_escalation import permissions


def _lifecycle() -> Any:
	# Imported late: services load the engine and read other DocTypes, which do not exist yet while one installs.
	from safeguarding_escalation.services import lifecycle

	return lifecycle


class Escalation(Document):
	"""One professional disagreement about an adult at risk, under one board's policy."""

	@property
	def allowed_actions(self) -> str:
		"""The workflow actions open to the session's user, one a line.

		A text, since Frappe refuses a list in a field. Every form load and every transition asks for it, so it
		must never raise: whoever cannot be answered may do nothing.
		"""
		try:
			return "\n".join(_lifecycle().allowed_actions(self))
		except Exception:
			frappe.logger("safeguarding_escalation").exception("allowed_actions of %s", self.name)
			return ""

	def before_validate(self) -> None:
		"""Drop what a client sent for the virtual field, and refuse rows of another case."""
		self.__dict__.pop("allowed_actions", None)
		permissions.refuse_foreign_rows(self)

	def before_insert(self) -> None:
		"""Fill in board, policy and people."""
		_lifecycle().before_insert(self)

	def validate(self) -> None:
		"""Check the save and the move that it makes, if any."""
		_lifecycle().validate(self)

	def after_insert(self) -> None:
		"""First log rows, deadlines, access, reference."""
		_lifecycle().after_insert(self)

	def on_update(self) -> None:
		"""Log what changed and refresh what is computed."""
		_lifecycle().on_update(self)

	def on_trash(self) -> None:
		"""Nobody deletes an escalation."""
		_lifecycle().refuse_delete(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Names are hashes that other rows hold: they never change."""
		permissions.refuse_change(self)

	def onload(self) -> None:
		"""Give the form its panel."""
		_lifecycle().onload(self)

	def before_print(self, settings: Any = None) -> None:
		"""Check the right to print and prepare the data."""
		_lifecycle().before_print(self)


def on_doctype_update() -> None:
	"""Indexes for the lists: open cases by due date."""
	frappe.db.add_index("Escalation", ["workflow_state", "next_due_at"])
