"""Tells those who have a case open that it has changed, where the host runs a realtime server.

The host lets into a document's room only who may read it, and asks once, when the form is opened. So the message
names nobody and says nothing of what happened: each reader's own request then brings what that reader may see.
"""

from __future__ import annotations

import frappe

from safeguarding_escalation.services.loaded import LoadedCase

EVENT = "safeguarding_case_changed"


def announce(case: LoadedCase) -> None:
	"""Send {escalation, sequence} to the case's room once the transaction is committed, and never if it isn't.

	`sequence` is the newest log row's: whoever made it knows by that that this is their own act.
	"""
	sequence = case.rows[-1].sequence if case.rows else 0
	frappe.publish_realtime(
		EVENT,
		{"escalation": case.name, "sequence": sequence},
		doctype="Escalation",
		docname=case.name,
		after_commit=True,
	)
