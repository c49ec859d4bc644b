"""What changed between two versions, as a plain list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safeguarding_escalation.engine import Policy, load_policy, policy_ids
from safeguarding_escalation.engine.policy_changes import KEYS, changes, row_words
from safeguarding_escalation.engine.schema import TABLES, Nature

OLD = load_policy("redbridge-2022")


@pytest.mark.parametrize("policy_id", policy_ids())
def test_a_copy_under_another_name_is_no_change(policy_id: str) -> None:
	policy = load_policy(policy_id)
	assert changes(policy, replace(policy, id="another")) == []


def test_every_table_has_a_key_of_its_fields() -> None:
	assert set(KEYS) == set(TABLES)
	for table, names in KEYS.items():
		assert set(names) <= set(TABLES[table].__dataclass_fields__)


def test_a_changed_clock_is_said_before_and_after() -> None:
	(change,) = changes(OLD, OLD.replace_clock("RB.S2.RESOLVE", length=7))
	assert (change.table, change.change, change.fields) == ("clocks", "changed", ("length",))
	assert change.text == "Clock RB.S2.RESOLVE: length: 5 → 7"
	assert "within five working days" in change.before
	assert "within seven working days" in change.after


def test_rows_come_and_go() -> None:
	new = replace(OLD, natures=(*OLD.natures[1:], Nature("Transport", "3.2")))
	added, removed = sorted(changes(OLD, new), key=lambda change: change.change)
	assert (added.change, added.text) == ("added", "Transport is new: Transport")
	assert (removed.change, removed.row) == ("removed", OLD.natures[0].label)


def test_a_row_that_only_moved_is_no_change() -> None:
	assert changes(OLD, replace(OLD, clocks=tuple(reversed(OLD.clocks)))) == []


def test_the_header_is_compared_field_by_field() -> None:
	new: Policy = OLD.replace(title="Another", count_event_day=True, weekend=["Sunday"], office_close="17:00")
	assert [change.text for change in changes(OLD, new)] == [
		f"title: {OLD.title} → Another",
		"count event day: no → yes",
		"weekend: 5, 6 → 6",
		"office close: empty → 17:00:00",
	]


def test_two_rows_about_the_same_thing_are_two() -> None:
	twice = replace(OLD, natures=(OLD.natures[0], OLD.natures[0]))
	once = replace(OLD, natures=(OLD.natures[0],))
	assert [change.change for change in changes(once, twice)] == ["added"]


@pytest.mark.parametrize("policy_id", policy_ids())
def test_every_row_has_a_name_and_words(policy_id: str) -> None:
	policy = load_policy(policy_id)
	empty = Policy.from_dict({"id": "x", "title": policy.title})
	tables = [change for change in changes(empty, policy) if change.table != "policy"]
	assert len(tables) == sum(len(getattr(policy, table)) for table in TABLES)
	assert all(change.row and change.after for change in tables)
	assert row_words(policy, "natures", policy.natures[0]) == policy.natures[0].label
