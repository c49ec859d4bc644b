"""Which board had a case at an instant, as a condition in SQL. Few cases ever change boards; those are listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from pypika.terms import Criterion

from safeguarding_escalation.engine.spells import TRANSFERRED


@dataclass(frozen=True)
class Tenure:
	"""A board, the cases that ever changed boards, and when the board had which of them: case, from, until (None: still)."""

	board: str
	moved: tuple[str, ...]
	held: tuple[tuple[str, datetime, datetime | None], ...]

	@classmethod
	def of(cls, board: str) -> Tenure:
		"""What is stored of a board: two queries, one where no case ever changed boards."""
		spell = frappe.qb.DocType("Escalation Spell")
		query = frappe.qb.from_(spell).select(spell.escalation).distinct().where(spell.begins == TRANSFERRED)
		moved = tuple(query.run(pluck=True))
		held = ()
		if moved:
			query = frappe.qb.from_(spell).select(spell.escalation, spell.from_at, spell.to_at)
			held = tuple(query.where(spell.escalation.isin(moved) & (spell.board == board)).run())
		return cls(board, moved, held)

	def at(self, case: Any, moment: Any) -> Criterion:
		"""Whether the board had a row's case at `moment`, an expression or an instant as the database has them."""
		found = case.board == self.board
		if not self.moved:
			return found
		found &= case.name.notin(self.moved)
		for name, since, until in self.held:
			if not isinstance(moment, datetime):
				there = (case.name == name) & (moment >= since)
				found |= there if until is None else there & (moment < until)
			elif since <= moment and (until is None or moment < until):
				found |= case.name == name
		return found
