"""The five published policies and their eight boards: seeded once, never overwritten.

What somebody has changed or deleted since stays so: each name is remembered once it has been seeded.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import frappe

from safeguarding_escalation.services.policy_mapping import dict_to_doc_values
from safeguarding_escalation.setup import created

FILES = Path(__file__).resolve().parent.parent / "policies"
# Board: its short code, the policy it publishes, the area it covers.
BOARDS = {
	"Hampshire": ("HAM", "4lsab-2023", "Hampshire"),
	"Isle of Wight": ("IOW", "4lsab-2023", "Isle of Wight"),
	"Portsmouth": ("POR", "4lsab-2023", "Portsmouth"),
	"Southampton": ("SOU", "4lsab-2023", "Southampton"),
	"Stockport": ("STO", "stockport", "Stockport"),
	"Redbridge": ("RED", "redbridge-2022", "London Borough of Redbridge"),
	"Buckinghamshire": ("BUC", "buckinghamshire", "Buckinghamshire"),
	"Suffolk": ("SUF", "suffolk-2024", "Suffolk"),
}
# A policy without a date is in force for as long as anybody asks about.
UNDATED = date(2000, 1, 1)
_POLICIES, _BOARDS, _ADOPTIONS = "seeded policies", "seeded boards", "seeded adoptions"


def seed() -> None:
	"""Submit each shipped policy as a Board Policy, make the boards, and let each adopt its policy."""
	for path in sorted(FILES.glob("*.json")):
		if path.stem not in created.names(_POLICIES):
			_seed_policy(path)
	for board, (code, policy, area) in BOARDS.items():
		if board not in created.names(_BOARDS):
			_seed_board(board, code, area)
		if board not in created.names(_ADOPTIONS):
			_adopt(board, policy)


def _seed_policy(path: Path) -> None:
	data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
	if not frappe.db.exists("Board Policy", data["id"]):
		policy = frappe.get_doc(dict_to_doc_values(data))
		policy.flags.ignore_permissions = True
		policy.submit()
	created.remember(_POLICIES, path.stem)


def _seed_board(board: str, code: str, area: str) -> None:
	if not frappe.db.exists("Safeguarding Board", board):
		frappe.get_doc(
			{"doctype": "Safeguarding Board", "board_name": board, "code": code, "area_covered": area}
		).insert(ignore_permissions=True)
	created.remember(_BOARDS, board)


def _adopt(board: str, policy: str) -> None:
	"""Once only, and only where the board has adopted nothing: a later version is for the board to adopt."""
	if not frappe.db.exists("Board Policy", policy) or not frappe.db.exists("Safeguarding Board", board):
		return
	document = frappe.get_doc("Safeguarding Board", board)
	if not document.policies:
		published = frappe.db.get_value("Board Policy", policy, "published")
		document.append("policies", {"policy": policy, "from_date": published or UNDATED})
		document.save(ignore_permissions=True)
	created.remember(_ADOPTIONS, board)
