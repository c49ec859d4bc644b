"""The form's section *Timescales*: what counts now, what it caps, the whole history, and who may do what."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine import Event
from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.services import actors, log, times, timescales
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.timescales import AGREED, DECLINED, KINDS, PROPOSED, PROTECTIVE

LABELS = {
	PROTECTIVE: "Protective deadline",
	AGREED: "Agreed timescale",
	PROPOSED: "Proposed timescale",
	DECLINED: "Refused",
}
NOT_AGREED = "Says that it did not agree"
_LOCAL = "local target"


def section(case: LoadedCase) -> dict[str, Any]:
	"""Keys: counts (what counts now, with the clocks that it caps), proposals, history, local_targets, may."""
	return {
		"counts": [_counting(case, event) for event in _standing(case)],
		"proposals": [_proposal(case, event) for event in _waiting(case)],
		"history": _history(case),
		"local_targets": [
			{"label": row.label, "due": times.show_due(row.due_at)}
			for row in case.deadlines
			if row.kind == _LOCAL and row.status(case.now) in ("running", "due_soon", "overdue")
		],
		"may": may(case),
	}


def may(case: LoadedCase) -> dict[str, bool]:
	"""Which of the section's buttons the session's user has: protective, lengthen, propose."""
	state = case.document.workflow_state
	actor = actors.resolve(case, None)
	works = state not in (*ENDED, DRAFT) and (bool(actor.side) or actors.is_administrator())
	policy = case.policy
	set_by = {*policy.protective_set_by, *policy.protective_lengthen_by}
	named = not policy.protective_set_by or bool(set_by & set(actor.person.capacities))
	return {
		"protective": works and named and actor.side in ("raising", "responding"),
		"lengthen": works and timescales.may_lengthen(case, actor),
		"propose": works and actor.side in ("raising", "responding"),
	}


def _standing(case: LoadedCase) -> list[Event]:
	both = (timescales.protective(case), timescales.agreed(case))
	return [event for event in both if event is not None]


def _waiting(case: LoadedCase) -> list[Event]:
	"""What waits for the other side's word: open proposals, and an agreement that only one side has recorded."""
	alone = timescales.unanswered(case)
	return [*timescales.open_proposals(case), *([alone] if alone else [])]


def _counting(case: LoadedCase, event: Event) -> dict[str, Any]:
	"""One date that counts now. `caps` names the clocks that it makes earlier; `later` those whose own date is first."""
	open_rows = [row for row in case.deadlines if row.status(case.now) in ("running", "due_soon", "overdue")]
	capped = [row for row in open_rows if row.capping == event]
	flag = "protective_cap" if event.kind == PROTECTIVE else "agreed_cap"
	own = [
		row
		for row in open_rows
		if row not in capped
		and getattr(row.rule.clock, flag)
		and event.due_moment is not None
		and row.due[1] <= event.due_moment[1]
		and (event.kind == AGREED or row.stage == event.stage)
	]
	return {
		"kind": event.kind,
		"label": LABELS[event.kind],
		"due": times.show(event.due_at),
		"due_at": times.json_date(event.due_at),
		"passed": bool(event.due_at and event.due_at <= case.now),
		"stage": event.stage,
		"denied": event.kind == AGREED and timescales.other_sides_word(case, event) == "denies",
		"caps": [{"clock": row.clock, "label": row.label} for row in capped],
		"later": [{"clock": row.clock, "label": row.label, "due": times.show_due(row.due_at)} for row in own],
	}


def _proposal(case: LoadedCase, event: Event) -> dict[str, Any]:
	side = actors.resolve(case, None).side
	other = side in ("raising", "responding") and side != event.side
	return {
		"log": event.id,
		"agreed": event.kind == AGREED,
		"side": event.side,
		"due": times.show(event.due_at),
		"due_at": str(times.stored(event.due_at)),
		"may_agree": other,
		"may_refuse": other,
		"may_withdraw": side == event.side and event.kind == PROPOSED,
	}


def _history(case: LoadedCase) -> list[dict[str, Any]]:
	"""Every entry about a timescale that the user may see, oldest first, with who, in which role, why, old and new."""
	notes = dict(
		frappe.db.get_values("Stage Log Note", {"escalation": case.name}, ["stage_log", "note"]) or ()
	)
	voided = log.superseded(case.rows)
	last: dict[tuple[str, int], str] = {}
	found = []
	for row in case.rows:
		if row.kind not in KINDS or not actors.sees(case, row):
			continue
		due = times.show(times.aware(row.due_at))
		key = (row.kind, row.stage if row.kind == PROTECTIVE else 0)
		found.append(
			{
				"label": _label(case, row),
				"stage": row.stage,
				"at": times.show(times.aware(row.occurred_at)),
				"who": ", ".join(text for text in (row.actor_name, row.actor_role, row.actor_agency) if text),
				"side": row.side,
				"old": last.get(key, ""),
				"new": due,
				"reason": notes.get(row.name, ""),
				"carried": str(row.relates_to or "") if row.kind == PROTECTIVE else "",
				"corrected": row.name in voided,
			}
		)
		if row.name not in voided:
			last[key] = due
	return found


def _label(case: LoadedCase, row: Any) -> str:
	if row.kind != DECLINED:
		return LABELS[row.kind]
	proposal = next((other for other in case.rows if other.name == row.relates_to), None)
	if proposal is not None and proposal.kind == AGREED:
		return NOT_AGREED
	return "Withdrawn" if proposal is not None and proposal.side == row.side else LABELS[DECLINED]
