"""The Chair's answers in a return: which escalations were put to the Chair, and what was last answered by when.

From the log, as it counts now: rows that were corrected or voided are left out. No permission is asked here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import frappe
from pypika.functions import Max
from pypika.terms import Criterion

from safeguarding_escalation.engine.answers import ANSWERING, answering_stages
from safeguarding_escalation.engine.return_periods import Period
from safeguarding_escalation.engine.returns import CHAIR_ANSWERS, key
from safeguarding_escalation.engine.spells import OPEN, REOPENED
from safeguarding_escalation.services import policies, times

_CHUNK = 1000  # names in one query


def cells(board: str, periods: Sequence[Period]) -> dict[str, int]:
	"""The cells of the two figures about the Chair's answer, for the periods together."""
	found = answers(board, periods)
	counts = Counter(found.values())
	rows = {key("chair_answer", words): counts[answer] for answer, words in CHAIR_ANSWERS.items()}
	return {"chair_put": len(found), **rows}


def answers(board: str, periods: Sequence[Period]) -> dict[str, str]:
	"""By escalation that was put to the Chair in some of the periods: the answer by the end of the last, '' for none."""
	ends = times.stored(max(period.ends for period in periods))
	names = _put(board, periods)
	found = dict.fromkeys(names, "")
	for start in range(0, len(names), _CHUNK):
		part = names[start : start + _CHUNK]
		since = _reopened(part, ends)
		for row in _in_force(_entries(part)):
			told = row.outcome and row.kind in ANSWERING and row.outcome in CHAIR_ANSWERS
			if told and since.get(row.escalation, row.occurred_at) <= row.occurred_at < ends:
				found[row.escalation] = row.outcome
	return found


def _put(board: str, periods: Sequence[Period]) -> list[str]:
	spell, case = frappe.qb.DocType("Escalation Spell"), frappe.qb.DocType("Escalation")
	stages = _stages(spell, case)
	if not stages:
		return []
	during = Criterion.any([_during(spell, period) for period in periods])
	query = frappe.qb.from_(spell).join(case).on(case.name == spell.escalation)
	query = query.where((spell.board == board) & (spell.state == OPEN) & during & Criterion.any(stages))
	return list(query.select(spell.escalation).distinct().run(pluck=True))


def _during(spell: Any, period: Period) -> Criterion:
	begins, ends = times.stored(period.begins), times.stored(period.ends)
	return (spell.from_at < ends) & (spell.to_at.isnull() | (spell.to_at >= begins))


def _stages(spell: Any, case: Any) -> list[Criterion]:
	"""That a spell stands at a stage of the Chair, by the policy that the case works by: a condition for alike policies."""
	alike: dict[tuple[int, ...], list[str]] = {}
	table = frappe.qb.DocType("Board Policy")
	for name in frappe.qb.from_(table).select(table.name).where(table.docstatus != 0).run(pluck=True):
		alike.setdefault(tuple(sorted(answering_stages(policies.policy(name)))), []).append(name)
	return [spell.stage.isin(stages) & case.policy.isin(names) for stages, names in alike.items() if stages]


def _reopened(names: Sequence[str], ends: datetime) -> dict[str, datetime]:
	"""When each was last reopened by then; those alone that were."""
	spell = frappe.qb.DocType("Escalation Spell")
	query = frappe.qb.from_(spell).where(spell.escalation.isin(names) & (spell.begins == REOPENED))
	query = query.where(spell.from_at < ends).groupby(spell.escalation)
	return dict(query.select(spell.escalation, Max(spell.from_at)).run())


def _entries(names: Sequence[str]) -> list[Any]:
	row = frappe.qb.DocType("Stage Log")
	query = frappe.qb.from_(row).where(row.escalation.isin(names))
	query = query.where(row.kind.isin(list(ANSWERING)) | (row.corrects != ""))
	columns = (row.escalation, row.name, row.sequence, row.kind, row.occurred_at, row.outcome, row.corrects)
	return list(query.select(*columns).run(as_dict=True))


def _in_force(entries: Iterable[Any]) -> list[Any]:
	"""The entries that count, in the order in which they happened: of corrections of one entry the last alone."""
	rows = sorted(entries, key=lambda row: row.sequence)
	last = {row.corrects: row.name for row in rows if row.corrects}
	kept = [row for row in rows if row.name not in last and last.get(row.corrects, row.name) == row.name]
	return sorted(kept, key=lambda row: (row.occurred_at, row.sequence))
