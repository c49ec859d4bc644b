"""Board Policy: one version of a board's escalation policy, as data."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from safeguarding_escalation.services import policy_readback


class BoardPolicy(Document):
	"""Immutable once submitted; never cancelled or amended, which would pull it from under live cases."""

	def validate(self) -> None:
		"""Number the version, and refuse cells that cannot be read. What else is wrong only warns in a draft."""
		self.set_version()
		problems = policy_readback.problems_of(self)
		unreadable = [problem for problem in problems if problem["code"] == "unreadable"]
		if unreadable:
			self.refuse_for(unreadable, _("Some cells cannot be read"))
		if problems and self.docstatus == 0:
			frappe.msgprint(_list(problems), title=_("Not ready to be submitted"), indicator="orange")

	def before_submit(self) -> None:
		"""Refuse a policy that cannot work."""
		problems = policy_readback.problems_of(self)
		if problems:
			self.refuse_for(problems, _("This policy cannot be used yet"))

	def before_update_after_submit(self) -> None:
		"""Refuse any later change."""
		self.refuse(_("A submitted policy never changes. Copy it to a new version."))

	def before_cancel(self) -> None:
		"""Refuse cancelling."""
		self.refuse(
			_("A policy is never cancelled: cases run under it. Let boards adopt a new version instead.")
		)

	def before_insert(self) -> None:
		"""Refuse an amendment, which would be a second policy with the first one's history."""
		if self.amended_from:
			self.refuse(
				_("A policy is not amended. Copy it to a new version and say which one it supersedes.")
			)

	def on_trash(self) -> None:
		"""Only drafts are deleted."""
		if self.docstatus:
			self.refuse(_("A submitted policy is not deleted."))

	def set_version(self) -> None:
		"""The family and number of this version: those of the one it supersedes, and one more."""
		if self.supersedes:
			family, version = frappe.db.get_value(
				"Board Policy", self.supersedes, ["policy_key", "policy_version"]
			) or (None, 0)
			self.policy_key, self.policy_version = family or self.supersedes, (version or 0) + 1
		else:
			self.policy_key, self.policy_version = self.policy_name, 1

	def refuse_for(self, problems: list[dict[str, Any]], title: str) -> None:
		"""Throw with every problem as a sentence that names table and row."""
		frappe.throw(_list(problems), title=title)

	def refuse(self, sentence: str) -> None:
		"""Throw with a sentence that says what to do."""
		frappe.throw(sentence, title=_("Board Policy"))


def _list(problems: list[dict[str, Any]]) -> str:
	"""Problems as HTML; a sentence may quote what somebody typed."""
	return "<br>".join(frappe.utils.escape_html(text) for text in policy_readback.sentences(problems))
