"""A clock of a policy as English: all 35 that ship, word for word, and rows that make no sense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from safeguarding_escalation.engine import EVENT_KINDS, Clock, load_policy, policy_ids
from safeguarding_escalation.engine.clock_words import clock_words
from safeguarding_escalation.engine.schema import OWED_BY, UNITS
from safeguarding_escalation.engine.term_words import HAPPENS, any_of, owers, stage_name, term_words

SENTENCES = json.loads((Path(__file__).parent / "data" / "clock_sentences.json").read_text(encoding="utf-8"))
SHIPPED = [(policy, clock.id) for policy in policy_ids() for clock in load_policy(policy).clocks]
REDBRIDGE = load_policy("redbridge-2022")


@pytest.mark.parametrize(("policy", "clock"), SHIPPED)
def test_a_shipped_clock_reads_as_it_should(policy: str, clock: str) -> None:
	loaded = load_policy(policy)
	assert clock_words(loaded, loaded.clock(clock)).text == SENTENCES[clock]


def test_all_35_clocks_are_said() -> None:
	assert sorted(SENTENCES) == sorted(clock for _, clock in SHIPPED)
	assert len(SENTENCES) == 35


def test_the_parts_of_a_sentence_are_kept_apart() -> None:
	words = clock_words(REDBRIDGE, REDBRIDGE.clock("RB.S2.RESOLVE"))
	assert words.due == (
		"Resolve the disagreement between the line managers: within five working days after Stage 2 starts; "
		"never later than the protective deadline."
	)
	assert words.met == "Met when the disagreement is resolved at Stage 2, or Stage 3 or a later one starts."
	assert words.owed == "Owed by the raising agency and the responding agency."
	assert (words.failing, words.dropped) == ("", "")


def clock(**fields: object) -> Clock:
	"""A clock of seven working days from the start of Stage 2, unless changed."""
	values: dict[str, object] = {
		"id": "X",
		"stage": 2,
		"trigger": ("stage_started 2",),
		"unit": "working days",
		"length": 7,
		"label": "Settle it",
		"stop": ("resolved",),
		"owed_by": "raising lead",
	}
	return Clock(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
	("fields", "due"),
	[
		({}, "Settle it: within seven working days after Stage 2 starts."),
		({"length": 1}, "Settle it: within one working day after Stage 2 starts."),
		({"length": 12}, "Settle it: within 12 working days after Stage 2 starts."),
		(
			{"unit": "calendar days"},
			"Settle it: within seven days, weekends and bank holidays included, after Stage 2 starts.",
		),
		(
			{"unit": "calendar days", "non_working_day": "next working day"},
			"Settle it: within seven days, weekends and bank holidays included, after Stage 2 starts, moved on to "
			"the next working day if it falls on a day off.",
		),
		(
			{"unit": "calendar days", "non_working_day": "literal day"},
			"Settle it: within seven days, weekends and bank holidays included, after Stage 2 starts, even if that "
			"is a day off.",
		),
		(
			{"unit": "earlier of working and calendar days", "length": 5},
			"Settle it: within five working days or seven days, whichever ends first, after Stage 2 starts.",
		),
		({"unit": "hours", "length": 1}, "Settle it: within one hour after Stage 2 starts."),
		({"unit": "hours", "length": 24}, "Settle it: within 24 hours after Stage 2 starts."),
		(
			{"unit": "same working day", "length": None},
			"Settle it: on the same working day, when Stage 2 starts.",
		),
		(
			{"unit": "same working day", "length": None, "occurrence": "each", "each": "copy"},
			"Settle it: on the same working day, each time that Stage 2 starts; once for each copy.",
		),
		(
			{"unit": "same working day", "length": None, "non_working_day": "literal day"},
			"Settle it: on the very same day, when Stage 2 starts.",
		),
		({"unit": "instant", "length": None}, "Settle it: at once when Stage 2 starts."),
		(
			{"unit": "case date", "length": None, "trigger": ("review_set", "action_agreed 2")},
			"Settle it: by the date set for the review or the date agreed for the action that is set at Stage 2.",
		),
		(
			{"occurrence": "last"},
			"Settle it: within seven working days after the last time that Stage 2 starts.",
		),
		(
			{"agreed_cap": True, "protective_cap": True},
			"Settle it: within seven working days after Stage 2 starts; never later than the protective deadline or "
			"an agreed timescale.",
		),
		(
			{"kind": "local target"},
			"Settle it: within seven working days after Stage 2 starts; a local target, not the policy's.",
		),
		(
			{"trigger": (), "fallback": ("concern_raised",)},
			"Settle it: within seven working days after the concern is raised.",
		),
	],
)
def test_unusual_clocks(fields: dict[str, object], due: str) -> None:
	assert clock_words(REDBRIDGE, clock(**fields)).due == due


@pytest.mark.parametrize(
	("fields", "due"),
	[
		({"label": "  "}, "X: within seven working days after Stage 2 starts."),
		({"unit": "fortnights"}, "Settle it: “fortnights” (this unit is not known)."),
		({"length": None}, "Settle it: the policy gives no number, so the clock does not run."),
		({"length": 0}, "Settle it: the policy gives no number, so the clock does not run."),
		({"trigger": ()}, "Settle it: nothing starts it."),
		(
			{"trigger": ("resolvd 2",)},
			"Settle it: within seven working days after “resolvd 2” (this cannot be read).",
		),
		(
			{"trigger": ("expiry RB.GONE",)},
			"Settle it: within seven working days after the clock RB.GONE, which this policy does not have, falls "
			"due and is not met.",
		),
		(
			{"cap": "RB.GONE"},
			"Settle it: within seven working days after Stage 2 starts; never later than the clock RB.GONE, which "
			"this policy does not have.",
		),
		(
			{"unit": "case date", "length": None},
			"Settle it: by the date that comes with “stage_started 2”, which carries none.",
		),
		(
			{"unit": "case date", "length": None, "trigger": ("%&",)},
			"Settle it: by the date that comes with “%&”, which carries none.",
		),
		(
			{"trigger": ("resolved 9",)},
			"Settle it: within seven working days after the disagreement is resolved at Stage 9.",
		),
	],
)
def test_rows_that_make_no_sense_are_read_back_as_what_they_say(fields: dict[str, object], due: str) -> None:
	assert clock_words(REDBRIDGE, clock(**fields)).due == due


def test_what_is_missing_is_said() -> None:
	words = clock_words(REDBRIDGE, clock(stop=(), owed_by=" "))
	assert (words.met, words.owed) == ("Nothing meets it.", "Nobody owes it.")


@pytest.mark.parametrize(
	("fields", "reminder"),
	[
		({}, "A reminder goes out on the working day before."),
		({"length": 2}, "A reminder goes out on the due day."),
		({"alert_lead": 0}, "A reminder goes out on the due day."),
		({"alert_lead": 3}, "A reminder goes out three working days before."),
		({"unit": "instant", "length": None}, ""),
	],
)
def test_reminders(fields: dict[str, object], reminder: str) -> None:
	assert clock_words(REDBRIDGE, clock(**fields)).reminder == reminder


def test_the_counting_choices_of_the_policy_are_said() -> None:
	counted = REDBRIDGE.replace(count_event_day=True, agreed_may_exceed_policy=True)
	due = clock_words(counted, clock(agreed_cap=True)).due
	assert due == (
		"Settle it: within seven working days after Stage 2 starts, that day counted as the first; an agreed "
		"timescale takes its place."
	)


@pytest.mark.parametrize(
	("term", "words"),
	[
		("stage_started 2", "Stage 2 starts"),
		("stage_started 3+", "Stage 3 or a later one starts"),
		("stage_started", "any stage starts"),
		("resolved", "the disagreement is resolved"),
		("resolved 2+", "the disagreement is resolved at Stage 2 or later"),
		("discussed 1 last [two_way]", "the two sides discuss it at Stage 1 for the last time, in a talk in both directions"),
		("confirmed 1 [side=responding]", "the outcome is confirmed in writing by the responding agency at Stage 1"),
		("copied 3 [to=Business Manager]", "a copy is sent to the Business Manager at Stage 3"),
		("action_done [same]", "an agreed action is carried out (the same one)"),
		("received 4", "the RSAB Independent Chair receives it at Stage 4"),
		("expiry RB.S1.RESOLVE", "“Resolve the disagreement between the professionals” (RB.S1.RESOLVE) falls due and is not met"),
		("", "“” (this cannot be read)"),
	],
)  # fmt: skip
def test_terms(term: str, words: str) -> None:
	assert term_words(REDBRIDGE, term) == words


def test_every_kind_of_event_has_words() -> None:
	assert set(HAPPENS) == set(EVENT_KINDS)


def test_alternatives_keep_their_own_or_apart() -> None:
	assert any_of(REDBRIDGE, ("resolved", "closed")) == "the disagreement is resolved or the case is closed"
	assert any_of(REDBRIDGE, ("resolved", "stage_started 2+")) == (
		"the disagreement is resolved, or Stage 2 or a later one starts"
	)


def test_every_ower_has_a_name() -> None:
	assert owers(REDBRIDGE, ", ".join(OWED_BY)) == (
		"the raising agency, the responding agency, the RSAB Independent Chair, the RSAB Business Manager and "
		"whoever agreed to do it"
	)
	assert owers(REDBRIDGE, "Head of Service") == "the Head of Service"


@pytest.mark.parametrize(
	("policy", "number", "name"),
	[
		("redbridge-2022", 2, "Stage 2"),
		("4lsab-2023", 2, "Stage Two"),
		("buckinghamshire", 2, "Stage 2 (Manager level)"),
		("buckinghamshire", 1, "Stage 1"),
		("stockport", 3, "Stage 3"),
		("stockport", 0, "the draft"),
		("stockport", 8, "Stage 8"),
	],
)
def test_stages_go_by_short_names(policy: str, number: int, name: str) -> None:
	assert stage_name(load_policy(policy), number) == name


def test_every_unit_is_said() -> None:
	said = {clock_words(REDBRIDGE, clock(unit=unit, trigger=("review_set",))).due for unit in UNITS}
	assert len(said) == len(UNITS)
	assert not any("not known" in due for due in said)
