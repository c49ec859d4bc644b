"""A board's list at once: one transaction a case, and a case that is refused or fails stops no other."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

import frappe

from safeguarding_escalation.services import anonymising, guard
from safeguarding_escalation.services.errors import BadInput, EscalationError, NotYours, refuse
from safeguarding_escalation.services.text import yes_or_no
from safeguarding_escalation.services.unpacking import unpacked

MOST = 200  # cases in one request; a longer list is done in parts


def names(given: list[str] | str) -> list[str]:
	"""The cases of a request, as a list or as JSON, each once. BadInput for none, or for more than MOST."""
	cases = unpacked(given)
	if not isinstance(cases, list) or not cases or not all(isinstance(case, str) for case in cases):
		refuse(BadInput, "Which cases? Give a list of their names.")
	wanted = list(dict.fromkeys(cases))
	if len(wanted) > MOST:
		refuse(BadInput, f"{len(wanted)} cases are too many at once. Choose up to {MOST}.")
	return wanted


def anonymise(
	cases: list[str], reason: str, dry_run: bool | int | str = True, expected: Any = None
) -> dict[str, Any]:
	"""The dry run of each case, or with the digests of those the real one; see `api.retention.anonymise_many`.

	Returns {done, refused, cases: [the answer of each, or {escalation, error}]}. A real run commits after each case.
	"""
	rehearsal = yes_or_no(dry_run, "dry_run")
	digests = unpacked(expected)
	if not rehearsal and not isinstance(digests, Mapping):
		refuse(BadInput, "Do the dry run first, and give each case's digest as `expected`.")
	rows = [_one(case, reason, rehearsal, (digests or {}).get(case)) for case in cases]
	refused = sum(1 for row in rows if "error" in row)
	return {"done": len(rows) - refused, "refused": refused, "dry_run": rehearsal, "cases": rows}


def _one(case: str, reason: str, rehearsal: bool, digest: str | None) -> dict[str, Any]:
	"""One case in a transaction of its own; what it refuses, or breaks on, is its row of the report."""
	frappe.db.savepoint("anonymise_one")
	try:
		guard.allowed(case, "redact")
		answer = anonymising.anonymise(case, reason, rehearsal, digest, everywhere=False)
	except (EscalationError, NotYours) as error:
		_undo()
		return {"escalation": case, "error": str(error)}
	except Exception as error:
		_undo()
		# What an error says could hold a text of the case: where it happened is kept, and its kind.
		place = "".join(traceback.format_tb(error.__traceback__))
		frappe.logger("safeguarding_escalation").error(
			"Anonymising failed: %s\n%s", type(error).__name__, place
		)
		return {
			"escalation": case,
			"error": "It failed and was left as it was. Your administrator finds it in the log.",
		}
	if not rehearsal and not frappe.flags.in_test:
		frappe.db.commit()
	return answer


def _undo() -> None:
	frappe.db.rollback(save_point="anonymise_one")
	frappe.clear_messages()
