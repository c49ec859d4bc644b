"""The stage reached at an instant: what `stage=None` means for an event recorded then."""

from __future__ import annotations

from datetime import datetime

import pytest

from safeguarding_escalation.engine import LONDON, Event
from safeguarding_escalation.engine.stages import levels_reached, stage_at, stages_reached


def at(day: int, hour: int = 9) -> datetime:
	return datetime(2025, 3, day, hour, tzinfo=LONDON)


LOG = [
	Event("disagreement", at=at(3), sequence=1),
	Event("concern_raised", at=at(4), stage=1, sequence=2),
	Event("stage_started", at=at(6), stage=3, level="Directorate", sequence=3),
	Event("stage_started", at=at(7), stage=2, sequence=4),  # entered late: the highest stage stays reached
	Event("resolved", at=at(10), stage=3, sequence=5),
	Event("reopened", at=at(12), stage=2, sequence=6),
	Event("stage_started", at=at(13), stage=None, sequence=7),
]


@pytest.mark.parametrize(
	("moment", "stage"),
	[
		(at(1), 1),
		(at(3), 1),
		(at(4), 1),
		(at(6, 8), 1),
		(at(6), 3),
		(at(8), 3),
		(at(11), 3),
		(at(12), 2),
		(at(14), 2),
	],
)
def test_stage_at(moment: datetime, stage: int) -> None:
	assert stage_at(LOG, moment) == stage
	assert stage_at(reversed(LOG), moment) == stage


def test_first_instants() -> None:
	assert stages_reached(LOG) == {1: at(4), 2: at(7), 3: at(6)}
	assert levels_reached(LOG) == {"Directorate": at(6)}
