"""Generated escalations for tests of returns: random events by a seed, and what is true of each, kept apart.

`Story.truth` is what happened, as plain dates; the database gets it as a log, wrong entries and their corrections
included, so that a test can count from the one and the product from the other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import now_datetime

from safeguarding_escalation.services import projection, spells, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.tests import factories

POLICY = "redbridge-2022"
BOARD, OTHER = "Seaham", "Northcliff"
AGENCIES = ("Elmfield Hospital Trust", "Redfern Council", "Northgate Police")
NATURES = ("Level of risk and its assessment", "Roles and responsibilities", "Progressing plans")
THEMES = ("", "Thresholds", "Discharge from hospital", "Mental capacity", "Self-neglect")
LEVELS = ("", "Single-agency work", "Multi-agency work")
FIRST = factories.at("2024-11-01 09:00")


@dataclass
class Story:
	"""One case: its own fields, what happened as (kind, when, stage or board), and the rows of its log."""

	name: str
	fields: dict[str, Any]
	natures: list[str]
	truth: list[tuple[str, datetime, Any]] = field(default_factory=list)
	rows: list[dict[str, Any]] = field(default_factory=list)
	clocks: list[Any] = field(default_factory=list)

	def happened(self, chance: random.Random, kind: str, at: datetime, stage: int, **others: Any) -> None:
		"""Something that happened; now and then it was entered with a wrong time first, and corrected."""
		self.truth.append((kind, at, others.get("to") or stage))
		wrong = chance.random() < 0.08 and kind != "board_changed"
		given = {"kind": kind, "stage": stage, **{key: value for key, value in others.items() if key != "to"}}
		if wrong:
			first = self._row({**given, "occurred_at": at + timedelta(days=chance.randint(1, 60))})
			self._row({**given, "occurred_at": at, "corrects": first})
		else:
			self._row({**given, "occurred_at": at})
		if chance.random() < 0.05:  # and something that never happened, voided
			ghost = self._row(
				{"kind": chance.choice(("resolved", "closed", "reopened")), "stage": stage, "occurred_at": at}
			)
			self._row({"kind": "correction", "stage": stage, "occurred_at": at, "corrects": ghost})

	def _row(self, values: dict[str, Any]) -> str:
		name = f"{self.name}-{len(self.rows) + 1}"
		self.rows.append(
			{"name": name, "sequence": len(self.rows) + 1, "recorded_at": values["occurred_at"], "visibility": "parties",
				"corrects": "", "relates_to": "", "side": "", "actor_agency": "", "outcome": "", **values}
		)  # fmt: skip
		return name


def boards() -> None:
	"""Two boards that work by one policy, made once within a test."""
	for name in (BOARD, OTHER):
		if not frappe.db.exists("Safeguarding Board", name):
			rows = [{"policy": POLICY, "from_date": "2024-01-01"}]
			frappe.get_doc({"doctype": "Safeguarding Board", "board_name": name, "policies": rows}).insert()


def stories(count: int, seed: int) -> list[Story]:
	"""As many invented cases, the same for the same seed."""
	chance = random.Random(seed)  # noqa: S311 - invented cases, not secrets
	return [_story(chance, f"ret{seed:03d}{number:05d}") for number in range(count)]


def _story(chance: random.Random, name: str) -> Story:
	raising, responding = chance.sample(AGENCIES, 2)
	fields = {
		"raising_agency": raising,
		"responding_agency": responding,
		"direction": "Raised",
		"immediate_risk": int(chance.random() < 0.2),
		"out_of_area_board": "Elsewhere" if chance.random() < 0.1 else "",
		"theme": chance.choice(THEMES),
		"theme_level": chance.choice(LEVELS),
		"dissatisfaction_remaining": "The ward." if chance.random() < 0.3 else "",
		"complaint_made": int(chance.random() < 0.15),
		"learning": "Ring sooner." if chance.random() < 0.3 else "",
		"policy_gap": "No limit at Stage 1." if chance.random() < 0.1 else "",
		"not_resolved_earlier": "Nobody rang." if chance.random() < 0.2 else "",
		"board": BOARD,
	}
	story = Story(name, fields, chance.sample(NATURES, chance.choice((1, 1, 2))))
	at = FIRST + timedelta(hours=chance.randint(0, 24 * 480))
	story.happened(chance, "disagreement", at - timedelta(days=chance.randint(0, 3)), 1)
	if chance.random() < 0.04:
		return story  # a draft that was never raised
	stage = 1
	if fields["immediate_risk"] and chance.random() < 0.4:
		story.happened(chance, "immediate_risk", at, 1)
		stage = chance.choice((2, 3))
		story.happened(chance, "stage_started", at, stage)
	else:
		story.happened(chance, "concern_raised", at, 1)
	_goes_on(chance, story, at, stage)
	_answered(random.Random(name), story)  # noqa: S311 - apart, so that what else happens stays the same
	return story


def _answered(chance: random.Random, story: Story) -> None:
	"""The Chair's answers to a case that stood at Stage 4: none, one, or a second one that takes its place."""
	for at in [at for kind, at, what in story.truth if (kind, what) == ("stage_started", 4)]:
		for _ in range(chance.choice((0, 1, 1, 2))):
			at += timedelta(days=chance.randint(1, 40), minutes=chance.randint(1, 300))
			outcome = chance.choice(("recommendation", "advice", "resolved"))
			story.happened(chance, "responded", at, 4, outcome=outcome, to=outcome)


def _goes_on(chance: random.Random, story: Story, at: datetime, stage: int) -> None:
	latest = FIRST + timedelta(days=510)
	for _ in range(chance.randint(0, 7)):
		at += timedelta(days=chance.choice((0, 1, 2, 5, 9, 30)), minutes=chance.randint(1, 300))
		if at > latest:
			return
		what = chance.random()
		if what < 0.45 and stage < 4:
			stage += chance.choice((1, 1, 2)) if stage < 3 else 1
			story.happened(chance, "stage_started", at, stage)
		elif what < 0.52:
			new = OTHER if story.fields["board"] == BOARD else BOARD
			told = f"{story.fields['board']} → {new}"
			story.happened(chance, "board_changed", at, stage, to=new, relates_to=told)
			story.fields["board"] = new
		elif not _ended(chance, story, at, stage, withdrawn=what < 0.62):
			continue
		elif not _reopened(chance, story, story.truth[-1][1]):
			return
		else:
			at, stage = story.truth[-1][1], 1


def _ended(chance: random.Random, story: Story, at: datetime, stage: int, withdrawn: bool) -> bool:
	"""Withdraw a case, or resolve it, close it, or both; whether anything of that happened."""
	before = len(story.truth)
	if withdrawn:
		story.happened(chance, "withdrawn", at, stage)
		return True
	if chance.random() < 0.9:
		story.happened(chance, "resolved", at, stage)
	if chance.random() < 0.6:
		story.happened(chance, "closed", at + timedelta(hours=chance.randint(0, 200)), stage)
	return len(story.truth) > before


def _reopened(chance: random.Random, story: Story, at: datetime) -> bool:
	if chance.random() < 0.7:
		return False
	story.happened(chance, "reopened", at + timedelta(days=chance.randint(1, 90)), 1)
	return True


_COLUMNS = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")


# What is inserted for the cases of a number and a seed, worked out once: tests roll back, and planning takes its time.
_PREPARED: dict[tuple[int, int], tuple[list[Story], list[Any]]] = {}


def made(count: int, seed: int) -> list[Story]:
	"""As many cases in the database, with their logs and everything that the product projects of them."""
	if (count, seed) not in _PREPARED:
		every = stories(count, seed)
		_PREPARED[count, seed] = every, [*_told(every), *_projected(every)]
	every, inserts = _PREPARED[count, seed]
	for doctype, rows, names in inserts:
		if rows:
			frappe.db.bulk_insert(doctype, [*_COLUMNS, *names], rows, chunk_size=1000)
	return every


def _told(every: list[Story]) -> Iterator[Any]:
	now = now_datetime()
	usual = ("Administrator", now, now, "Administrator", 0, 0)
	for story in every:
		found = spells.of_case(read(story))
		story.fields["started_at"] = times.stored(found[0].from_at) if found else None
	state = {"policy": POLICY, "first_policy": POLICY, "workflow_state": "Stage 1"}
	rows = []
	for story in every:
		case = {"reference": story.name, **state, **story.fields}
		rows.append(
			(
				story.name,
				"Administrator",
				story.rows[0]["occurred_at"],
				now,
				"Administrator",
				0,
				0,
				*case.values(),
			)
		)
	yield "Escalation", rows, tuple(case)
	names = tuple(every[0].rows[0])[1:]
	rows = [
		(row["name"], *usual, story.name, *(row[name] for name in names))
		for story in every
		for row in story.rows
	]
	yield "Stage Log", rows, ("escalation", *names)
	rows = [
		(f"{story.name}n{number}", *usual, story.name, "Escalation", "nature", nature)
		for story in every
		for number, nature in enumerate(story.natures)
	]
	yield "Escalation Nature", rows, ("parent", "parenttype", "parentfield", "nature")


def read(story: Story) -> LoadedCase:
	"""A stored case as the services load it, without asking the database for each of its tables."""
	values = {"policy": POLICY, "first_policy": POLICY, "workflow_state": "Stage 1", **story.fields}
	document = frappe.get_doc({"doctype": "Escalation", "name": story.name, **values})
	document.creation = story.rows[0]["occurred_at"]
	return LoadedCase(document, [frappe._dict(row) for row in story.rows])


def _projected(every: list[Story]) -> Iterator[Any]:
	"""What the product projects of cases: their spells and deadlines."""
	now = now_datetime()
	usual = ("Administrator", now, now, "Administrator", 0, 0)
	spell_rows, clock_rows, spell_names, clock_names = [], [], (), ()
	for story in every:
		case = read(story)
		story.clocks = case.deadlines
		for spell in spells.of_case(case):
			values = spells.row(spell)
			spell_names = tuple(values)
			spell_rows.append((f"{story.name}s{spell.number}", *usual, story.name, *values.values()))
		for number, ((clock, instance), values) in enumerate(projection.planned(case).items()):
			clock_names = tuple(values)
			row = (f"{story.name}d{number}", *usual, story.name, clock, instance, *values.values())
			clock_rows.append(row)
	yield "Escalation Spell", spell_rows, ("escalation", *spell_names)
	yield "Escalation Deadline", clock_rows, ("escalation", "clock", "instance", *clock_names)


def recoverable(hidden: Mapping[Any, int], sums: list[dict[Any, int]]) -> list[Any]:
	"""The hidden cells that elimination works out from the sums over what is published."""
	rows = [{cell: sign for cell, sign in each.items() if cell in hidden} for each in sums]
	rows = [row for row in rows if row]
	solved = []
	while rows:
		pivot_row = rows.pop()
		if not pivot_row:
			continue
		pivot = next(iter(pivot_row))
		factor = pivot_row[pivot]
		for group in (rows, solved):
			for number, row in enumerate(group):
				if pivot in row:
					times_over = row[pivot] / factor
					made = {**row}
					for cell, sign in pivot_row.items():
						made[cell] = made.get(cell, 0) - times_over * sign
					group[number] = {cell: sign for cell, sign in made.items() if abs(sign) > 1e-9}
		solved.append(pivot_row)
	return [row for row in solved if len(row) == 1]
