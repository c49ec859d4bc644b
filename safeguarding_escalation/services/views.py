"""What people are shown of a case: the form's panel, the reason for a date, the log, and the data of prints.

All of it is derived at the moment of asking, so that it is right with the scheduler off.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine import Deadline
from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.next_step import next_step
from safeguarding_escalation.engine.obstacles import complaint
from safeguarding_escalation.engine.parties import agencies, agency_of
from safeguarding_escalation.engine.wording import listed
from safeguarding_escalation.services import (
	actors,
	areas,
	chain,
	closing_view,
	facts,
	log,
	printing_formats,
	retention,
	rights,
	scope,
	times,
	timescales,
	timescales_view,
)
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded

# What every one of the policies says first (4LSAB 1, Stockport 1, Redbridge 1.4, Buckinghamshire 1.4, Suffolk).
PRINCIPLE = "The adult's safety and wellbeing come first: a disagreement must not delay what keeps them safe."
STATUS_LABELS = {
	"not_started": "Not started",
	"running": "Running",
	"due_soon": "Due soon",
	"overdue": "Overdue",
	"met": "Met",
	"met_late": "Met late",
	"missed": "Missed",
}


def panel(escalation: str) -> dict[str, Any]:
	"""The form's panel, and the answer of `.deadlines`, `.record` and `.move`.

	Keys: reference, workflow_state, current_stage, stage_label, next_step {sentence, urgency, due_at},
	deadlines [as `deadline_row`], moves [{action, allowed, refusals, needs_reason, …}], duties, banners, and
	those of `paths.words`.
	"""
	from safeguarding_escalation.services import (
		advice,
		boards,
		confirmation_view,
		confirming,
		counterparts,
		handing_over,
		immediate,
		involving,
		paths,
		process_view,
	)

	case = loaded(escalation)
	person = actors.resolve(case, None).person
	closing_dates = closing_view.dates(case)
	owed = duties(case.policy, case.case, case.effective_events, case.now)
	step = next_step(case.policy, case.case, case.effective_events, case.deadlines, person, case.now)
	return {
		"escalation": case.name,
		"reference": case.document.reference,
		"workflow_state": case.document.workflow_state,
		"current_stage": case.document.current_stage or 0,
		"stage_label": case.document.stage_label,
		"chair_outcome": case.document.get("chair_outcome_type") or "",
		"policy": case.policy.title,
		"policy_name": case.policy.id,
		"print_format": printing_formats.of_case(case.name),
		"next_step": {
			"sentence": step.sentence,
			"urgency": step.urgency,
			"due_at": times.json_date(step.due_at),
			"clock": step.clock,
		},
		"timescales": timescales_view.section(case),
		"deadlines": [deadline_row(case, deadline) for deadline in case.deadlines],
		"moves": [
			move_row(move, timescales.move_warning(case, move.to_stage), involving.hint(case, move.action))
			for move in actors.possible_moves(case)
		],
		"principle": PRINCIPLE,
		"duties": [{**duty_row(duty), **closing_view.row(case, duty, closing_dates)} for duty in owed],
		"banners": banners(case),
		"immediate": immediate.panel(case),
		"skipped": immediate.skipped(case),
		"leads": handing_over.leads(case),
		"may_redact": rights.rights_of(case.name, frappe.session.user).redact,
		"may_change_board": boards.may_change(case),
		"own_agency": person.agency,
		"may_step_back": case.case.open and bool(person.contact) and not person.recused,
		"to_confirm": confirming.waiting(case),
		"advice": advice.of_case(case),
		"both_sides": confirmation_view.section(case),
		"counterparts": counterparts.section(case),
		**paths.words(case),
		**process_view.sections(case, owed),
	}


def deadline_row(case: LoadedCase, deadline: Deadline) -> dict[str, Any]:
	"""One clock for a screen: machine values (ISO 8601) and the words for people."""
	status = deadline.status(case.now)
	return {
		"clock": deadline.clock,
		"instance": deadline.instance,
		"label": deadline.label,
		"stage": deadline.stage,
		"kind": deadline.kind,
		"owed_by": deadline.owed_by,
		"owed_by_label": owed_by_label(case, deadline.owed_by, agency_of(agencies(case.case), deadline)),
		"clause": deadline.clause,
		"starts_at": times.json_date(deadline.starts_at),
		"policy_due_at": times.json_date(deadline.policy_due_at),
		"due_at": times.json_date(deadline.due_at),
		"due": times.show_due(deadline.due_at),
		"capped_by": deadline.capped_by,
		"met_at": times.json_date(deadline.met_at),
		"ended_at": times.json_date(deadline.ended_at),
		"status": status,
		"status_label": STATUS_LABELS[status],
		"time_left": time_left(case, deadline, status),
	}


def time_left(case: LoadedCase, deadline: Deadline, status: str) -> str:
	"""How long until the due instant, or since it, in working days where a day or more; '' once ended."""
	if status in ("met", "met_late", "missed", "not_started"):
		return ""
	due, now = deadline.due_at, case.now
	due_day, today = due.astimezone(times.LONDON).date(), now.astimezone(times.LONDON).date()
	if status == "overdue":
		days = case.calendar.count(due_day, today)
		return f"{_days(days)} late" if days else "late since today" if due_day == today else "late"
	if due_day == today:
		return f"today by {due.astimezone(times.LONDON):%H:%M}"
	return f"{_days(case.calendar.count(today, due_day))} left"


def _days(number: int) -> str:
	return "1 working day" if number == 1 else f"{number} working days"


def owed_by_label(case: LoadedCase, owed_by: str, agency: str = "") -> str:
	"""The words of `owed_by` with the agencies that the case has: "Redfern Council (responding)".

	`agency` is the one whose step it is, where a clock runs for each party.
	"""
	if agency:
		return agency
	labels = []
	for owed in (part.strip() for part in owed_by.split(",")):
		side = owed.partition(" ")[0]
		label = {
			"chair": case.policy.chair_label,
			"business manager": case.policy.business_manager_label,
		}.get(owed)
		whose = _agencies_text(case, side)
		labels.append(label or (f"{whose} ({side})" if whose else owed.capitalize()))
	return ", ".join(labels)


def _agencies_text(case: LoadedCase, side: str) -> str:
	"""The agencies on a side, or the family where they are the other side (SU-A21); '' for no side."""
	if side == "responding" and case.case.family:
		return facts.FAMILY
	return listed(agencies(case.case).get(side, ()))


def move_row(move: Any, *also: str) -> dict[str, Any]:
	"""One possible move for the form's buttons and dialog."""
	return {
		"action": move.action,
		"to_state": move.to_state,
		"to_stage": move.to_stage,
		"to_level": move.to_level,
		"ground": move.ground,
		"allowed": move.allowed,
		"refusals": list(move.refusals),
		"warnings": list(dict.fromkeys([*move.warnings, *filter(None, also)])),
		"needs_reason": move.needs_reason,
		"clause": move.clause,
		"label": move.label,
		"guidance": move.guidance,
		"outcomes": list(move.outcomes),
		"on_behalf": move.on_behalf,
	}


def duty_row(duty: Any) -> dict[str, Any]:
	"""One duty for the panel's checklist."""
	return {
		"key": duty.key,
		"kind": duty.kind,
		"text": duty.text,
		"owed_by": duty.owed_by,
		"clause": duty.clause,
		"required": duty.required,
		"done": duty.done,
		"done_at": times.json_date(duty.done_at),
		"due_at": times.json_date(duty.due_at),
		"overdue": duty.overdue,
		"recipient": duty.recipient,
		"agency": duty.agency,
	}


def banners(case: LoadedCase) -> list[dict[str, str]]:
	"""Standing words above the form: a record that does not verify, then the policy's review date."""
	unverified = chain.warning(case)
	found = [{"kind": "danger", "text": unverified}] if unverified else []
	found += [{"kind": "info", "text": text} for text in retention.banners(case.document)]
	found += [{"kind": "warning", "text": text} for text in warnings(case) if text]
	found += timescales.banners(case)
	held = complaint(case.policy, case.case) if case.case.open else None
	if held:
		found.append({"kind": "info", "text": held.refusal or held.warning})
	review = case.policy.review_due
	if review and review < case.now.date():
		found.append(
			{
				"kind": "info",
				"text": f"{case.policy.title}: its review date, {review:%B %Y}, has passed. It stays in force.",
			}
		)
	return found


def warnings(case: LoadedCase) -> tuple[str, ...]:
	"""What looks wrong and blocks nothing by itself: the board for the area; before raising, the policy's scope."""
	if case.document.workflow_state in ENDED:
		return ()
	screened = scope.screen(case.policy, case.document) if case.document.workflow_state == DRAFT else None
	return (
		areas.warning(case.document.board, case.document.adult_area),
		(screened.refusal or screened.warning) if screened else "",
	)


def explain(escalation: str, clock: str, instance: str | None = None) -> dict[str, Any]:
	"""Why a clock is due when it is: `deadline_row` plus `steps` and `sentences`."""
	case = loaded(escalation)
	for deadline in case.deadlines:
		if deadline.clock == clock and (deadline.instance or "") == (instance or ""):
			return {
				**deadline_row(case, deadline),
				"sentences": list(deadline.explain()),
				"steps": [
					{
						"date": step.date.isoformat(),
						"counted": step.counted,
						"number": step.number,
						"text": step.text,
					}
					for step in deadline.steps
				],
			}
	known = ", ".join(dict.fromkeys(deadline.clock for deadline in case.deadlines)) or "none"
	refuse(BadInput, f"No clock “{str(clock)[:40]}” runs on this case. Running or ended here: {known}.")
	return None


def timeline(escalation: str) -> list[dict[str, Any]]:
	"""The log as the session's user may see it, oldest first, with the notes."""
	from safeguarding_escalation.services import confirming, record_shown

	case = loaded(escalation)
	notes = _notes(case.name)
	answers = confirming.answers(case.rows)
	numbers = {row.name: row.sequence for row in case.rows}
	titles = record_shown.titles(case)
	to_confirm = {entry["log"] for entry in confirming.waiting(case)}
	shown = []
	for row in case.rows:
		if not actors.sees(case, row):
			continue
		shown.append(
			{
				"name": row.name,
				"sequence": row.sequence,
				"kind": row.kind,
				"kind_label": kind_label(row.kind),
				"stage": row.stage,
				"level": row.level,
				"occurred_at": times.json_date(times.aware(row.occurred_at)),
				"occurred": times.show(times.aware(row.occurred_at)),
				"recorded_at": times.json_date(times.aware(row.recorded_at)),
				"late_entry": _late(row),
				"recorded_by_name": frappe.utils.get_fullname(row.recorded_by),
				"actor_contact": row.actor,
				"counterpart_contact": row.counterpart,
				"two_way": row.two_way,
				"due_at": times.json_date(times.aware(row.due_at)),
				"actor": row.actor_name,
				"actor_role": row.actor_role,
				"actor_agency": row.actor_agency,
				"side": row.side,
				"counterpart": ", ".join(
					text
					for text in (row.counterpart_name, row.counterpart_role, row.counterpart_agency)
					if text
				),
				"mode": row.mode,
				"due": times.show_due(times.aware(row.due_at)),
				"source": row.source,
				"evidence": row.evidence,
				"visibility": row.visibility,
				"doubt": confirming.words(row, answers.get(row.name)),
				"verdict": answers[row.name].verdict if row.name in answers else "",
				"may_confirm": row.name in to_confirm,
				"relates_to": f"entry {numbers[row.relates_to]}"
				if row.relates_to in numbers
				else titles.get(row.relates_to, "")
				if row.kind in log.OF_BOTH_SIDES
				else row.relates_to,
				"corrects": row.corrects,
				"rule": row.rule,
				"outcome": row.outcome or "",
				"note": notes.get(row.name, ""),
				"redacted": row.redacted_reason or "" if row.redacted else "",
				"redacted_cells": (row.redacted_cells or "").replace("_", " "),
			}
		)
	return shown


def _notes(escalation: str) -> dict[str, str]:
	found = frappe.db.get_values("Stage Log Note", {"escalation": escalation}, ["stage_log", "note"])
	return {stage_log: note or "" for stage_log, note in found or ()}


def _late(row: Any) -> str:
	"""How long after the event it was written down, where that is more than a day."""
	lag = row.recorded_at - row.occurred_at
	return f"{lag.days} day{'s' if lag.days != 1 else ''} later" if lag.days >= 1 else ""


def kind_label(kind: str) -> str:
	"""An event kind for people: stage_started → Stage started."""
	return log.LABELS.get(kind) or kind.replace("_", " ").capitalize()


def printable(doc: Any) -> dict[str, Any]:
	"""Everything a print format needs, prepared here so that no template touches the database."""
	from safeguarding_escalation.services import printing

	return printing.record(doc)
