"""What the Desk and REST may call on the record itself: verify it, redact it. Each first line is the guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import audit, chain, guard, record_checks, redacting, redaction


@frappe.whitelist(methods=["GET", "POST"])
def verify(escalation: str) -> dict[str, Any]:
	"""Check the log of a case against its hashes and its seal.

	Returns `state` (valid, broken, nothing to verify), `valid`, `sentence`, `entries` (how many were checked) and
	`findings`: [{code, sentence, sequence}]. Raises NotYours (403).
	"""
	guard.readable(escalation)
	verdict = chain.verify(escalation)
	audit.note(escalation, "verify", verdict.state)
	return {
		"state": verdict.state,
		"valid": verdict.valid,
		"sentence": verdict.sentence,
		"entries": verdict.rows,
		"findings": [
			{"code": finding.code, "sentence": finding.sentence, "sequence": finding.sequence}
			for finding in verdict.findings
		],
	}


@frappe.whitelist(methods=["POST"])
def verify_all() -> dict[str, Any]:
	"""Check the record of the whole site now; for those who may read Record Checks, whatever cases they may see.

	Returns as `scheduler.verify_log`, and the new Record Check's `name`. Raises NotYours (403).
	"""
	guard.listable("Record Check")
	return record_checks.run()


@frappe.whitelist(methods=["GET", "POST"])
def redactable(escalation: str) -> list[dict[str, Any]]:
	"""What the caller may redact in a case: [{row, label, cells: [{cell, label}]}], no text. Raises NotYours (403)."""
	guard.allowed(escalation, "redact")
	return redaction.choices(escalation)


@frappe.whitelist(methods=["POST"])
def redact(escalation: str, row: str, reason: str, cells: list[str] | str | None = None) -> dict[str, Any]:
	"""Take personal text out of the record for good, for a `reason` that stays in its place.

	`row` is the name of an entry of the log, of a row of the form (a subject, a party, an action …), or the case's own
	name for a text of the form; `cells` are fields of it, `note` for an entry's text (its default). Returns `log`, the
	entry that records it, `cells`, what was taken out, `also_in`, where else the same words stand, and `warning`, what a
	legal hold says ('' without one: it does not refuse a redaction that a court orders).
	Raises BadInput, MoveRefused (417) and NotYours (403).
	"""
	guard.allowed(escalation, "redact")
	wanted = frappe.parse_json(cells) if isinstance(cells, str) and cells.startswith("[") else cells
	wanted = [wanted] if isinstance(wanted, str) else wanted
	return redaction.redact(escalation, row, reason, wanted or [redacting.NOTE])
