"""Where a new case begins, and which of its clocks is due first."""

from __future__ import annotations

from datetime import datetime

import pytest
from policy_names import BUCKS, LSAB, REDBRIDGE, STOCKPORT, SUFFOLK

from safeguarding_escalation.engine import LONDON, Event, WorkingCalendar, load_policy, plan
from safeguarding_escalation.engine.deadline_row import first_due
from safeguarding_escalation.engine.entering import entry_stage


def at(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize("name", [LSAB, STOCKPORT, REDBRIDGE, BUCKS, SUFFOLK])
def test_a_case_begins_at_stage_1_and_immediate_risk_opens_stage_2(name):
	policy = load_policy(name)
	assert entry_stage(policy, immediate_risk=False) == policy.stage(1)
	assert entry_stage(policy, immediate_risk=True) == policy.stage(2)


def test_a_policy_without_a_way_for_immediate_risk_begins_at_its_first_stage():
	policy = load_policy(REDBRIDGE).replace(moves=())
	assert entry_stage(policy, immediate_risk=True) == policy.stage(1)


def test_a_stage_that_a_policy_does_not_have_is_called_by_its_number():
	policy = load_policy(REDBRIDGE)
	assert policy.stage(6) is None
	assert policy.stage_label(6) == "Stage 6"


def test_a_preference_is_never_what_is_due_first():
	"""Suffolk, talk on Monday 10 March: preferred the same day, owed the next (Stages 2 and 3)."""
	policy = load_policy(SUFFOLK)
	calendar = WorkingCalendar.for_policy(policy)
	raised = Event("concern_raised", at=at("2025-03-10T09:00"), stage=1)
	talked = Event("discussed", at=at("2025-03-10T10:00"), stage=1, two_way=True)
	found = first_due(plan(policy, [raised, talked], calendar), at("2025-03-10T11:00"))
	assert found.clock == "SU.S2.MANAGER"
	assert found.due_at == at("2025-03-11T23:59:59")


def test_nothing_is_due_first_where_no_clock_runs():
	assert first_due([], at("2025-03-10T11:00")) is None
