"""What the Desk and REST may call on the record itself: verify it, redact it. Each first line is the guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import audit, chain, guard, record_checks


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
