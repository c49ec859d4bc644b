"""What the Desk and REST may call about keeping a case. Each function's first line is its guard: the right `redact`."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import anonymising, anonymising_many, guard, retention


@frappe.whitelist(methods=["GET", "POST"])
def state(escalation: str) -> dict[str, Any]:
	"""How the case stands: period, legal hold, decision. NotYours (403) for who may not decide about it."""
	guard.allowed(escalation, "redact")
	return retention.state(escalation)


@frappe.whitelist(methods=["POST"])
def hold(escalation: str, reason: str) -> dict[str, Any]:
	"""Put a case under legal hold. Returns as `state`; raises BadInput, MoveRefused (417), NotYours (403)."""
	guard.allowed(escalation, "redact")
	return retention.hold(escalation, reason)


@frappe.whitelist(methods=["POST"])
def lift_hold(escalation: str, reason: str) -> dict[str, Any]:
	"""Lift a legal hold, with a reason. Returns and raises as `hold`."""
	guard.allowed(escalation, "redact")
	return retention.lift(escalation, reason)


@frappe.whitelist(methods=["POST"])
def decide(escalation: str, decision: str, reason: str, until: str | None = None) -> dict[str, Any]:
	"""The review's decision: Retain `until` a later day (ISO date), or Anonymise. Returns and raises as `hold`."""
	guard.allowed(escalation, "redact")
	return retention.decide(escalation, decision, reason, until)


@frappe.whitelist(methods=["POST"])
def anonymise(
	escalation: str,
	reason: str,
	dry_run: bool | int | str = True,
	expected: str | None = None,
	order: str | None = None,
) -> dict[str, Any]:
	"""Remove everybody's identity from an ended case, for good, and keep its dates, stages and figures.

	A dry run first: {digest, tables: [{table, action, rows, fields}], files, elsewhere, …}, and nothing is changed.
	The real run wants that `digest` as `expected`, and refuses if anything has changed since. Before the case's period
	has ended it wants an `order`: the court's order or the erasure decision that asks for it.
	Raises BadInput, MoveRefused, StaleCase (417), NotYours (403).
	"""
	guard.allowed(escalation, "redact")
	return anonymising.anonymise(escalation, reason, dry_run, expected, order)


@frappe.whitelist(methods=["POST"])
def anonymise_many(
	cases: list[str] | str,
	reason: str,
	dry_run: bool | int | str = True,
	expected: dict[str, str] | str | None = None,
) -> dict[str, Any]:
	"""As `anonymise`, for a list of cases: one transaction each, and a case that is refused stops no other.

	`expected` holds each case's digest of the dry run; the right `redact` is asked of each case. Returns {done, refused, cases: [{escalation, …}]}.
	"""
	guard.listable()
	return anonymising_many.anonymise(anonymising_many.names(cases), reason, dry_run, expected)
