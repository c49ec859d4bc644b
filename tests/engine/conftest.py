"""Factories for the engine's tests: policies straight from the normative clock table, events from short rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from safeguarding_escalation.engine import Deadline, Event, Policy, WorkingCalendar, localise, plan

DATA = Path(__file__).parent / "data"
# pytest runs with --import-mode=importlib, which leaves sys.path alone.
sys.path.insert(0, str(Path(__file__).resolve().parent))
Row = tuple[Any, ...]


def at(text: str) -> datetime:
	"""The aware moment of a London wall-clock time such as "2025-03-11T10:00"."""
	return localise(datetime.fromisoformat(text))


def event(kind: str, when: str, **fields: Any) -> Event:
	"""An event from London wall-clock texts."""
	if "due_at" in fields:
		fields["due_at"] = at(fields["due_at"])
	return Event(kind, at=at(when), **fields)


def events_of(rows: Iterable[Row]) -> list[Event]:
	"""Events from rows (kind, when) or (kind, when, fields)."""
	return [event(row[0], row[1], **(row[2] if len(row) > 2 else {})) for row in rows]


class Plan:
	"""A computed plan that tests can ask for a row."""

	def __init__(self, rows: list[Deadline]) -> None:
		self.rows = rows
		self.clocks = [row.clock for row in rows]

	def names(self, clock: str) -> list[str | None]:
		"""The instances of a clock, in the plan's order."""
		return [row.instance for row in self.rows if row.clock == clock]

	def row(self, clock: str, instance: str | None = None) -> Deadline:
		"""The one row of this clock and instance."""
		found = [row for row in self.rows if (row.clock, row.instance) == (clock, instance)]
		assert len(found) == 1, f"{clock} {instance}: {self.rows}"
		return found[0]

	def due(self, clock: str, instance: str | None = None) -> str | None:
		"""The due time of a row as a London wall-clock text, None where the clock is absent."""
		if (clock, instance) not in [(row.clock, row.instance) for row in self.rows]:
			return None
		return f"{self.row(clock, instance).due_at:%Y-%m-%dT%H:%M:%S}"


@pytest.fixture(scope="session")
def clock_table() -> dict[str, list[dict[str, Any]]]:
	table = json.loads((DATA / "clocks.json").read_text(encoding="utf-8"))
	return dict(table["policies"])


@pytest.fixture(scope="session")
def policies(clock_table: Mapping[str, list[dict[str, Any]]]) -> dict[str, Policy]:
	return {
		name: Policy.from_dict({"id": name, "title": name, "clocks": clocks})
		for name, clocks in clock_table.items()
	}


@pytest.fixture(scope="session")
def england() -> WorkingCalendar:
	return WorkingCalendar("ENG")


@pytest.fixture(scope="session")
def plan_of(policies: Mapping[str, Policy], england: WorkingCalendar) -> Callable[..., Plan]:
	"""`plan_of(policy or its id, rows of events, calendar=None)`."""

	def plan_of(policy: Any, rows: Iterable[Row], calendar: WorkingCalendar | None = None) -> Plan:
		chosen = policies[policy] if isinstance(policy, str) else policy
		return Plan(plan(chosen, events_of(rows), calendar or england))

	return plan_of


@pytest.fixture(scope="session")
def one_clock() -> Callable[..., Policy]:
	"""`one_clock(**fields)`: a policy of a single clock "A", five working days from a raising unless changed."""

	def one_clock(header: Mapping[str, Any] | None = None, **fields: Any) -> Policy:
		clock = {
			"id": "A",
			"stage": 1,
			"trigger": ["concern_raised"],
			"unit": "working days",
			"length": 5,
			"stop": ["resolved"],
		}
		values = {"id": "board", "title": "Board", "clocks": [clock | fields]}
		return Policy.from_dict(values | dict(header or {}))

	return one_clock
