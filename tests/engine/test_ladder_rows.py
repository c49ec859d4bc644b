"""Rows of a policy's ladder: in words, compared, and what the validator refuses."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from safeguarding_escalation.engine import Policy, load_policy
from safeguarding_escalation.engine.alert_words import alerts_words, row_sentence
from safeguarding_escalation.engine.drafts import position_of, read_draft
from safeguarding_escalation.engine.policy_changes import changes
from safeguarding_escalation.engine.schema import AlertRung, Clock
from safeguarding_escalation.engine.validator import validate

REDBRIDGE = load_policy("redbridge-2022")
OVERDUE = {"rung": "overdue", "recipients": ["owing"], "days": 1, "kind": "maximum"}


# In words


def test_the_usual_ladder_in_words() -> None:
	clock = REDBRIDGE.clock("RB.S2.RESOLVE")
	assert alerts_words(REDBRIDGE, clock) == (
		"Alerts: the working day before, to whoever owes the step; where the due day has no working morning, on the last "
		"working day before it at 15:00, to whoever owes the step; on the due day, to whoever owes the step; the working "
		"day after (at the very moment, where people set one), to whoever owes the step and their line manager; from four "
		"working days after on, every three working days until it is met or ended, to whoever owes the step, their line "
		"manager, their agency's safeguarding lead and the RSAB Business Manager, where the policy lets them see the case "
		"(from reminder 3 on)."
	)
	instant = Clock(id="X", stage=1, trigger=("told",), unit="instant")
	assert "when the time has come, to whoever owes the step" in alerts_words(REDBRIDGE, instant)


@pytest.mark.parametrize(
	("row", "sentence"),
	[
		(
			AlertRung("due_soon", ("owing",), None, kind="maximum"),
			"For every limit: as early as the clock's reminder says, to whoever owes the step.",
		),
		(
			AlertRung("due_soon", ("chair",), None, "RB.S2.RESOLVE"),
			"For “Resolve the disagreement between the line managers” (RB.S2.RESOLVE): the working day before, to the "
			"RSAB Independent Chair, where the policy lets them see the case.",
		),
		(
			AlertRung("due_soon", ("senior manager",), -3, kind="advisory", at_hour=time(14)),
			"For every advisory limit: three working days before at 14:00, to their agency's senior manager.",
		),
		(
			AlertRung("due_today", ("owing",), 0, kind="local target", wording="Today", urgent=True),
			"For every local target: on the due day, or the last working day before it, at any hour, to whoever owes the "
			"step, as “Today”.",
		),
		(
			AlertRung(
				"overdue_again", ("owing", "boss", "owing from x"), 2, kind="", repeat_every=1, at_most=5
			),
			"For no clock: from two working days after on, every working day until it is met or ended, five times at most, "
			"to whoever owes the step, “boss” (not known) and “owing from x” (this cannot be read).",
		),
		(AlertRung("late", (), 2, kind="maximum"), "For every limit: two working days after, to nobody."),
	],
)
def test_a_row_in_words(row: AlertRung, sentence: str) -> None:
	assert row_sentence(REDBRIDGE, row) == sentence


@pytest.mark.parametrize(
	("fields", "words"),
	[
		({"alert_lead": 2}, "two working days before"),
		({"alert_lead": 0}, "on the due day"),
		({"length": 2}, "on the due day"),
	],
)
def test_the_clocks_own_reminder_in_words(fields: dict[str, Any], words: str) -> None:
	of = REDBRIDGE.replace_clock("RB.S2.RESOLVE", **fields)
	assert alerts_words(of, of.clock("RB.S2.RESOLVE")).startswith(f"Alerts: {words}")


def test_a_changed_rung_is_said_in_a_comparison_of_versions() -> None:
	old = REDBRIDGE.replace(alert_rungs=[OVERDUE])
	new = REDBRIDGE.replace(alert_rungs=[OVERDUE | {"days": 2}])
	(change,) = changes(old, new)
	assert change.text == (
		"The alert “overdue” of every limit: the day on which it comes is now two working days after the due day instead "
		"of one working day after the due day."
	)
	assert change.before.startswith("For every limit: the working day after")
	(added,) = changes(REDBRIDGE, REDBRIDGE.replace(alert_rungs=[OVERDUE | {"kind": ""}]))
	assert added.text.startswith("New: For no clock")


# What the validator refuses


@pytest.mark.parametrize(
	("code", "cells", "sentence"),
	[
		("rung_of_nothing", {"kind": ""}, "name the clock, or choose the kind"),
		("unknown_kind", {"kind": "wish"}, "the kind 'wish' is unknown"),
		("unknown_clock", {"clock": "RB.S9"}, "there is no clock 'RB.S9'; the policy's clocks are: RB."),
		(
			"kind_of_clock",
			{"clock": "RB.S2.RESOLVE", "kind": "advisory"},
			"is no clock of the kind 'advisory'",
		),
		("unknown_due_day", {"due_day": "Sunday"}, "the due day 'Sunday' is unknown"),
		("name_missing", {"rung": " ", "wording": "x"}, "give it a name"),
		("rung_name", {"rung": "Overdue 1", "wording": "x"}, "the name 'Overdue 1' cannot be used"),
		("rung_name", {"rung": "a" * 41, "wording": "x"}, "at most 40"),
		("wording_missing", {"rung": "late"}, "needs the words that its mail says"),
		("wording_long", {"wording": "a" * 141}, "at most 140 characters"),
		("wording_long", {"wording": "a\nb"}, "on one line"),
		("days", {"days": 61, "rung": "late", "wording": "x"}, "61 working days are too far"),
		("days_of_name", {"days": 0}, "it comes after the due day"),
		("days_of_name", {"days": None}, "it comes after the due day"),
		("days_of_name", {"rung": "due_soon"}, "it comes before the due day"),
		("days_of_name", {"rung": "due_today"}, "it comes on the due day"),
		("days_of_name", {"rung": "due_today", "days": None}, "it comes on the due day"),
		("due_day_after", {"due_day": "day off"}, "comes whatever day that is"),
		("repeat", {"repeat_every": 0}, "a repeat of 0 days never ends"),
		(
			"repeat_before",
			{"repeat_every": 2, "days": -1, "rung": "early", "wording": "x"},
			"only what comes after",
		),
		(
			"repeat_before",
			{"repeat_every": 2, "days": None, "rung": "early", "wording": "x"},
			"only what comes after",
		),
		("at_most", {"at_most": -1}, "how often it repeats at most"),
		("at_most", {"at_most": 3}, "not every how many days"),
		("repeat_missing", {"rung": "overdue_again", "days": 2}, "every how many working days"),
		("recipients_missing", {"recipients": []}, "say who is told"),
		("unknown_recipient", {"recipients": ["police"]}, "the recipient 'police' is unknown"),
		("recipient_from", {"recipients": ["owing from never"]}, "cannot be read"),
		("recipient_from", {"recipients": ["owing from 0"]}, "cannot be read"),
		("recipient_from", {"recipients": ["owing", "chair from 2"]}, "this rung is said once"),
		("not_binding", {"kind": "preference"}, "can be missed by nobody"),
		("overdue_missing", {"rung": "due_today", "days": 0}, "would pass without a word"),
	],
)
def test_a_rung_that_makes_no_sense_is_refused(code: str, cells: dict[str, Any], sentence: str) -> None:
	draft = read_draft(REDBRIDGE.to_dict() | {"alert_rungs": [OVERDUE | cells]})
	problem = next(problem for problem in draft.problems if problem.code == code)
	assert sentence in problem.message
	assert (problem.table, position_of(draft, problem)) == ("alert_rungs", 0)


def test_a_ladder_that_makes_no_sense_is_refused() -> None:
	again = OVERDUE | {"rung": "overdue_again", "days": 2, "repeat_every": 2}
	rows = [
		OVERDUE,
		OVERDUE,
		again,
		again | {"rung": "chase", "wording": "x"},
		OVERDUE | {"rung": "b", "wording": "x"},
	]
	codes = [problem.code for problem in validate(REDBRIDGE.replace(alert_rungs=rows))]
	assert codes == ["duplicate_rung", "second_repeat"]
	early = [OVERDUE | {"days": 3}, again]
	assert [problem.code for problem in validate(REDBRIDGE.replace(alert_rungs=early))] == ["repeat_early"]
	assert validate(REDBRIDGE.replace(alert_rungs=[OVERDUE, again])) == []
	own = [OVERDUE | {"clock": "RB.S2.RESOLVE", "kind": "maximum"}]
	assert validate(REDBRIDGE.replace(alert_rungs=own)) == []
	alone = Policy.from_dict({"id": "t", "title": "T", "alert_rungs": [OVERDUE | {"clock": "X", "kind": ""}]})
	assert "the policy's clocks are: none" in next(
		p.message for p in validate(alone) if p.code == "unknown_clock"
	)
