"""What the Desk may call on a board's policy. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import (
	board_adding,
	policy_adopting,
	policy_comparing,
	policy_diagram,
	policy_readback,
	policy_versions,
	times,
)


@frappe.whitelist(methods=["GET", "POST"])
def diagram(policy: str) -> dict[str, Any]:
	"""The stage diagram of a Board Policy in words, for everybody who may read it; see `policy_diagram.diagram`.

	`manages` lists the boards for which the caller may adopt it, `next_name` a free name for its next version.
	"""
	policy_versions.require_readable(policy)
	return policy_diagram.diagram(policy) | {
		"manages": policy_versions.managed_boards(frappe.session.user),
		"next_name": policy_versions.next_name(policy),
	}


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


@frappe.whitelist(methods=["POST"])
def words(kind: str, text: str, values: str) -> str:
	"""What somebody is about to put into a cell, as a sentence. `values` is the form as JSON. Nothing is stored."""
	policy_versions.require_author()
	return policy_readback.words_of(kind, text, values)


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
	return policy_adopting.adopt(board, policy, from_date)


@frappe.whitelist(methods=["GET", "POST"])
def effects(board: str, policy: str, from_date: str) -> dict[str, Any]:
	"""What adopting would do: sentences, the open cases that the caller may read, and what changes. Changes nothing."""
	policy_versions.require_manager(board)
	policy_versions.require_readable(policy)
	return policy_adopting.effects(board, policy, times.given_day(from_date))


@frappe.whitelist(methods=["GET", "POST"])
def compare(old: str, new: str, start: str | None = None) -> dict[str, Any]:
	"""What changed from one Board Policy to another, in sentences, by stage; example dates for a thing on `start`.

	`start` is an ISO date, default today. Raises BadInput (417) for what is no date.
	"""
	policy_versions.require_readable(old, new)
	return policy_comparing.compare(old, new, start)


@frappe.whitelist(methods=["POST"])
def start(name: str, title: str, stages: str, board: str = "") -> dict[str, Any]:
	"""A draft from a board's stages alone: `stages` is JSON, [{label, who, days}]. Returns {policy}.

	Raises BadInput (417) with a sentence, NotYours (403) for who writes no policies.
	"""
	policy_versions.require_author()
	return policy_versions.start(name, title, stages, board)


@frappe.whitelist(methods=["POST"])
def reviewed(policy: str, review_due: str) -> dict[str, Any]:
	"""Reviewed, unchanged: the next version with the same rules and a new review date. Returns {policy, boards}.

	Raises BadInput (417) with a sentence, NotYours (403) for who writes no policies.
	"""
	policy_versions.require_author()
	policy_versions.require_readable(policy)
	return policy_versions.reviewed(policy, review_due)


@frappe.whitelist(methods=["GET", "POST"])
def of_board(board: str) -> dict[str, Any]:
	"""What a board works by, what it has adopted for later, and whether the caller decides for it."""
	board_adding.require_readable(board)
	return board_adding.standing(board)


@frappe.whitelist(methods=["POST"])
def add_board(
	board_name: str,
	area_covered: str = "",
	code: str = "",
	chair: str = "",
	chair_name: str = "",
	chair_email: str = "",
	chair_phone: str = "",
) -> dict[str, Any]:
	"""A new board with its office, its Chair, and the caller as its Business Manager. Returns {board, said}.

	`chair` is a Chair of the directory; else `chair_name` and how to reach a new one, or nobody yet.
	Raises BadInput (417) with a sentence, NotYours (403) for who writes no policies.
	"""
	policy_versions.require_author()
	who = {"contact": chair, "name": chair_name, "email": chair_email, "phone": chair_phone}
	return board_adding.add(board_name, {"code": code, "area_covered": area_covered}, who)
