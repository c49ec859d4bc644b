"""My team today and a board's cases as reports: rows of `worklists`, and above them figures that lead to their rows."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from safeguarding_escalation.services import report_base, worklist_columns, worklists
from safeguarding_escalation.services.report_base import Figures, case_item

TEAM, BOARD = "My Team Today", "Board Cases"
OPEN = "open"
SCOPES = ("board", "chair")


def today(given: Any) -> tuple[Any, ...]:
	"""Columns, rows by group, and how many cases each group has. Filters: `board`, `group`."""
	chosen = frappe._dict(given or {})
	rows = worklists.team(chosen.board, chosen.group)
	words = _("Those in none of the groups have nothing due by today.")
	return worklist_columns.team_columns(), rows, team(chosen).strip((OPEN, *worklists.GROUPS), words)


def team(given: Any) -> Figures:
	"""The cases of each group of a team's day, and all that are open."""
	made = Figures(TEAM, report_base.filters(given))
	made.labels = {OPEN: _("open"), **{group: _(group).lower() for group in worklists.GROUPS}}
	for group, names in worklists.by_group("team", made.chosen.board or None).items():
		_add(made, group, names)
	_add(made, OPEN, worklists.names("team", board=made.chosen.board or None))
	return made


def of_board(given: Any) -> tuple[Any, ...]:
	"""Columns, rows, and how many are at each stage. Filters: `view` (board or chair), `board`, `state`.

	Without `view`: a board's manager gets the board's cases, its Chair those that have come to the Chair.
	"""
	chosen = frappe._dict(given or {})
	rows = worklists.cases(_scope(chosen), chosen.board, chosen.state)
	made = board(chosen)
	return worklist_columns.case_columns(), rows, made.strip(made.labels)


def board(given: Any) -> Figures:
	"""The open cases of a board's post at each stage, by the board's own words for it."""
	made = Figures(BOARD, report_base.filters(given))
	for case in report_base.named(worklists.names(_scope(given), board=made.chosen.board or None)):
		words = case.stage_label or case.workflow_state
		made.add(words, case_item(case), words)
	made.labels = dict(sorted(made.labels.items()))
	return made


def _scope(given: Any) -> str:
	view = (given or {}).get("view")
	return view if view in SCOPES else worklists.post()


def _add(made: Figures, key: str, names: list[str]) -> None:
	for case in report_base.named(names):
		made.add(key, case_item(case))
