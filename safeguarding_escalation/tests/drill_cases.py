"""Many cases in a little time: a few are raised as people raise them, the rest are copies of their rows.

For measurements and for the drill. A copy has everything that a sweep reads; its chain is its original's, so the record
of a copy does not verify.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.permissions import CASE_DOCTYPES
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import World, as_user

CHUNK = 200


def originals(world: World) -> list[str]:
	"""Cases in different situations on 19 March 2025: just raised, discussed, escalated, with a protective instant."""
	for agency in (world.raising, world.responding, world.other):
		manager = world.contact(agency, "Manager")
		frappe.db.set_value(
			"Safeguarding Contact", world.contact(agency, "Practitioner"), "line_manager", manager
		)
	return [_raised(world), _escalated(world), _reversed(world), _protected(world)]


def _raised(world: World, **values: Any) -> str:
	made = factories.escalation(world, **values)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	return made.name


def _escalated(world: World) -> str:
	name = _raised(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(
			name, "Escalate to Stage 2", occurred_at="2025-03-13 11:00:00", reason="No answer was given."
		)
	return name


def _reversed(world: World) -> str:
	"""Against the police, so that other people are told."""
	return _raised(
		world,
		responding_agency=world.other,
		responding_lead=world.contact(world.other, "Practitioner"),
		parties=[
			{"agency": world.raising, "side": "raising", "aim": "A protection plan"},
			{"agency": world.other, "side": "responding", "aim": "No further action"},
		],
	)


def _protected(world: World) -> str:
	name = _raised(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(
			name,
			"protective_deadline",
			occurred_at="2025-03-12 10:00:00",
			due_at="2025-03-18 15:00:00",
			note="Before the weekend leave.",
		)
	return name


def copies(escalation: str, number: int) -> list[str]:
	"""Copy a case with all its rows `number` times; returns the new names. The caller commits."""
	tables = {doctype: _rows(doctype, escalation) for doctype in CASE_DOCTYPES}
	names: list[str] = []
	for start in range(0, number, CHUNK):
		wanted = range(start, min(start + CHUNK, number))
		renamed = [_renamed(tables) for _ in wanted]
		names += [each[escalation] for each in renamed]
		for doctype, rows in tables.items():
			if rows:
				columns = list(rows[0])
				values = [
					[_cell(row[column], each) for column in columns] for each in renamed for row in rows
				]
				frappe.db.bulk_insert(doctype, columns, values)
	for name in names:
		frappe.db.set_value("Escalation", name, "reference", f"DRILL-{name}", update_modified=False)
	return names


def _rows(doctype: str, escalation: str) -> list[dict[str, Any]]:
	table = frappe.qb.DocType(doctype)
	meta = frappe.get_meta(doctype)
	column = table.parent if meta.istable else table.name if doctype == "Escalation" else table.escalation
	rows = frappe.qb.from_(table).select("*").where(column == escalation).run(as_dict=True)
	return [{**row, "reference": row["name"]} if doctype == "Escalation" else dict(row) for row in rows]


def _renamed(tables: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
	"""A new name for each row of the case, by its old one."""
	return {row["name"]: frappe.generate_hash(length=12) for rows in tables.values() for row in rows}


def _cell(value: Any, renamed: dict[str, str]) -> Any:
	return renamed.get(value, value) if isinstance(value, str) else value
