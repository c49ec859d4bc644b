"""The policies in the Desk are the policies that ship: no cell is lost or invented on the way."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.engine import load_policy, policy_ids
from safeguarding_escalation.services import policies


@pytest.mark.parametrize("name", policy_ids())
def test_a_seeded_board_policy_is_the_shipped_one(name: str) -> None:
	assert frappe.db.get_value("Board Policy", name, "docstatus") == 1
	assert policies.policy(name) == load_policy(name)


def test_eight_boards_have_adopted_a_policy() -> None:
	boards = (
		"Hampshire",
		"Isle of Wight",
		"Portsmouth",
		"Southampton",
		"Stockport",
		"Redbridge",
		"Buckinghamshire",
		"Suffolk",
	)
	assert {board: policies.adopted(board) for board in boards} == {
		**dict.fromkeys(boards[:4], "4lsab-2023"),
		"Stockport": "stockport",
		"Redbridge": "redbridge-2022",
		"Buckinghamshire": "buckinghamshire",
		"Suffolk": "suffolk-2024",
	}
