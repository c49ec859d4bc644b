"""The Chair's answers in a return: which escalations were put to the Chair, and what was last answered by when.

From the log as it counts now, by the engine's rules. No permission is asked here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import frappe
from pypika.terms import Criterion

from safeguarding_escalation.engine.answers import ANSWERING, answer_given, answering_stages
from safeguarding_escalation.engine.log import effective_events
from safeguarding_escalation.engine.return_periods import Period
from safeguarding_escalation.engine.returns import CHAIR_ANSWERS, key
from safeguarding_escalation.engine.spells import OPEN
from safeguarding_escalation.services import log, policies, times

_CHUNK = 1000  # names in one query


def cells(board: str, periods: Sequence[Period]) -> dict[str, int]:
	"""The cells of the two figures about the Chair's answer, for the periods together."""
	found = answers(board, periods)
	counts = Counter(found.values())
	rows = {key("chair_answer", words): counts[answer] for answer, words in CHAIR_ANSWERS.items()}
	return {"chair_put": len(found), **rows}


def answers(board: str, periods: Sequence[Period]) -> dict[str, str]:
	"""By escalation that was put to the Chair in some of the periods: the answer by the end of the last, '' for none."""
	ends = max(period.ends for period in periods)
	names = _put(board, periods)
	found = dict.fromkeys(names, "")
	for start in range(0, len(names), _CHUNK):
		logs = _logs(names[start : start + _CHUNK])
		found |= {name: _answer(rows, ends) for name, rows in logs.items()}
	return found


def _logs(names: Sequence[str]) -> dict[str, list[Any]]:
	"""What tells the answers of these cases: of most a few rows do, of those in which something was corrected all."""
	few = log.of_cases(names, (*ANSWERING, "reopened"))
	corrected = [name for name, rows in few.items() if any(row.corrects for row in rows)]
	return few | (log.of_cases(corrected) if corrected else {})


def _answer(rows: Sequence[Any], ends: datetime) -> str:
	given = answer_given(event for event in effective_events(log.events(rows)) if event.at < ends)
	return given if given in CHAIR_ANSWERS else ""


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
