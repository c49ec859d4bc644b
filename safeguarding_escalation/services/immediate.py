"""Somebody is at risk now: recorded at once with whatever is known, kept in view until somebody says it has passed.

What one does not know yet, or may not set, never stops the risk itself from being recorded. Each request carries a key
of its own, so that a second tap or a retry on a bad network writes nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.engine import immediate as rule
from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.engine.stages import stage_at
from safeguarding_escalation.services import (
	actors,
	fields,
	identity,
	log,
	projection,
	times,
	timescales,
	views,
)
from safeguarding_escalation.services.errors import BadInput, CaseClosed, EscalationError, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import line, plain

KEY_LENGTHS = range(8, 101)
NONE_YET = "none written down yet"


def record(escalation: str, key: str, **given: Any) -> dict[str, Any]:
	"""Record an immediate risk with what is known by now; see `api.immediate.record`. The caller's rights are checked."""
	start = _key(escalation, key)
	with locked(escalation) as case:
		_refuse_ended(case)
		actor = actors.resolve(case, None)
		writer = _Writer(case, actor, start)
		if rule.standing(case.effective_events) is None:
			writer.write(rule.RECORDED)
		problems = [
			problem
			for part in (_tell, _change_actions, _protect)
			if (problem := _attempt(part, writer, given))
		]
		fields.write_back(case)
		projection.refresh(case)
	return {**views.panel(escalation), "problems": problems}


class _Writer:
	"""Appends one row a kind for one key: what the same request has written before stands."""

	def __init__(self, case: LoadedCase, actor: actors.Actor, start: str) -> None:
		self.case, self.actor, self.start = case, actor, start

	def write(self, kind: str, at: datetime | None = None, **cells: Any) -> bool:
		"""Whether a row was written; not where this request's row of the kind is there already."""
		name = _row_name(self.start, kind)
		if any(row.name == name for row in self.case.rows):
			return False
		at = at or self.case.now
		self.case.append(
			log.Entry(
				kind=kind,
				occurred_at=at,
				stage=stage_at(self.case.events, at),
				name=name,
				**{**self.actor.columns(), **cells},
			)
		)
		return True


def _attempt(part: Callable[..., None], writer: _Writer, given: dict[str, Any]) -> str:
	"""Record one more thing; '' if that went well, else why not: the risk is recorded all the same."""
	known = list(frappe.local.message_log)
	try:
		part(writer, given)
	except EscalationError as refusal:
		frappe.local.message_log = known
		return str(refusal)
	return ""


def _tell(writer: _Writer, given: dict[str, Any]) -> None:
	whom = line(given.get("told_whom"), "Whom did you tell?")
	contact = given.get("told_contact") or None
	if not (whom or contact):
		return
	at = times.happened(given.get("told_at"), fields.LABELS["told_at"])
	case = writer.case
	cells = actors.counterpart(contact, case, writer.actor) if contact else {}
	name = cells.get("counterpart_name") or identity.without(whom, identity.names_in(case.document))
	if writer.write(rule.TOLD, at, **{**cells, "counterpart_name": name}):
		_set(case, "told_whom", name)


def _change_actions(writer: _Writer, given: dict[str, Any]) -> None:
	new = plain(given.get("interim_safety_actions"), "Interim safety actions")
	old = writer.case.document.interim_safety_actions or ""
	if new and new != old and writer.write(rule.ACTIONS, note=_change(old, new)):
		_set(writer.case, "interim_safety_actions", new)


def _protect(writer: _Writer, given: dict[str, Any]) -> None:
	label = fields.LABELS["protective_deadline"]
	due = times.given(given.get("protective_deadline"), label)
	if due is None or due == times.aware(writer.case.document.protective_deadline):
		return
	if due <= writer.case.now:
		refuse(BadInput, f"{label}: {times.show(due)} has passed. Give a date and time to come.")
	timescales.check_protective(writer.case, due, writer.actor)
	writer.write("protective_deadline", due_at=due)


def _set(case: LoadedCase, field: str, value: str) -> None:
	"""A field of the form. Touches `modified`, so that a form opened earlier cannot undo it."""
	frappe.db.set_value("Escalation", case.name, field, value)
	case.document.reload()
	case.forget()


def change_actions(escalation: str, actions: str, key: str) -> dict[str, Any]:
	"""Replace the interim safety actions; what stood there before is kept. See `api.immediate.change_actions`."""
	start = _key(escalation, key)
	with locked(escalation) as case:
		_refuse_ended(case)
		new, old = plain(actions, "Interim safety actions"), case.document.interim_safety_actions or ""
		writer = _Writer(case, actors.resolve(case, None), start)
		if new != old and writer.write(rule.ACTIONS, note=_change(old, new)):
			_set(case, "interim_safety_actions", new)
			projection.refresh(case)
	return views.panel(escalation)


def log_actions(case: LoadedCase, before: Any, actor: actors.Actor) -> None:
	"""Log what a save of the form changes in the interim safety actions. A draft without a risk is being filled in."""
	if before is None or (before.workflow_state == DRAFT and rule.standing(case.effective_events) is None):
		return
	old, new = (document.interim_safety_actions or "" for document in (before, case.document))
	if old != new:
		at = case.now
		case.append(
			log.Entry(
				kind=rule.ACTIONS,
				occurred_at=at,
				stage=stage_at(case.events, at),
				note=_change(old, new),
				**actor.columns(),
			)
		)


def _change(old: str, new: str) -> str:
	return f"Now: {new or NONE_YET}\nBefore: {old or NONE_YET}"


def passed(escalation: str, why: str, key: str) -> dict[str, Any]:
	"""Record that the immediate risk has passed, and why; see `api.immediate.passed`."""
	start, said = _key(escalation, key), plain(why, "Why")
	if not said:
		refuse(BadInput, "Why has the risk passed? One sentence: what has changed, and how you know.")
	with locked(escalation) as case:
		_refuse_ended(case)
		writer = _Writer(case, actors.resolve(case, None), start)
		known = any(row.name == _row_name(start, rule.PASSED) for row in case.rows)
		if rule.standing(case.effective_events) is None and not known:
			refuse(MoveRefused, "No immediate risk stands in this case.")
		if writer.write(rule.PASSED, note=said):
			fields.write_back(case)
			projection.refresh(case)
	return views.panel(escalation)


def _refuse_ended(case: LoadedCase) -> None:
	state = case.document.workflow_state
	if state in ENDED:
		refuse(
			CaseClosed,
			f"This case is {state.lower()}. If somebody is at risk now, ring 999 or the emergency duty team first; "
			"then reopen the case, or raise a new concern.",
		)


def _key(escalation: Any, key: Any) -> str:
	if not isinstance(key, str) or len(key.strip()) not in KEY_LENGTHS:
		refuse(BadInput, "Reload this page and try again: the request has no key of its own.")
	return f"{frappe.session.user}\n{escalation}\n{key.strip()}"


def _row_name(start: str, kind: str) -> str:
	return hashlib.sha256(f"{start}\n{kind}".encode()).hexdigest()[:20]


def panel(case: LoadedCase) -> dict[str, Any]:
	"""What the form's band shows: `stands`, since when, by whom, who was told, the actions, and what may be done."""
	risk = rule.standing(case.effective_events)
	open_ = case.document.workflow_state not in ENDED
	found: dict[str, Any] = {
		"stands": bool(risk) and open_,
		"may_record": open_ and not case.document.get("anonymised_at"),
		"actions": case.document.interim_safety_actions or "",
		"protective_deadline": times.json_date(times.aware(case.document.protective_deadline)),
	}
	if risk:
		rows = {row.name: row for row in case.rows}
		recorded = rows.get(risk.event.id)
		found["since"] = times.show(risk.since)
		found["by"] = recorded.actor_name if recorded else ""
		found["told"] = [_told_row(rows.get(event.id), event) for event in risk.told]
	return found


def _told_row(row: Any, event: Any) -> dict[str, str]:
	return {"whom": (row.counterpart_name if row else "") or "somebody", "when": times.show(event.at)}


def skipped(case: LoadedCase) -> list[dict[str, Any]]:
	"""The stages that were jumped over: which, on what ground, why, who and when, as the session's user may see it."""
	rows = {row.name: row for row in case.rows}
	found = []
	for one in rule.skipped(case.effective_events):
		row = rows.get(one.by.id)
		reason = _note(row) if row and actors.sees(case, row) else ""
		found.append(
			{
				"stage": one.stage,
				"label": case.policy.stage_label(one.stage),
				"ground": one.ground,
				"reason": reason,
				"who": row.actor_name if row else "",
				"when": times.show(one.by.at),
			}
		)
	return found


def _note(row: Any) -> str:
	return frappe.db.get_value("Stage Log Note", {"stage_log": row.name}, "note") or ""
