"""A return as people read it: sections of tables with their definitions, from a stored content. One shape for the form,
the print, CSV and XLSX, in the internal version and in the published one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safeguarding_escalation.engine import returns
from safeguarding_escalation.engine.returns import (
	AGENCIES,
	CLOCKS,
	COLUMN_WORDS,
	DUE,
	FIGURES,
	FLOW,
	IN_TIME,
	LEARNING,
	NATURE,
	STAGES,
	THEMES,
	TIME,
	Figure,
	key,
)
from safeguarding_escalation.services import times

INTERNAL, PUBLISHED = "internal", "published"
MARK = "[c]"
MARK_WORDS = (
	"[c]: between one and four, or left out so that such a number cannot be worked out from the others. A percentage "
	"or a median of such numbers is left out too."
)
# Which words of the Business Manager stand with which figures.
WORDS = {
	FLOW: ("commentary_overview",),
	NATURE: ("commentary_issues", "commentary_not_resolved_earlier"),
	CLOCKS: ("commentary_timeliness",),
	THEMES: ("commentary_themes",),
	LEARNING: ("commentary_learning", "policy_consequence"),
}
_ASKED_WORDS = {
	"issues in": "commentary_issues",
	"consequence": "policy_consequence",
	"learning": "commentary_learning",
}
_CHARTED = (FLOW, STAGES, TIME, AGENCIES, NATURE, THEMES)


def shown(doc: Any, content: Mapping[str, Any], version: str) -> dict[str, Any]:
	"""Everything of a return in one version; texts are plain, numbers ready to show, MARK where one is left out."""
	return {
		"version": version,
		"reference": doc.reference,
		"board": doc.board,
		"scope": doc.scope,
		"title": doc.return_name,
		"period": content["period"],
		"status": doc.status,
		"issued": times.show(times.aware(doc.issued_at)) if doc.issued_at else "",
		"counted": times.show(times.aware(doc.counted_at)) if doc.counted_at else "",
		"policy": content["policy"],
		"asked": _asked(content, doc),
		"sections": _sections(content, doc),
		"late": _late(content, version),
		"year": _year(content) if version == INTERNAL else None,
		"mark": MARK_WORDS if version == PUBLISHED else "",
		"digest": (doc.digest or "") if doc.status == "Issued" else "",
	}


def _sections(content: Mapping[str, Any], doc: Any) -> list[dict[str, Any]]:
	found = []
	for section in returns.SECTIONS:
		tables = [_table(figure, content) for figure in FIGURES if figure.section == section]
		tables = [table for table in tables if table]
		words = [
			{"label": doc.meta.get_label(field), "text": doc.get(field)}
			for field in WORDS.get(section, ())
			if doc.get(field)
		]
		if tables or words:
			found.append(
				{"title": section, "tables": _joined(tables), "words": words, "charted": section in _CHARTED}
			)
	return found


def _table(figure: Figure, content: Mapping[str, Any]) -> dict[str, Any] | None:
	cells = content["cells"]
	rows = returns.rows_of(cells, figure.code) if figure.rows else ("",)
	present = [row for row in rows if any(cell in cells for cell in _names(figure, row))]
	if not present and figure.code not in ("policy_clock", "nature"):
		return None
	return {
		"code": figure.code,
		"title": figure.title,
		"definition": figure.definition,
		"counts": figure.counts,
		"dated": figure.dated,
		"source": _source(figure, content),
		"of_rows": figure.rows,
		"columns": [*(COLUMN_WORDS[column] for column in figure.columns), "In time"]
		if figure.columns
		else ["Number"],
		"rows": [_row(figure, row, content) for row in present],
		"note": _spread(content["spread"]) if figure.code == "time" else "",
	}


def _names(figure: Figure, row: str) -> list[str]:
	return [key(figure.code, row, column) for column in figure.columns or ("",)]


def _row(figure: Figure, row: str, content: Mapping[str, Any]) -> dict[str, Any]:
	names = _names(figure, row)
	values = [content["cells"].get(name, 0) for name in names]
	cells = [
		{"cell": name, "value": value, "text": number(value)}
		for name, value in zip(names, values, strict=True)
	]
	if figure.columns:
		due, met = (content["cells"].get(key(figure.code, row, column), 0) for column in (DUE, IN_TIME))
		cells.append({"cell": "", "value": None, "text": percent(met, due)})
	label, clause = _label(figure, row, content)
	return {"label": label, "clause": clause, "cells": cells}


def number(value: int | None) -> str:
	"""A count as it is shown."""
	return MARK if value is None else f"{value:,}"


def percent(part: int | None, whole: int | None) -> str:
	"""A share in per cent; MARK where a number of it is left out, a dash where there is nothing to share."""
	if part is None or whole is None:
		return MARK
	return f"{100 * part / whole:.0f} %" if whole else "–"


def _label(figure: Figure, row: str, content: Mapping[str, Any]) -> tuple[str, str]:
	if figure.columns:
		words, clause = content["clocks"].get(row, [row, ""])
		return (f"{words} ({row})" if words != row else row), clause
	if not row:
		return figure.title, ""
	named = content["stages"].get(row)
	return (f"{row}: {named}" if named and figure.rows == "Stage" else row), ""


def _source(figure: Figure, content: Mapping[str, Any]) -> str:
	"""Which words of the policy ask for a figure."""
	asked = [each["column"] for each in content["asked"] if figure.code in each["figures"]]
	if not asked:
		return "Not asked for by the policy's own words."
	clause = content["policy"]["clause"]
	words = " and ".join(f"“{column}”" for column in asked)
	return f"{content['policy']['title']}{f', {clause}' if clause else ''}: {words}."


def _spread(spread: Mapping[str, Any] | None) -> str:
	if spread is None:
		return f"Median: {MARK}."
	if not spread["count"]:
		return "Nothing was resolved, so there is no median."
	median = f"{spread['median']:g}"
	if spread["shortest"] is None:
		return f"Median: {median} working days."
	return (
		f"Median: {median} working days; shortest {spread['shortest']}, longest {spread['longest']}; "
		f"{spread['count']:,} resolutions."
	)


def _joined(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""Single figures that follow each other as one table, each row with its own definition."""
	found: list[dict[str, Any]] = []
	for table in tables:
		if table["of_rows"]:
			found.append(table)
			continue
		row = {
			**table["rows"][0],
			"about": {name: table[name] for name in ("definition", "counts", "dated", "source")},
		}
		if found and not found[-1]["of_rows"]:
			found[-1]["rows"].append(row)
		else:
			found.append({**table, "title": "", "definition": "", "source": "", "rows": [row]})
	return found


def _asked(content: Mapping[str, Any], doc: Any) -> list[dict[str, str]]:
	"""What the policy asks for, and where it is answered."""
	found = []
	for each in content["asked"]:
		titles = [returns.BY_CODE[code].title for code in each["figures"]]
		fields = [field for words, field in _ASKED_WORDS.items() if words in each["column"].casefold()]
		titles += [doc.meta.get_label(field) for field in fields]
		found.append({"column": each["column"], "where": "; ".join(titles) or "the Business Manager's words"})
	return found


def cell_words(cell: str, content: Mapping[str, Any]) -> str:
	"""A cell in words: its figure, row and column."""
	code, row, column = returns.parts(cell)
	figure = returns.BY_CODE[code]
	said = [figure.title, _label(figure, row, content)[0] if row else "", COLUMN_WORDS.get(column, "")]
	return ", ".join(word for word in said if word)


def _late(content: Mapping[str, Any], version: str) -> list[dict[str, Any]]:
	found = []
	for each in content["late"]:
		told: dict[str, Any] = {"period": each["period"], "return": each["return"]}
		if version == PUBLISHED:
			told["titles"] = ", ".join(each["titles"])
		else:
			told["cases"] = each["cases"]
			told["lines"] = [
				{"figure": cell_words(cell, content), "was": was, "now": now, "change": f"{now - was:+d}"}
				for cell, was, now in each["lines"]
			]
		found.append(told)
	return found


def _year(content: Mapping[str, Any]) -> dict[str, Any] | None:
	year = content["year"]
	if not year:
		return None
	lines = [
		{
			"figure": cell_words(cell, content),
			"quarters": quarters,
			"late": late,
			"twice": -twice,
			"settled": settled,
			"year": total,
			"left": left,
		}
		for cell, quarters, late, twice, settled, total, left in year["lines"]
	]
	return {"quarters": year["quarters"], "missing": year["missing"], "lines": lines}
