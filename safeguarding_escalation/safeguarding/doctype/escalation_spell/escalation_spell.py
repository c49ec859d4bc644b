"""Escalation Spell: a stretch of time in one state, at one stage, with one board. It can be rebuilt at any time."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class EscalationSpell(Document):
	"""A projection of the log, never a source: what returns and trends count, as it was at any instant."""


def on_doctype_update() -> None:
	"""A board's spells by when they begin and end, which returns count; a case's own by their number."""
	frappe.db.add_index("Escalation Spell", ["board", "from_at"])
	frappe.db.add_index("Escalation Spell", ["board", "state", "to_at"])
	frappe.db.add_index("Escalation Spell", ["escalation", "number"])
