"""A board's policy as a picture in words: stages in order, the ways into each, and what runs, is owed and is sent there.

Computed from the engine's policy alone, so that the diagram and the cases cannot say different things.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import frappe
from dateutil.easter import easter

from safeguarding_escalation.engine import Clock, Deadline, Policy
from safeguarding_escalation.engine import policy_words as words
from safeguarding_escalation.engine.alert_words import alerts_words
from safeguarding_escalation.engine.clock_words import clock_words
from safeguarding_escalation.engine.errors import EngineError, PolicyError
from safeguarding_escalation.engine.schema import Stage
from safeguarding_escalation.engine.term_words import stage_name, term_words
from safeguarding_escalation.engine.terms import parse_term
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.engine.worked_example import alone, in_sequence, opening
from safeguarding_escalation.services import policies, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.rows import select

ESCALATION = "Escalation"
# A part of `source` that speaks of a picture which the published text does not hold (4L-080, X-A18).
_MISSING = "that the text does not hold"
_DRAWN = (
	"This diagram is drawn from the {noun}'s own clauses, each cited where it stands. The text governs; a picture "
	"illustrates it."
)


def diagram(name: str) -> dict[str, Any]:
	"""The diagram of a Board Policy, with what is known of it as a document: see `draw` for the picture itself."""
	document = select(
		"Board Policy",
		["title", "edition", "policy_version", "docstatus", "supersedes", "review_due"],
		{"name": name},
	)[0]
	return {
		"policy": name,
		"title": document.title,
		"edition": document.edition or "",
		"version": document.policy_version or 1,
		"submitted": document.docstatus == 1,
		"supersedes": document.supersedes,
		"review_due": times.json_date(document.review_due),
		"review_passed": review_words(document.review_due),
		"adopted_by": _adopted_by(name),
		"easter_thursday": times.json_date(next_maundy_thursday(times.today())),
		**draw(policies.policy(name)),
	}


def review_words(due: date | None) -> str:
	"""That a policy's own review date has passed, as a sentence; empty where it has not, or there is none (RB-A15)."""
	if not due or due >= times.today():
		return ""
	return f"Its own review date, {date_text(due)}, has passed. It stays in force until another is adopted."


def _adopted_by(name: str) -> list[dict[str, Any]]:
	rows = select(
		"Safeguarding Board Policy", ["parent", "from_date"], {"policy": name}, order_by="from_date"
	)
	return [{"board": row.parent, "from_date": times.json_date(row.from_date)} for row in rows]


def next_maundy_thursday(today: date) -> date:
	"""The next Thursday before Easter from `today` on: two bank holidays follow it."""
	days = (easter(year) - timedelta(days=3) for year in (today.year, today.year + 1))
	return next(day for day in days if day >= today)


def draw(policy: Policy) -> dict[str, Any]:
	"""The picture: `stages` [{number, label, who, ways, clocks, records, copies, levels, …}], `whole` (what belongs to
	no stage), `paths`, `exclusions`, `duties`, `questions`, `guidance`, `counting`, `notes`. Every row has its clause.
	"""
	labels = field_labels()
	numbers = [stage.number for stage in policy.stages]
	return {
		"noun": policy.document_noun,
		"stages": [
			_stage(policy, stage, labels) for stage in sorted(policy.stages, key=lambda row: row.number)
		],
		"whole": {
			"clocks": [_clock(policy, clock) for clock in policy.clocks if clock.stage not in numbers],
			"records": _records(policy, 0, labels),
			"copies": _copies(policy, 0),
		},
		"duties": [
			{"words": words.duty_words(policy, row, labels), "clause": row.clause}
			for row in policy.closing_duties
		],
		"paths": [
			{
				"label": row.label,
				"enters": stage_name(policy, row.enters_stage),
				"words": row.guidance,
				"clause": row.clause,
			}
			for row in policy.paths
		],
		"exclusions": [
			{
				"label": row.text,
				"words": row.signpost,
				"effect": row.effect,
				"link": row.link,
				"clause": row.clause,
			}
			for row in policy.exclusions
		],
		"questions": [
			{"words": row.question, "when": words.asked_words(policy, row.asked_at), "clause": row.clause}
			for row in policy.questions
		],
		"guidance": [
			{"topic": row.topic, "audience": row.audience, "words": row.text, "clause": row.clause}
			for row in policy.guidance
		],
		"returns": [
			{"label": row.name, "words": " ".join(filter(None, (row.period, row.due))), "clause": row.clause}
			for row in policy.returns
		],
		"counting": words.counting_words(policy),
		"source": policy.source,
		"notes": notes(policy),
	}


def notes(policy: Policy) -> list[str]:
	"""What a reader must know of the picture: which of the board's own pictures is not in the source, what governs."""
	missing = [part.strip() for part in policy.source.split(";") if _MISSING in part]
	return [*(f"Not in the source: {part}." for part in missing), _DRAWN.format(noun=policy.document_noun)]


def field_labels() -> dict[str, str]:
	"""What the Escalation's form calls its fields."""
	return {field.fieldname: field.label for field in frappe.get_meta(ESCALATION).fields if field.label}


def _stage(policy: Policy, stage: Stage, labels: Mapping[str, str]) -> dict[str, Any]:
	return {
		"number": stage.number,
		"label": stage.label,
		"name": stage_name(policy, stage.number),
		"button": stage.button,
		"entered_when": stage.entered_when,
		"guidance": stage.guidance,
		"clause": stage.clause,
		"who": words.who_talks(stage),
		"sight": words.sight_words(policy, stage),
		"ends": words.outcome_words(stage),
		"form_required": stage.form_required,
		"levels": [
			{"words": words.level_words(row), "clause": row.clause}
			for row in sorted(policy.levels, key=lambda row: row.order)
			if row.stage == stage.number
		],
		"ways": [
			{
				"ground": move.ground,
				"from_stages": sorted(move.from_stages),
				"words": words.move_words(policy, move),
				"by": words.mover_words(move),
				"guidance": move.guidance,
				"clause": move.clause,
			}
			for move in policy.moves
			if move.to_stage == stage.number
		],
		"clocks": [_clock(policy, clock) for clock in policy.clocks if clock.stage == stage.number],
		"records": _records(policy, stage.number, labels),
		"copies": _copies(policy, stage.number),
	}


def _clock(policy: Policy, clock: Clock) -> dict[str, Any]:
	said = clock_words(policy, clock)
	return {
		"id": clock.id,
		"kind": clock.kind,
		"due": said.due,
		"more": [part for part in (said.failing, said.met, said.dropped, said.reminder) if part],
		"owed": said.owed,
		"alerts": alerts_words(policy, clock),
		"clause": clock.clause,
		"note": clock.note,
	}


def _records(policy: Policy, stage: int, labels: Mapping[str, str]) -> list[dict[str, Any]]:
	"""Those of a stage; raising belongs to the first one."""
	first = min((row.number for row in policy.stages), default=1)
	return [
		{"words": words.record_words(policy, row, labels), "effect": row.effect, "clause": row.clause}
		for row in policy.records
		if (row.stage or (first if row.when == "raise" else 0)) == stage
	]


def _copies(policy: Policy, stage: int) -> list[dict[str, Any]]:
	return [
		{"words": words.copy_words(policy, row), "clause": row.clause}
		for row in policy.copy_rules
		if (row.stage or _stage_of(row.event)) == stage
	]


def _stage_of(term: str) -> int:
	"""The stage that a copy's event names; 0 for none, or for a term that cannot be read."""
	try:
		return max(parse_term(term).low, 0)
	except PolicyError:
		return 0


def example(name: str, start: str | None = None) -> dict[str, Any]:
	"""Worked example dates of a Board Policy for a case that begins on `start` (ISO date, default today).

	`clocks` {id: {alone: [{how, due, steps, …}], sequence: {…} or None}}: each way to start a clock on that day by
	itself, and its date in a case that takes all the time it has; `stages` {number: {at, text}} of that case. Events
	are invented, nothing is stored. Raises BadInput for what is no date, or one outside the calendar.
	"""
	policy = policies.policy(name)
	calendar = policies.calendar(policy, policies.only_board(name))
	day = times.given_day(start) if start else times.today()
	try:
		walk = in_sequence(policy, day, calendar)
		clocks = {
			clock.id: {
				"alone": [
					{
						"how": term_words(policy, way.term),
						"fallback": way.fallback,
						"invented": way.invented,
						**_date(way.deadline),
					}
					for way in alone(policy, clock, day, calendar)
				],
				"sequence": _date(walk.deadlines[clock.id]) if clock.id in walk.deadlines else None,
			}
			for clock in policy.clocks
		}
	except EngineError as problem:
		refuse(BadInput, str(problem))
	return {
		"policy": name,
		"start": day.isoformat(),
		"start_text": times.show(opening(day), with_time=False),
		"stages": {
			str(number): {"at": at.isoformat(), "text": times.show(at, with_time=False)}
			for number, at in walk.stages.items()
		},
		"clocks": clocks,
	}


def _date(deadline: Deadline) -> dict[str, Any]:
	return {
		"starts": times.show(deadline.starts_at, with_time=False),
		"due_at": deadline.due_at.isoformat(),
		"due": times.show_due(deadline.due_at),
		"steps": [
			{"number": step.number, "counted": step.counted, "text": step.text} for step in deadline.steps
		],
	}
