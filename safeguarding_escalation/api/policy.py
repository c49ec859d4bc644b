"""What the Desk may call on a board's policy. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import policy_diagram, policy_readback, policy_versions, times


@frappe.whitelist(methods=["GET", "POST"])
def diagram(policy: str) -> dict[str, Any]:
	"""The stage diagram of a Board Policy in words, for everybody who may read it; see `policy_diagram.diagram`.

	`manages` lists the boards for which the caller may adopt it.
	"""
	policy_versions.require_readable(policy)
	return policy_diagram.diagram(policy) | {"manages": policy_versions.managed_boards(frappe.session.user)}


@frappe.whitelist(methods=["GET", "POST"])
def example(policy: str, start: str | None = None) -> dict[str, Any]:
	"""Worked example dates for a case that begins on `start` (ISO date, default today). Nothing is stored.

	Raises BadInput (417) for what is no date.
	"""
	policy_versions.require_readable(policy)
	return policy_diagram.example(policy, start)


@frappe.whitelist(methods=["POST"])
def read_back(values: str) -> dict[str, Any]:
	"""A policy's form as it stands, read back: problems, each row in words, each term explained, the diagram.

	`values` is the document as JSON. Nothing is stored. Raises BadInput (417) for what is no document.
	"""
	policy_versions.require_author()
	return policy_readback.read_back(values)


@frappe.whitelist(methods=["GET", "POST"])
def vocabulary() -> dict[str, Any]:
	"""The words that a policy's cells take, each with its meaning."""
	policy_versions.require_author()
	return policy_readback.vocabulary()


@frappe.whitelist(methods=["POST"])
def copy(policy: str, name: str, title: str, supersedes: bool | int | str = True) -> dict[str, Any]:
	"""A draft copy: the next version (`supersedes`), or the first one of another board's own policy. Returns {policy}.

	Raises BadInput (417) for a name that cannot be used, NotYours (403) for who writes no policies.
	"""
	policy_versions.require_author()
	policy_versions.require_readable(policy)
	return policy_versions.copy(policy, name, title, bool(frappe.utils.cint(supersedes)))


@frappe.whitelist(methods=["POST"])
def adopt(board: str, policy: str, from_date: str) -> dict[str, Any]:
	"""Let a board work by a submitted policy from a day on. Returns {board, policy, from_date, effects}.

	For its Business Manager and administrators, else NotYours (403). Raises BadInput (417) with a sentence.
	"""
	policy_versions.require_manager(board)
	policy_versions.require_readable(policy)
	return policy_versions.adopt(board, policy, from_date)


@frappe.whitelist(methods=["GET", "POST"])
def effects(board: str, policy: str, from_date: str) -> list[str]:
	"""What adopting would do to the board's cases, as sentences. Changes nothing."""
	policy_versions.require_manager(board)
	policy_versions.require_readable(policy)
	return policy_versions.effects(board, policy, times.given_day(from_date))


@frappe.whitelist(methods=["GET", "POST"])
def compare(old: str, new: str) -> dict[str, Any]:
	"""What changed from one Board Policy to another, as a plain list."""
	policy_versions.require_readable(old, new)
	return policy_versions.compare(old, new)
