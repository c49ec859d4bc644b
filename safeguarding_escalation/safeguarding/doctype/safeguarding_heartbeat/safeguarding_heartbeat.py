"""Safeguarding Heartbeat: when something that runs by itself was last done, a row a kind."""

from __future__ import annotations

from frappe.model.document import Document


class SafeguardingHeartbeat(Document):
	"""Written by `services.heartbeat` alone."""
