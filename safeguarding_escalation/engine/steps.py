"""Why this date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .deadline_row import Deadline


@dataclass(frozen=True, slots=True)
class Step:
	date: date
	counted: bool
	number: int | None
	text: str


def steps_of(deadline: Deadline) -> tuple[Step, ...]:
	return ()
