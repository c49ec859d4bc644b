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
	stored = {row.number: row for row in select(DOCTYPE, ["name", *COLUMNS], {"escalation": case.name})}
	for spell in of_case(case):
		wanted = row(spell)
		there = stored.pop(spell.number, None)
		if there is None:
			values = {"doctype": DOCTYPE, "escalation": case.name, **wanted}
			frappe.get_doc(values).insert(ignore_permissions=True)
			continue
		changed = {name: value for name, value in wanted.items() if (there[name] or None) != (value or None)}
		if changed:
			frappe.db.set_value(DOCTYPE, there.name, changed)
	for left in stored.values():
		frappe.db.delete(DOCTYPE, {"name": left.name})


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
