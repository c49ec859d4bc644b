"""Cases Behind a Figure: exactly what one figure of a report, a number card or a chart counts, for who looks now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _

from safeguarding_escalation.services import (
	report_actions,
	report_base,
	report_cards,
	report_due,
	report_team,
	report_themes,
	report_timeliness,
	report_tracker,
	report_unconfirmed,
)  # fmt: skip
from safeguarding_escalation.services.report_base import Figures, Item, parts_of

REPORTS: dict[str, Callable[[Any], Figures]] = {
	report_tracker.REPORT: report_tracker.figures,
	report_due.REPORT: report_due.figures,
	report_timeliness.REPORT: report_timeliness.figures,
	report_themes.REPORT: report_themes.figures,
	report_unconfirmed.REPORT: report_unconfirmed.figures,
	report_actions.REPORT: report_actions.figures,
}
SOURCES: dict[str, Callable[[Any], Figures]] = {
	**REPORTS,
	report_team.TEAM: report_team.team,
	report_team.BOARD: report_team.board,
	report_cards.CARDS: report_cards.figures_of_cards,
	report_cards.CHARTS: report_cards.figures_of_charts,
}


def run(given: Any) -> tuple[Any, ...]:
	"""Columns, a row for each thing that the figure counts, and which figure it is.

	Filters: `of` (a report, or Number cards, Charts), `figure` (its key), and what the report was asked with.
	"""
	asked = given or {}
	of, key = str(asked.get("of") or ""), str(asked.get("figure") or "")
	if of not in SOURCES or not key:
		return columns(), [], _("Open a report and choose one of its figures: what it counts is shown here.")
	made = SOURCES[of](asked)
	items = made.items.get(key, [])
	rows = _rows(items)
	words = _("{0}: {1}. {2} counted.").format(of, _name(made, key), len(rows))
	return columns(), rows, frappe.utils.escape_html(words)


def columns() -> list[dict[str, Any]]:
	"""A row a case, clock, entry or action."""
	return report_base.columns(
		("reference", _("Escalation"), 140),
		("what", _("What"), 320),
		("state", _("State"), 150),
		("when", _("Due or began"), 170, "Datetime"),
		("agency", _("Agency"), 230),
		("stage_label", _("Case now"), 170),
		("board", _("Board"), 140),
	)


def _rows(items: list[Item]) -> list[dict[str, Any]]:
	known = {case.name: case for case in report_base.named(dict.fromkeys(item.escalation for item in items))}
	return [
		{
			"escalation": item.escalation,
			"reference": known[item.escalation].reference or "Draft",
			"what": item.what,
			"state": item.state,
			"when": item.when,
			"agency": item.agency,
			"stage_label": report_base.state_words(known[item.escalation]),
			"board": known[item.escalation].board,
		}
		for item in items
		if item.escalation in known
	]


def _name(made: Figures, key: str) -> str:
	"""A figure in words: its label, or its row's parts and its column."""
	if key in made.labels:
		return made.labels[key]
	row, _slash, column = key.rpartition("/")
	return ", ".join(part for part in (*parts_of(row), column) if part and part != "0")
