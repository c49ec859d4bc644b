"""A return over generated escalations: every figure counted again here, in plain Python, from what happened."""

from __future__ import annotations

from collections import Counter
from datetime import date

import frappe
import pytest

from safeguarding_escalation.engine.return_periods import Period, quarters
from safeguarding_escalation.services import policies, returns_counting, returns_rows, times
from safeguarding_escalation.tests import factories, return_cases
from safeguarding_escalation.tests.return_cases import BOARD

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
FAR = factories.at("2100-01-01")
COUNT, SEED = 110, 11
BANDS = ((5, "0 to 5"), (10, "6 to 10"), (20, "11 to 20"), (40, "21 to 40"), (10**6, "41 and more"))


@pytest.fixture
def stories(world):
	return_cases.boards()
	return return_cases.made(COUNT, SEED)


def local(moment):
	"""An aware instant as the site's naive time, in which the stories are told."""
	return times.stored(moment)


def life(story):
	"""What became of a case, told as (when, state after, stage, board after, how, state before, highest), from its truth."""
	state, stage, board, highest = "", 0, BOARD, 0
	found = []
	for kind, at, what in sorted(story.truth, key=lambda one: one[1]):
		before = state
		if kind in ("concern_raised", "stage_started", "reopened"):
			if state not in ("", "open") and kind != "reopened":
				continue
			how = "raised" if not state else "reopened" if state != "open" else "moved"
			state, stage, highest = "open", what, max(highest, what)
		elif kind == "resolved" and state == "open":
			state = how = "resolved"
		elif kind in ("closed", "withdrawn") and state not in ("", "closed", "withdrawn"):
			state = how = kind
		elif kind == "board_changed" and state:
			board, how = what, "transferred"
		elif kind == "board_changed":
			board = what
			continue
		else:
			continue
		found.append((at, state, stage, board, how, before, highest))
	return found


def state_before(story, moment):
	"""State, stage and board just before an instant; '' for a case not raised by then."""
	here = [step for step in life(story) if step[0] < moment]
	return (here[-1][1], here[-1][2], here[-1][3]) if here else ("", 0, "")


def recount(stories, period, calendar):
	"""Every figure of a board's period but the clocks."""
	begins, ends = local(period.begins), local(period.ends)
	cells, days = Counter(), Counter()
	add = cells.update
	for story in stories:
		steps = life(story)
		for code, moment in (("open_start", begins), ("open_end", ends)):
			state, stage, board = state_before(story, moment)
			if state == "open" and board == BOARD:
				add([code, *([f"open_stage::Stage {stage}"] if code == "open_end" else [])])
		live, ended, before_board = False, False, ""
		for number, (at, state, stage, board, how, before, highest) in enumerate(steps):
			until = steps[number + 1][0] if number + 1 < len(steps) else FAR
			live |= board == BOARD and state == "open" and at < ends and until >= begins
			if begins <= at < ends:
				if how == "transferred" and before_board == BOARD and state == "open" and board != BOARD:
					add(["passed"])
				if board == BOARD:
					add(counted(story, how, state, before, stage, highest))
					if how == "resolved":
						taken = calendar.count(steps[0][0].date(), at.date())
						days[taken] += 1
						add(["time::" + next(words for last, words in BANDS if taken <= last)])
					ended |= before == "open" and how in ("resolved", "closed", "withdrawn")
			before_board = board
		add(about_cases(story, live, ended))
		add(before_the_chair(story, steps, begins, ends))
		skips(story, begins, ends, cells)
	return cells, days


def about_cases(story, live, ended):
	"""What is counted once of a case that was open in the period, and of one that stopped being so."""
	if live:
		yield "live"
		yield f"theme::{story.fields['theme'] or 'Not recorded'}"
		yield f"theme_level::{story.fields['theme_level'] or 'Not recorded'}"
	if ended:
		yield "concluded"
		said = {
			"dissatisfied": "dissatisfaction_remaining",
			"complaints": "complaint_made",
			"learning": "learning",
			"policy_gap": "policy_gap",
			"explained": "not_resolved_earlier",
		}
		yield from (code for code, name in said.items() if story.fields[name])


def before_the_chair(story, steps, begins, ends):
	"""Of a case that stood open at Stage 4 in the period: the last answer by its end since it was reopened."""
	untils = [*(step[0] for step in steps[1:]), FAR]
	if any(
		(state, stage, board) == ("open", 4, BOARD) and at < ends and until >= begins
		for (at, state, stage, board, *_), until in zip(steps, untils, strict=False)
	):
		since = max(
			[at for at, *_, how, _, _ in steps if how == "reopened" and at < ends], default=begins.min
		)
		given = sorted(
			(at, what) for kind, at, what in story.truth if kind == "responded" and since <= at < ends
		)
		words = given[-1][1].capitalize() if given else "No answer recorded"
		yield from ("chair_put", f"chair_answer::{words}")


def counted(story, how, state, before, stage, highest):
	if how == "raised":
		yield "opened"
		yield f"raising::{story.fields['raising_agency']}"
		yield f"receiving::{story.fields['responding_agency']}"
		yield f"direction::{story.fields['direction']}"
		yield from (f"nature::{nature}" for nature in story.natures)
		if story.fields["immediate_risk"]:
			yield "immediate"
		if story.fields["out_of_area_board"]:
			yield "out_of_area"
	if how == "reopened":
		yield "reopened"
	if how == "transferred" and state == "open":
		yield "received"
	if how in ("resolved", "closed", "withdrawn") and before == "open":
		yield {"resolved": "resolved", "closed": "unresolved", "withdrawn": "withdrawn"}[how]
		yield f"highest::Stage {highest}"
		if how == "resolved":
			yield f"resolved_stage::Stage {stage}"
	if how == "closed":
		yield "closed"


def skips(story, begins, ends, cells):
	"""Steps over stages that were never entered, and on what ground, by the truth alone."""
	entries = [
		(at, what)
		for kind, at, what in sorted(story.truth, key=lambda one: one[1])
		if kind in ("concern_raised", "stage_started", "reopened")
	]
	entered = {what for _, what in entries}
	reached = 0
	for at, what in entries:
		over = [stage for stage in range(reached + 1, what) if stage not in entered]
		reached = max(reached, what)
		board = next((step[3] for step in reversed(life(story)) if step[0] <= at), "")
		if over and begins <= at < ends and board == BOARD:
			risk = any(kind == "immediate_risk" and when <= at for kind, when, _ in story.truth)
			ground = "immediate risk" if risk else "reason in the log"
			cells.update(["skipping", f"skips::Stage {', '.join(map(str, over))}, by {ground}"])


def recount_clocks(stories, period):
	"""Runs of each clock by column, from fresh plans."""
	begins, ends = period.begins, period.ends
	cells = Counter()
	for story in stories:
		steps = life(story)
		if not steps:
			continue
		started = times.aware(steps[0][0])
		for clock in story.clocks:
			code = {"maximum": "policy_clock", "local target": "local_target"}.get(clock.kind, "other_clock")
			name = f"{code}::{clock.clock}::"
			at = max(clock.due_at, started)
			if begins <= at < ends and board_at(story, at) == BOARD:
				met = clock.met_at is not None and clock.met_at < ends
				how = "missed" if not met else "in_time" if clock.met_at <= clock.due_at else "late"
				cells.update([f"{name}due", name + how])
			ran = clock.starts_at is not None and clock.starts_at < ends <= clock.due_at and started < ends
			over = [each for each in (clock.met_at, clock.ended_at) if each is not None and each < ends]
			if ran and not over and board_at(story, ends) == BOARD:
				cells.update([f"{name}running"])
	return cells


def board_at(story, moment):
	"""Which board had a case at an aware instant."""
	return next((step[3] for step in reversed(life(story)) if step[0] <= local(moment)), "")


def keeps_every_run_of_a_clock_of_several_kinds():
	"""Two cases' runs of a limit become advice and preference: one table more, no run less, each with its own rows."""
	before = returns_counting.count(BOARD, YEAR).cells
	name = next(cell.split("::")[1] for cell, value in before.items()
		if cell.startswith("policy_clock::") and cell.endswith("::due") and value > 3)  # fmt: skip
	limit, other = f"policy_clock::{name}::due", f"other_clock::{name}::due"
	every = returns_rows.members(BOARD, YEAR, limit)
	for case, kind in zip(every[:2], ("advisory", "preference"), strict=True):
		frappe.db.set_value("Escalation Deadline", {"escalation": case, "clock": name}, "kind", kind)
	after = returns_counting.count(BOARD, YEAR).cells
	assert after[limit] + after[other] == before[limit]
	assert returns_rows.members(BOARD, YEAR, other) == every[:2]
	assert returns_rows.members(BOARD, YEAR, limit) == every[2:]


def counts_an_answer_no_more_once_it_is_voided():
	"""The only answer to a case is voided: it stands beside the others as not answered, and the figure of it is one less."""
	none = "chair_answer::No answer recorded"
	before = returns_counting.count(BOARD, YEAR).cells
	answer, name, row = next(
		(answer, name, rows[0])
		for answer in ("chair_answer::Advice", "chair_answer::Recommendation", "chair_answer::Resolved")
		for name in returns_rows.members(BOARD, YEAR, answer)
		for rows in [frappe.get_all("Stage Log", {"escalation": name, "kind": "responded"}, pluck="name")]
		if len(rows) == 1
	)
	void = {"name": f"{row}v", "escalation": name, "sequence": 99, "kind": "correction", "corrects": row}
	frappe.db.bulk_insert("Stage Log", [*void, "occurred_at"], [(*void.values(), local(YEAR.begins))])
	after = returns_counting.count(BOARD, YEAR).cells
	assert (after[answer], after[none]) == (before[answer] - 1, before[none] + 1)
	assert name in returns_rows.members(BOARD, YEAR, none)


def without_zeros(cells):
	return {cell: value for cell, value in cells.items() if value}


def test_every_figure_is_what_happened_and_the_quarters_come_to_the_year(stories):
	calendar = policies.calendar(policies.policy(return_cases.POLICY), BOARD)
	for period in (*quarters(YEAR), YEAR, Period(date(2025, 2, 10), date(2025, 2, 23))):
		found = returns_counting.count(BOARD, period)
		cells, days = recount(stories, period, calendar)
		cells.update(recount_clocks(stories, period))
		assert without_zeros(found.cells) == without_zeros(cells), period.words()
		values = sorted(days.elements())
		middle = len(values) // 2
		median = (values[middle] + values[-middle - 1]) / 2 if values else None
		assert found.spread.median == median
		assert (found.spread.shortest, found.spread.longest) == (
			(values[0], values[-1]) if values else (None, None)
		)
	said = [
		value for cell, value in returns_counting.count(BOARD, YEAR).cells.items() if "chair_answer" in cell
	]
	assert len(said) == 4
	assert min(said) > 0  # each answer, and none, occurs
	assert sum(cell.startswith("skips::") for cell in returns_counting.count(BOARD, YEAR).cells) > 2
	keeps_every_run_of_a_clock_of_several_kinds()
	counts_an_answer_no_more_once_it_is_voided()
