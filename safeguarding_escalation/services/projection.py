"""Everything stored that can be computed from the log: deadlines, access, and the fields of lists.

`refresh` may be called at any time and any number of times; it writes only what differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.engine import Deadline, Event, immediate
from safeguarding_escalation.engine.alerts import next_alert_at
from safeguarding_escalation.engine.answers import answer_given
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.deadline_row import first_due
from safeguarding_escalation.engine.ladder import BINDING
from safeguarding_escalation.services import (
	access,
	closing_view,
	immediate_alerts,
	quiet_hours,
	realtime,
	spells,
	times,
)
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

_FIELDS = (
	"stage", "starts_at", "policy_due_at", "due_at", "capped_by", "met_at", "ended_at", "kind", "owed_by", "clause",
	"policy", "label", "next_alert_at",
)  # fmt: skip


def refresh(case: LoadedCase) -> None:
	"""Bring deadlines, access and list fields up to date with the log, and tell open forms. Call under the lock."""
	from safeguarding_escalation.services import response_links

	case.forget()
	store_deadlines(case)
	spells.store(case)
	access.store(case)
	store_list_fields(case)
	immediate_alerts.serve(case)
	response_links.revoke_stale(case)
	realtime.announce(case)


def store_deadlines(case: LoadedCase, alerted_at: datetime | None = None) -> None:
	"""Make the Escalation Deadline rows of the case equal to a fresh plan.

	`alerted_at` is the instant of the sweep that has just served the case; without it the next sweep looks at
	every clock again, and finds in the alert rows what has been said.
	"""
	stored = {
		(row.clock, row.instance or ""): row
		for row in select(
			"Escalation Deadline",
			["name", "clock", "instance", *_FIELDS],
			{"escalation": case.name},
			for_update=True,
		)
	}
	for deadline in case.deadlines:
		wanted = _row(case, deadline, alerted_at)
		key = (deadline.clock, deadline.instance or "")
		row = stored.pop(key, None)
		if row is None:
			frappe.get_doc(
				{
					"doctype": "Escalation Deadline",
					"escalation": case.name,
					"clock": key[0],
					"instance": key[1],
					**wanted,
				}
			).insert(ignore_permissions=True)
			continue
		changed = {field: value for field, value in wanted.items() if _differs(row[field], value)}
		if changed:
			frappe.db.set_value("Escalation Deadline", row.name, changed)
	for row in stored.values():
		frappe.db.delete("Escalation Deadline", {"name": row.name})


def _row(case: LoadedCase, deadline: Deadline, alerted_at: datetime | None) -> dict[str, Any]:
	ended = case.document.workflow_state in ENDED
	hours = quiet_hours.hours()
	alert = (
		None if ended else next_alert_at(deadline, case.policy, case.calendar, after=alerted_at, hours=hours)
	)
	return {
		"stage": deadline.stage,
		"starts_at": times.stored(deadline.starts_at),
		"policy_due_at": times.stored(deadline.policy_due_at),
		"due_at": times.stored(deadline.due_at),
		"capped_by": deadline.capped_by or "",
		"met_at": times.stored(deadline.met_at),
		"ended_at": times.stored(deadline.ended_at),
		"kind": deadline.kind,
		"owed_by": deadline.owed_by,
		"clause": deadline.clause,
		"policy": deadline.policy,
		"label": deadline.label,
		"next_alert_at": times.stored(alert),
	}


def ensure_alerts() -> None:
	"""Look anew at when to alert, where an earlier version saw nothing more to say of a limit that still runs.

	A second run finds nothing to do.
	"""
	from safeguarding_escalation.services.lock import one_by_one

	table, case = frappe.qb.DocType("Escalation Deadline"), frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(table).join(case).on(case.name == table.escalation).select(case.name).distinct()
	query = query.where(case.workflow_state.notin(ENDED)).where(table.kind.isin(BINDING))
	query = query.where(table.met_at.isnull() & table.ended_at.isnull() & table.next_alert_at.isnull())
	one_by_one(query.run(pluck=True), lambda loaded: store_deadlines(loaded, alerted_at=loaded.now))


def planned(case: LoadedCase, alerted_at: datetime | None = None) -> dict[tuple[str, str], dict[str, Any]]:
	"""The rows that `store_deadlines` makes, by clock and instance (empty for none), as they are stored."""
	return {(row.clock, row.instance or ""): _row(case, row, alerted_at) for row in case.deadlines}


def _differs(stored: Any, wanted: Any) -> bool:
	return (stored or None) != (wanted or None)


def store_list_fields(case: LoadedCase) -> None:
	"""Write what lists and reports show, without touching `modified`."""
	values = list_fields(case)
	document = case.document
	changed = {field: value for field, value in values.items() if _differs(document.get(field), value)}
	if changed:
		frappe.db.set_value("Escalation", case.name, changed, update_modified=False)
		document.update(changed)


def list_fields(case: LoadedCase) -> dict[str, Any]:
	"""The computed fields of the Escalation: stage, label, dates, next due, figures."""
	events, state = case.effective_events, case.document.workflow_state
	last_reopened = max((i for i, event in enumerate(events) if event.kind == "reopened"), default=-1)
	entered = [event for event in events if event.kind in ("concern_raised", "stage_started", "reopened")]
	resolved = [event for event in events[last_reopened + 1 :] if event.kind == "resolved"]
	ended = [event for event in events[last_reopened + 1 :] if event.kind in ("closed", "withdrawn")]
	stage = (entered[-1].stage or 0) if entered else 0
	started = entered[0].at if entered else None
	upcoming = None if state in ENDED else first_due(case.deadlines, case.now)
	return {
		"current_stage": stage,
		"current_level": (entered[-1].level or "") if entered else "",
		"stage_label": stage_label(case, state, stage),
		"highest_stage": max((event.stage or 0 for event in entered), default=0),
		"started_at": times.stored(started),
		"resolved_at": times.stored(resolved[-1].at) if resolved else None,
		"stage_resolved": (resolved[-1].stage or 0) if resolved else 0,
		"completed_at": times.stored(ended[-1].at) if ended else None,
		"working_days_to_resolution": _working_days(case, started, resolved[-1].at if resolved else None),
		"clocks_missed": sum(1 for d in case.deadlines if d.kind == "maximum" and is_missed(d, case.now)),
		"closing_duties_open": closing_view.open_count(case),
		"next_due_at": times.stored(upcoming.due_at) if upcoming else None,
		"next_owed_by": upcoming.owed_by if upcoming else "",
		"chair_outcome_type": answer_given(events),
		**_skipped(events),
	}


def _skipped(events: Sequence[Event]) -> dict[str, str]:
	"""The stages that were jumped over and on what ground, for returns. The reason itself stays in the log."""
	found = immediate.skipped(events)
	grounds = dict.fromkeys(one.ground or "reason in the log" for one in found)
	return {
		"stages_skipped": ", ".join(str(number) for number in sorted({one.stage for one in found})),
		"skip_ground": ", ".join(grounds),
	}


def stage_label(case: LoadedCase, state: str, stage: int) -> str:
	"""What the board calls where the case is; outside the stages, the state's own name."""
	return case.policy.stage_label(stage) if str(state).startswith("Stage ") else state


def is_missed(deadline: Deadline, now: datetime) -> bool:
	"""Whether a clock's limit passed unmet, whatever happened afterwards."""
	return deadline.status(now) in ("overdue", "met_late", "missed")


def _working_days(case: LoadedCase, started: datetime | None, resolved: datetime | None) -> int:
	if not (started and resolved):
		return 0  # Frappe's whole-number columns take no NULL
	return case.calendar.count(
		started.astimezone(times.LONDON).date(), resolved.astimezone(times.LONDON).date()
	)
