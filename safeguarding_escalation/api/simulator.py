"""What the page Policy simulator may call. Each first line is its guard; nothing here is written, but who looked."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import simulating, simulation_tables


@frappe.whitelist(methods=["GET", "POST"])
def choices() -> dict[str, Any]:
	"""The boards that the caller decides for, the policies that they may read, drafts first, and the most cases of a run.

	Raises NotYours (403) for who decides for no board.
	"""
	return simulating.choices(frappe.session.user)


@frappe.whitelist(methods=["GET", "POST"])
def run(policy: str, board: str, from_date: str, to_date: str) -> dict[str, Any]:
	"""Replay the board's cases that began in a period under a policy, draft or not; see `simulation_tables.shown`.

	Only cases that the caller may read count. Raises NotYours (403), and BadInput (417) for a period the wrong way round
	or a policy that cannot run.
	"""
	simulating.require(policy, board)
	return simulation_tables.shown(simulating.run(policy, board, from_date, to_date))


@frappe.whitelist(methods=["GET", "POST"])
def export(
	policy: str, board: str, from_date: str, to_date: str, table: str = "clocks", kind: str = "xlsx"
) -> None:
	"""One table of a run (clocks, sums, alerts) as a file (csv, xlsx). Counts as an export of cases, and is noted as one."""
	simulating.require(policy, board)
	simulation_tables.answer(simulating.run(policy, board, from_date, to_date), table, kind)
