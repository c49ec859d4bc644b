"""Dates of the demo's story, counted from today in working days, and a clock that walks through it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any
from unittest import mock

from safeguarding_escalation.engine import LONDON, WorkingCalendar
from safeguarding_escalation.services import times

# ~-3 10:00 is ten o'clock three working days ago; ~+2 the day two working days ahead; today 23:59 this evening.
_WRITTEN = re.compile(r"(?:~([+-]\d+)|today)(?: (\d\d):(\d\d))?")


class Story:
	"""Reads the story's dates on one day, so that a load across midnight stays consistent."""

	def __init__(self, today: date, calendar: WorkingCalendar) -> None:
		self.today = today
		self.calendar = calendar
		# At a weekend the story is told as on the next working day: what is overdue is so on every day of the week.
		self.anchor = calendar.roll_forward(today)

	def day(self, offset: int) -> date:
		"""The working day `offset` working days from the anchor."""
		return self.calendar.add(self.anchor, offset)

	def read(self, text: str) -> datetime | date | None:
		"""What a written date means (a time makes it an aware instant), or None if `text` is no written date."""
		found = _WRITTEN.fullmatch(text)
		if not found:
			return None
		offset, hour, minute = found.groups()
		day = self.day(int(offset)) if offset else self.today
		return datetime.combine(day, time(int(hour), int(minute)), LONDON) if hour else day

	def moment(self, text: str) -> datetime:
		"""A written date with its time. Raises ValueError for anything else."""
		found = self.read(text)
		if not isinstance(found, datetime):
			raise ValueError(f"“{text}” is not a written date with a time.")
		return found


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
	"""Inside, Frappe and the services take `moment` for now, so that each entry is dated as it would have been.

	Only for the process that loads the demo: nothing else runs in it meanwhile.
	"""
	stored: Any = times.stored(moment)
	with (
		mock.patch("frappe.utils.data.now_datetime", return_value=stored),
		mock.patch("frappe.utils.now_datetime", return_value=stored),
		mock.patch.object(times, "now_datetime", return_value=stored),
	):
		yield
