"""Recording that something happened: checks, one log row, and the projection, all under the case's lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.engine import EVENT_KINDS, LONDON, immediate
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.schema import SIDES
from safeguarding_escalation.engine.stages import stage_at
from safeguarding_escalation.services import (
	actors,
	agreed_actions,
	answering,
	boards,
	contacting,
	fields,
	identity,
	log,
	moving,
	projection,
	replying,
	times,
	timescales,
	views,
)
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain, yes_or_no

# A dated event is useless without its date.
NEEDS_DUE = {
	"protective_deadline",
	"agreed_timescale",
	"timescale_proposed",
	"review_set",
	"duty_date_set",
	"check_set",
}
# Only the board can do these; a party records them on the board's behalf, with a source.
BOARD_ONLY = {"received", "responded", "outcome_conveyed"}
# Private to one's own agency unless the writer says otherwise (design: `consulted`).
PRIVATE = {"consulted"}
# Shown to everybody by what follows from it: the clocks and duties of these carry their words.
SHARED = {
	"action_agreed", "action_done", "check_set", "action_checked", "review_set", "review_held", "agreed_timescale", "timescale_proposed",
	"timescale_declined", "duty_date_set",
}  # fmt: skip
MODES = ("phone", "email", "meeting", "in writing")
VISIBILITIES = ("own agency", "parties", "board")
# Cells of the log that people type into; a note is a text of its own, which can be redacted alone.
OUTSIDE = {"attendees": "Attendees", "evidence": "How you know", "relates_to": "About", "to": "To whom"}
AFTER_CLOSING = {"correction", "learning"}
# What is written with more than its row, by a function of its own; an entry without that would say what is not so.
BY_BUTTON = {
	immediate.ACTIONS: "Change what keeps the person safe by its button, or in the form: the field is kept with it.",
	immediate.PASSED: "Record that the risk has passed by its button: it asks why.",
	"handed_over": "Hand over by its button, or name the new lead in the form.",
	"handover_received": "Only the new lead records this, by the button “I have it”.",
}


def record(escalation: str, kind: str, **given: Any) -> dict[str, Any]:
	"""Append one event to the case; see `api.escalation.record`. The caller's rights are checked already."""
	_known(kind)
	if kind in BY_BUTTON:
		refuse(BadInput, BY_BUTTON[kind])
	enters_or_ends = kind in moving.KIND_ACTIONS or kind == "stage_started"
	if enters_or_ends and not given.get("corrects"):
		return _as_move(escalation, kind, given)
	if kind == log.BOARD_CHANGED and not given.get("corrects"):
		return boards.change(
			escalation, given.get("to") or given.get("relates_to"), given.get("reason") or given.get("note")
		)
	with locked(escalation) as case:
		moving.check_expected(case, given.get("expected_stage"))
		entry = _entry(case, kind, given)
		row = case.append(entry)
		fields.write_back(case)
		agreed_actions.write_back(case, row)
		projection.refresh(case)
	return {"log": row.name, "sequence": row.sequence, **views.panel(escalation)}


def _known(kind: Any) -> None:
	known = [known for known in EVENT_KINDS if known != log.CALENDAR_CHANGED]
	if kind not in known:
		refuse(
			BadInput,
			f"“{str(kind)[:60]}” is not something that can be recorded. Known: {', '.join(known)}.",
		)


def _as_move(escalation: str, kind: str, given: dict[str, Any]) -> dict[str, Any]:
	"""Reaching a stage or ending a case is a move, whoever records it and however."""
	action = moving.KIND_ACTIONS.get(kind)
	if action is None:
		stage = _stage(given.get("stage"))
		if stage is None:
			refuse(BadInput, "Which stage was started? Give `stage`.")
		action = f"Escalate to Stage {stage}"
	return moving.move(
		escalation,
		action,
		to_stage=given.get("stage") if kind == "reopened" else None,
		**{
			key: given.get(key)
			for key in (
				"occurred_at", "reason", "expected_stage", "actor", "counterpart", "level", "note", "source", "evidence",
				"outcome",
			)
		},
	)  # fmt: skip


def _entry(case: LoadedCase, kind: str, given: dict[str, Any]) -> log.Entry:
	if case.document.workflow_state in ENDED and kind not in AFTER_CLOSING:
		refuse(
			CaseClosed,
			f"This case is {case.document.workflow_state.lower()}: reopen it before recording more.",
		)
	occurred_at = times.happened(given.get("occurred_at"))
	_not_too_late(case, occurred_at)
	actor = actors.resolve(
		case,
		given.get("actor"),
		source=plain(given.get("source")),
		evidence=plain(given.get("evidence")),
		side=plain(given.get("side")),
	)
	side = _side(given.get("side"), kind, actor)
	corrects = _corrected(case, kind, given.get("corrects"))
	to = actors.counterpart(given.get("counterpart"), case, actor, role=plain(given.get("to")))
	reason = plain(given.get("reason"), "Reason")
	due_at = _due(
		case, kind, given.get("due_at"), occurred_at, actor, reason or plain(given.get("note"), "Note")
	)
	if kind == timescales.DECLINED:
		timescales.check_declined(case, plain(given.get("relates_to")))
	contacting.check_copy(case, kind, plain(given.get("to")), to.get("counterpart_name", ""), reason)
	outcome = answering.outcome_of_entry(case, kind, given.get("outcome"))
	replying.check(case, kind, outcome, reason or plain(given.get("note"), "Note"))
	identity.warn(
		identity.names_in(case.document), [(label, given.get(field)) for field, label in OUTSIDE.items()]
	)
	return log.Entry(
		kind=kind,
		occurred_at=occurred_at,
		stage=_own_stage(case, _stage(given.get("stage")), corrects, occurred_at),
		level=_level(case, given.get("level")),
		due_at=due_at,
		mode=_choice(given.get("mode"), MODES, "How (mode)"),
		two_way=_two_way(given.get("two_way"), kind, given.get("mode")),
		attendees=plain(given.get("attendees"), "Attendees"),
		visibility=_visibility(case, kind, given.get("visibility"), actor, corrects),
		relates_to=plain(given.get("relates_to"), "relates_to")[:140],
		corrects=corrects.name if corrects else "",
		outcome=outcome,
		note="\n".join(text for text in (reason, plain(given.get("note"), "Note")) if text),
		**{**(answering.columns(case, actor) if kind == "responded" else actor.columns()), "side": side},
		**to,
	)


def _own_stage(case: LoadedCase, given: int | None, corrects: Any, occurred_at: datetime) -> int:
	"""The stage given, else the stage reached then. A corrected entry of a stage stays with its stage."""
	if corrects and (corrects.kind in moving.KIND_ACTIONS or corrects.kind == "stage_started" or not given):
		return int(corrects.stage or 1)
	return given or stage_at(case.events, occurred_at)


def _level(case: LoadedCase, value: Any) -> str:
	"""A level of the policy by its label. It stays in clear in the log, so it cannot be a text of one's own."""
	labels = tuple(dict.fromkeys(row.label for row in case.policy.levels))
	return _choice(value, labels, "Level") or case.document.current_level or ""


def _stage(value: Any) -> int | None:
	if value in (None, "", 0, "0"):
		return None
	if isinstance(value, bool) or not str(value).isdigit() or not 1 <= int(value) <= 6:
		refuse(BadInput, f"Stage: give a number from 1 to 6 (got “{str(value)[:20]}”).")
	return int(value)


def _not_too_late(case: LoadedCase, occurred_at: datetime) -> None:
	limit = case.policy.max_backdate_days
	days = (case.now.astimezone(LONDON).date() - occurred_at.astimezone(LONDON).date()).days
	if limit and days > limit:
		refuse(BadInput, f"This board accepts entries up to {limit} days late; this one is {days} days old.")


def _visibility(case: LoadedCase, kind: str, value: Any, actor: actors.Actor, corrects: Any) -> str:
	"""Who may read an entry. One about another agency cannot stay inside one's own: it would be that agency's alone.

	A correction is read by whoever may read what it corrects, unless the writer says otherwise.
	"""
	chosen = _choice(value, VISIBILITIES, "Visibility")
	own = not actor.reported or actor.person.agency == actors.recorder(case).agency
	if chosen == "own agency" and not own:
		refuse(
			BadInput,
			"What another agency or the family did cannot be kept inside your own agency: they may see and confirm it.",
		)
	if chosen == "own agency" and kind in SHARED:
		refuse(
			BadInput,
			"Actions and reviews are kept by both sides: their dates are shown to all. Record what your own agency "
			"thinks of it as a consultation.",
		)
	default = corrects.visibility if corrects else "own agency" if kind in PRIVATE and own else "parties"
	return chosen or default


def _side(value: Any, kind: str, actor: actors.Actor) -> str:
	side = _choice(value, SIDES, "Side")
	if kind in BOARD_ONLY:
		if actor.side != "board" and not actor.reported:
			refuse(
				MoveRefused,
				"Only the Chair or the Business Manager does this. To record it for them, name them as `actor`.",
			)
		return "board"
	if side and side != actor.side and not actor.reported:
		refuse(
			MoveRefused,
			f"You act for the {actor.side or 'other'} side. To record what the {side} side did, name who did it as `actor`.",
		)
	return side or actor.side


def _choice(value: Any, known: tuple[str, ...], name: str) -> str:
	text = plain(value, name)
	if text and text not in known:
		refuse(BadInput, f"{name}: “{text[:40]}” is not one of {', '.join(known)}.")
	return text


def _two_way(value: Any, kind: str, mode: Any) -> bool | None:
	if value in (None, ""):
		# A telephone call or a meeting is two-way by its nature; a letter or an email may have no answer (SU-A19).
		return True if kind == "discussed" and mode in ("phone", "meeting") else None
	return yes_or_no(value, "two_way")


def _corrected(case: LoadedCase, kind: str, name: Any) -> frappe._dict | None:
	if not name:
		if kind == "correction":
			refuse(BadInput, "Which entry is wrong? Give `corrects`, the name of its log row.")
		return None
	row = next((row for row in case.rows if row.name == name), None)
	if row is None or not (actors.sees(case, row) or actors.is_administrator()):
		refuse(BadInput, "The entry to correct is not in this case's log.")
	if row.kind == log.CALENDAR_CHANGED:
		refuse(
			MoveRefused, "Dates that the working days moved are not corrected here: a closure is withdrawn."
		)
	if row.kind == log.BOARD_CHANGED:
		refuse(MoveRefused, "A change of board is not corrected: give the case to the right board.")
	if kind not in ("correction", row.kind):
		refuse(
			BadInput,
			f"An entry “{row.kind}” can only be replaced by another “{row.kind}”, or voided by a correction.",
		)
	if (row.kind in moving.KIND_ACTIONS or row.kind == "stage_started") and kind == "correction":
		refuse(
			MoveRefused,
			"A stage that was entered cannot be voided: correct its time, or reopen the case.",
		)
	return row


def _due(
	case: LoadedCase, kind: str, value: Any, occurred_at: datetime, actor: actors.Actor, reason: str
) -> datetime | None:
	due_at = times.given(value, "Due")
	if due_at is None:
		if kind in NEEDS_DUE:
			refuse(BadInput, "By when? Give `due_at`, a date and a time.")
		return None
	if due_at <= occurred_at:
		refuse(BadInput, f"Due {times.show(due_at)} is not after {times.show(occurred_at)}.")
	if kind == "protective_deadline":
		timescales.check_protective(case, due_at, actor, reason)
	return due_at
