"""Fields of the form that are really dated events: typing one records the event, and an event fills its field.

So a practitioner fills in "When did the disagreement arise?" and the clock starts, and whoever records the same
thing through the panel or REST finds it in the form. The log stays the only truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation.engine import immediate
from safeguarding_escalation.engine.stages import stage_at
from safeguarding_escalation.services import actors, identity, log, times, timescales
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase

HAPPENED = {"disagreement_at": "disagreement", "decision_received_at": "decision_received", "told_at": "told"}
DUE = {"protective_deadline": "protective_deadline", "agreed_timescale": "agreed_timescale"}
LABELS = {
	"disagreement_at": "When the disagreement arose",
	"decision_received_at": "When the decision was received",
	"told_at": "When they were told",
	"protective_deadline": "Protective deadline",
	"agreed_timescale": "Agreed timescale",
}


@dataclass(frozen=True)
class Change:
	"""A field that differs from what is stored: `value` is aware, True/False, or None when cleared."""

	field: str
	kind: str
	value: datetime | bool | None


def changes(document: Any, before: Any | None) -> list[Change]:
	"""What the save changes among the event fields. Raises BadInput for future or impossible times."""
	found = []
	for field, kind in (*HAPPENED.items(), *DUE.items()):
		new = times.given(document.get(field), LABELS[field])
		old = times.aware(before.get(field)) if before else None
		if new != old:
			found.append(
				Change(
					field,
					kind,
					times.happened(document.get(field), LABELS[field]) if new and field in HAPPENED else new,
				)
			)
	new_risk, old_risk = cint(document.immediate_risk), cint(before.immediate_risk) if before else 0
	if new_risk != old_risk:
		found.append(Change("immediate_risk", "immediate_risk", bool(new_risk)))
	return found


def check(case: LoadedCase, found: list[Change], actor: actors.Actor) -> None:
	"""Refuse what may not be recorded, before anything is written."""
	for change in found:
		if change.field in DUE and isinstance(change.value, datetime):
			if change.value <= case.now:
				refuse(
					BadInput,
					f"{LABELS[change.field]}: {times.show(change.value)} has passed. Give a date and time to come.",
				)
			if change.field == "protective_deadline":
				timescales.check_protective(case, change.value, actor, reason="")


def store(case: LoadedCase, found: list[Change], actor: actors.Actor) -> None:
	"""Append the events that the changed fields stand for."""
	for change in found:
		previous = _standing(case, change.kind)
		if change.field in DUE:
			_store_due(case, change, actor, previous)
		elif change.value in (None, False):
			if previous:
				_void(case, previous, actor)
		else:
			at = change.value if isinstance(change.value, datetime) else case.now
			_store(case, change, actor, at, corrects=previous)


def _store_due(case: LoadedCase, change: Change, actor: actors.Actor, previous: frappe._dict | None) -> None:
	if change.value is None:
		if previous:
			_void(case, previous, actor)
		return
	_store(case, change, actor, case.now, due_at=change.value)


def _store(
	case: LoadedCase,
	change: Change,
	actor: actors.Actor,
	at: datetime,
	due_at: datetime | None = None,
	corrects: frappe._dict | None = None,
) -> None:
	# The log's cells outlive the field, so whoever was told stands there without the adult's name.
	told = identity.without(case.document.told_whom, identity.names_in(case.document))
	case.append(
		log.Entry(
			kind=change.kind,
			occurred_at=at,
			stage=int(corrects.stage or 1) if corrects else stage_at(case.events, at),
			due_at=due_at,
			corrects=corrects.name if corrects else "",
			counterpart_name=told if change.kind == "told" else "",
			**actor.columns(),
		)
	)


def _void(case: LoadedCase, row: frappe._dict, actor: actors.Actor) -> None:
	case.append(
		log.Entry(
			kind="correction",
			occurred_at=case.now,
			stage=int(row.stage or 1),
			corrects=row.name,
			**actor.columns(),
		)
	)


def _standing(case: LoadedCase, kind: str) -> frappe._dict | None:
	"""The log row behind a field: the last effective event of its kind."""
	ids = [event.id for event in case.effective_events if event.kind == kind]
	return next((row for row in reversed(case.rows) if ids and row.name == ids[-1]), None)


def values(case: LoadedCase) -> dict[str, Any]:
	"""What the event fields hold according to the log."""
	events = case.effective_events
	found: dict[str, Any] = {}
	for field, kind in HAPPENED.items():
		of_kind = [event.at for event in events if event.kind == kind]
		found[field] = times.stored(of_kind[-1]) if of_kind else None
	for field, kind in DUE.items():
		due = [event.due_at for event in events if event.kind == kind and event.due_at]
		found[field] = times.stored(due[-1]) if due else None
	found["immediate_risk"] = int(any(event.kind == immediate.RECORDED for event in events))
	found["risk_passed_at"] = times.stored(immediate.passed_at(events))
	return found


def write_back(case: LoadedCase) -> None:
	"""Fill the event fields from the log. Touches `modified`, so that a form opened earlier cannot undo it."""
	changed = {
		field: value
		for field, value in values(case).items()
		if (cint(case.document.get(field)) if field == "immediate_risk" else case.document.get(field))
		!= value
	}
	if changed:
		frappe.db.set_value("Escalation", case.name, changed)
		case.document.reload()
		case.forget()
