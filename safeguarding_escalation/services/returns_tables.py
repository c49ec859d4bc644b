"""A return as a file: one table, every figure with its definition, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import frappe

from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.simulation_tables import CSV, XLSX, file, safe

HEADS = [
	"Section",
	"Figure",
	"Row",
	"Column",
	"Value",
	"Definition",
	"What is counted",
	"Dated",
	"Asked for by",
]


def rows(shown: Mapping[str, Any]) -> list[list[Any]]:
	"""The table of a return in one version (`returns_view.shown`): what it is, the figures, what was corrected late."""
	found = [
		[safe(cell) for cell in row] for row in (*_head(shown), HEADS, *_figures(shown), *_others(shown))
	]
	widest = max(len(row) for row in found)
	return [[*row, *[""] * (widest - len(row))] for row in found]


def _head(shown: Mapping[str, Any]) -> Iterator[list[Any]]:
	yield ["Return", shown["reference"]]
	yield ["Counts", shown["scope"]]
	yield [
		"Version",
		"Published: counts under five are left out" if shown["mark"] else "Internal: not for publication",
	]
	yield ["Status", f"{shown['status']} {shown['issued']}".strip()]
	if shown["mark"]:
		yield ["Mark", shown["mark"]]
	yield []


def _figures(shown: Mapping[str, Any]) -> Iterator[list[Any]]:
	for section in shown["sections"]:
		for table in section["tables"]:
			for row in table["rows"]:
				about = row.get("about") or table
				for column, cell in zip(table["columns"], row["cells"], strict=True):
					value = cell["text"] if cell["value"] is None else cell["value"]
					title = table["title"] or row["label"]
					told = [about["definition"], about["counts"], about["dated"], about["source"]]
					yield [
						section["title"],
						title,
						row["label"] if table["title"] else "",
						column,
						value,
						*told,
					]
			if table["note"]:
				yield [section["title"], table["title"], "", "", table["note"]]
		for words in section["words"]:
			yield [section["title"], words["label"], "", "", words["text"]]


def _others(shown: Mapping[str, Any]) -> Iterator[list[Any]]:
	for late in shown["late"]:
		if "titles" in late:
			yield ["Corrected since it was issued", late["period"], late["titles"]]
			continue
		for line in late["lines"]:
			yield [
				"Corrected since it was issued",
				late["period"],
				line["figure"],
				"was",
				line["was"],
				f"is {line['now']}",
			]
	year = shown["year"]
	if year and year["lines"]:
		yield []
		heads = [
			"First",
			"Second",
			"Third",
			"Fourth",
			"Corrected since",
			"In several quarters",
			"Settled later",
			"Year",
			"Left",
		]
		yield ["How the year follows from its quarters", "Figure", *heads]
		for line in year["lines"]:
			numbers = [
				*line["quarters"],
				line["late"],
				line["twice"],
				line["settled"],
				line["year"],
				line["left"],
			]
			yield ["", line["figure"], *numbers]


def answer(shown: Mapping[str, Any], kind: str) -> None:
	"""Put the file into the response, to be saved. Raises BadInput for an unknown kind."""
	if kind not in (CSV, XLSX):
		refuse(BadInput, f"There is no file “{str(kind)[:20]}”. Choose {CSV} or {XLSX}.")
	name = "".join(
		letter if letter.isalnum() else "-" for letter in f"{shown['reference']} {shown['version']}"
	)
	frappe.response["filecontent"] = file(rows(shown), kind, "Return")
	frappe.response["filename"] = f"{'-'.join(filter(None, name.split('-')))[:120]}.{kind}"
	frappe.response["type"] = "binary"
