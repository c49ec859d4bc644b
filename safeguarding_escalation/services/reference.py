"""The human reference of a case: prefix, year, number. Says nothing about the person (decision 8)."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe.model.naming import getseries

from safeguarding_escalation.services import times


def draw() -> str:
	"""The next reference, for example SE-2026-0007.

	Call it last in the insert's own transaction (decision 9): the counter's row is locked from here to the
	commit, so a number is neither lost nor given twice, and nobody queues behind a long insert.
	"""
	key = f"{_prefix()}-{times.today().year}-"
	return key + getseries(key, 4)


def _prefix() -> str:
	return frappe.db.get_single_value("Safeguarding Settings", "reference_prefix") or "SE"


_REMOVED = "safeguarding_escalation_removed_references"


def missing() -> list[str]:
	"""References that were drawn and that no case has. There are no gaps: none is lost, none is given twice."""
	case, series = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Series")
	there: dict[str, set[int]] = defaultdict(set)
	for reference in frappe.qb.from_(case).select(case.reference).run(pluck=True):
		key, number = _parts(reference or "")
		there[key].add(number)
	drawn = dict(frappe.qb.from_(series).select(series.name, series.current).run())
	counter = re.compile(rf"{re.escape(_prefix())}-\d{{4}}-")
	ours = {key for key in drawn if key in there or counter.fullmatch(key)}
	removed = set(_removed())
	lost = (
		f"{key}{number:04d}"
		for key in sorted(ours | there.keys())
		if key
		for number in range(1, max([int(drawn.get(key) or 0), *there[key]]) + 1)
		if number not in there[key]
	)
	return [reference for reference in lost if reference not in removed]


def _parts(reference: str) -> tuple[str, int]:
	key, dash, number = reference.rpartition("-")
	return (key + dash, int(number)) if number.isdigit() else ("", 0)


def remember_removed(references: Iterable[str]) -> None:
	"""Demo cases that were taken away lawfully: their references are no gap."""
	known = sorted({*_removed(), *filter(None, references)})
	frappe.db.set_global(_REMOVED, json.dumps(known))


def _removed() -> list[str]:
	# From the table: the cache of defaults outlives a rollback.
	text = frappe.db.get_value("DefaultValue", {"defkey": _REMOVED, "parent": "__global"}, "defvalue")
	return json.loads(text or "[]")
