"""The stored spells of a case (`engine.spells`): a projection of its log, from which returns are counted."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.spells import Spell, spells
from safeguarding_escalation.services import log, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

DOCTYPE = "Escalation Spell"
COLUMNS = (
	"number", "board", "state", "stage", "highest", "came_from", "begins", "ends", "from_at", "to_at", "skipped",
	"ground", "working_days",
)  # fmt: skip


def of_case(case: LoadedCase) -> tuple[Spell, ...]:
	"""The spells of a case as its log gives them now."""
	return spells(case.effective_events, case.calendar, case.document.board, log.board_changes(case.rows))


def store(case: LoadedCase) -> None:
	"""Make the stored spells of the case equal to those of its log. Call under the lock."""
	here = stored(case.name)
	left = {row.name for row in here}
	by_number = {row.number: row for row in here}
	for number, wanted in planned(case).items():
		there = by_number.get(number)
		if there is None:
			values = {"doctype": DOCTYPE, "escalation": case.name, **wanted}
			frappe.get_doc(values).insert(ignore_permissions=True)
			continue
		left.discard(there.name)
		changed = {name: value for name, value in wanted.items() if (there[name] or None) != (value or None)}
		if changed:
			frappe.db.set_value(DOCTYPE, there.name, changed)
	for name in left:
		frappe.db.delete(DOCTYPE, {"name": name})


def stored(escalation: str) -> list[Any]:
	"""The stored spells of a case, each with its name and COLUMNS."""
	return select(DOCTYPE, ["name", *COLUMNS], {"escalation": escalation}, order_by="number")


def planned(case: LoadedCase) -> dict[int, dict[str, Any]]:
	"""The rows that `store` makes, by number."""
	return {spell.number: row(spell) for spell in of_case(case)}


def row(spell: Spell) -> dict[str, Any]:
	"""A spell as it is stored."""
	return {
		"number": spell.number,
		"board": spell.board,
		"state": spell.state,
		"stage": spell.stage,
		"highest": spell.highest,
		"came_from": spell.came_from,
		"begins": spell.begins,
		"ends": spell.ends,
		"from_at": times.stored(spell.from_at),
		"to_at": times.stored(spell.to_at),
		"skipped": ", ".join(map(str, spell.skipped)),
		"ground": spell.ground,
		"working_days": spell.working_days or 0,
	}


def ensure() -> None:
	"""Store the spells of raised cases that have none, such as those that an older version left. A second run finds
	nothing to do.
	"""
	from safeguarding_escalation.services.lock import one_by_one

	case, spell = frappe.qb.DocType("Escalation"), frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.from_(case).left_join(spell).on(spell.escalation == case.name).select(case.name)
	query = query.where(spell.name.isnull() & case.started_at.isnotnull())
	one_by_one(query.run(pluck=True), store)
