"""The grammar of terms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, PolicyError
from safeguarding_escalation.engine.terms import ANY_STAGE, parse_term

ANY = ANY_STAGE[1]


@pytest.mark.parametrize(
	("text", "parts"),
	[
		("resolved", {"kind": "resolved", "low": -1, "high": ANY}),
		("resolved 2", {"low": 2, "high": 2}),
		("stage_started 3+", {"low": 3, "high": ANY}),
		("discussed 1 last", {"low": 1, "high": 1, "last": True}),
		("discussed last", {"last": True, "high": ANY}),
		(" discussed 1 [two_way] ", {"two_way": True, "text": "discussed 1 [two_way]", "plain": False}),
		("confirmed 1 [side=responding]", {"side": "responding", "plain": False}),
		("copied 3 [to=Business Manager]", {"to": "business manager", "plain": False}),
		("action_done [same]", {"same": True, "plain": True}),
		("discussed 1+ last [two_way, side = Raising]", {"two_way": True, "side": "raising", "last": True}),
		("discussed [two_way] [same]", {"two_way": True, "same": True}),
		("discussed []", {"plain": True}),
		("expiry RB.S1.RESOLVE", {"kind": "expiry", "source": "RB.S1.RESOLVE"}),
	],
)
def test_good_terms(text: str, parts: dict[str, Any]) -> None:
	term = parse_term(text)
	assert {name: getattr(term, name) for name in parts} == parts
	assert parse_term(text) is term


@pytest.mark.parametrize(
	("text", "sentence"),
	[
		("", "cannot be read"),
		("Resolved", "cannot be read"),
		("resolved two", "cannot be read"),
		("resolved 2 first", "cannot be read"),
		("resolved +", "cannot be read"),
		("resolved [two_way", "cannot be read"),
		("expiry", "names no known event kind"),
		("solved 2", "names no known event kind"),
		("resolved [one_way]", "The filter 'one_way'"),
		("resolved [two_way=yes]", "The filter 'two_way=yes'"),
		("resolved [side]", "The filter 'side'"),
		("resolved [side=other side]", "The side 'other side'"),
		("copied [to=]", "does not say to whom"),
	],
)
def test_bad_terms(text: str, sentence: str) -> None:
	with pytest.raises(PolicyError, match=sentence):
		parse_term(text)


@pytest.mark.parametrize(
	("text", "fields", "fits"),
	[
		("discussed [two_way]", {}, True),
		("discussed [two_way]", {"two_way": True}, True),
		("discussed [two_way]", {"two_way": False}, False),
		("discussed [side=responding]", {}, True),
		("discussed [side=responding]", {"side": "Responding"}, True),
		("discussed [side=responding]", {"side": "raising"}, False),
		("discussed [to=Business Manager]", {}, True),
		("discussed [to=Business Manager]", {"to": "business manager"}, True),
		("discussed [to=Business Manager]", {"to": "Chair"}, False),
		("discussed [two_way, side=responding]", {"two_way": True, "side": "raising"}, False),
	],
)
def test_a_field_left_open_passes(text: str, fields: dict[str, Any], fits: bool) -> None:
	event = Event("discussed", at=datetime(2025, 3, 11, tzinfo=LONDON), **fields)
	assert parse_term(text).fits(event) is fits


def test_covers() -> None:
	assert parse_term("stage_started 2+").covers(3)
	assert not parse_term("stage_started 2").covers(3)
