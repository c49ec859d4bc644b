"""Themes: what the escalations are about, as counts: natures, themes, single- or multi-agency work, learning, policy gaps.

Words that people wrote about learning and gaps stay in the cases; the report counts where there are any and leads there.
An escalation of several natures counts under each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
from frappe import _
from pypika.functions import Length, Trim

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import report_base, report_tracker
from safeguarding_escalation.services.report_base import Figures, parts_of, row_key

REPORT = "Themes"
NATURE, THEME, WORK, LEARNING, GAP = "Nature", "Theme", "Single- or multi-agency", "Learning", "Policy gap"
ORDER = (NATURE, THEME, WORK, LEARNING, GAP)
COUNTS = ("escalations", "open", "resolved", "ended")
NOT_SAID, RECORDED, NONE_RECORDED = "Not said", "Recorded", "None recorded"


def run(given: Any) -> tuple[Any, ...]:
	"""Columns, a row for each value of each question, the figures above. Filters: those of `report_base.cases`."""
	made = figures(given)
	keys = {key.rpartition("/")[0] for key in made.items} - {"all"}
	rows = [_row(made, key) for key in sorted(keys, key=lambda key: _rank(made, key))]
	words = "" if rows else _("No escalation matches.")
	return columns(), rows, made.strip(["all/escalations"], words)


def figures(given: Any) -> Figures:
	"""The escalations behind each cell, by `<row>/<column>`."""
	chosen = report_base.filters(given)
	made = Figures(REPORT, chosen)
	made.labels["all/escalations"] = _("escalations")
	natures = report_tracker.natures(chosen)
	for case in report_base.cases(chosen, "resolved_at", "theme", "theme_level", *_written()):
		item = report_base.case_item(case)
		made.add("all/escalations", item)
		for question, value in _answers(case, natures.get(case.name, [])):
			for column in ("escalations", *_standings(case)):
				made.add(f"{row_key(question, value)}/{column}", item)
	return made


def columns() -> list[dict[str, Any]]:
	"""A row a value."""
	return [
		*report_base.columns(("question", _("Question"), 190), ("value", _("Answer"), 400))[:-1],
		report_base.figure_column("escalations", _("Escalations (n)"), 130),
		report_base.figure_column("open", _("Open"), 90),
		report_base.figure_column("resolved", _("Resolved"), 100),
		report_base.figure_column("ended", _("Ended"), 90),
		*report_base.columns(("share", _("Of all escalations"), 150))[:-1],
	]


def _answers(case: Any, natures: list[str]) -> Iterator[tuple[str, str]]:
	for nature in dict.fromkeys(natures or [NOT_SAID]):
		yield NATURE, nature
	yield THEME, case.theme or NOT_SAID
	yield WORK, case.theme_level or NOT_SAID
	yield LEARNING, RECORDED if case.learning_length else NONE_RECORDED
	yield GAP, RECORDED if case.gap_length else NONE_RECORDED


def _standings(case: Any) -> Iterator[str]:
	yield "ended" if case.workflow_state in ENDED else "open"
	if case.resolved_at:
		yield "resolved"


def _written() -> tuple[Any, Any]:
	"""How much a case says about learning, and about a gap in the policy: lengths, and no word of it."""
	case = frappe.qb.DocType("Escalation")
	return (
		Length(Trim(case.learning)).as_("learning_length"),
		Length(Trim(case.policy_gap)).as_("gap_length"),
	)


def _rank(made: Figures, key: str) -> tuple[Any, ...]:
	"""By question; within one the most frequent first, what was not said last."""
	question, value = parts_of(key)
	return ORDER.index(question), value in (NOT_SAID, NONE_RECORDED), -made.count(f"{key}/escalations"), value


def _row(made: Figures, key: str) -> dict[str, Any]:
	question, value = parts_of(key)
	counts = {name: made.count(f"{key}/{name}") for name in COUNTS}
	every = made.count("all/escalations")
	return {
		"question": _(question),
		"value": _(value) if value in (NOT_SAID, RECORDED, NONE_RECORDED) else value,
		**counts,
		"share": _("{0} of {1} ({2} %)").format(
			counts["escalations"], every, round(100 * counts["escalations"] / every)
		),
		"links": made.links(key, [name for name in COUNTS if counts[name]]),
	}
