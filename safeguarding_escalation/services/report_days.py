"""Working days between stored instants, many of them, by each board's own calendar as it is known now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from safeguarding_escalation.engine import LONDON, WorkingCalendar
from safeguarding_escalation.services import closures, policies, times


class WorkingDays:
	"""Counts for one report: a calendar is asked for once a board and policy, a moment's London date once a moment."""

	def __init__(self) -> None:
		self._changes = closures.rows()
		self._calendars: dict[tuple[str, str], WorkingCalendar] = {}
		self._days: dict[datetime, date] = {}

	def between(self, case: Any, start: datetime, end: datetime) -> int:
		"""The working days after the day of `start`, up to and with that of `end`: stored instants, never negative."""
		return max(self._calendar(case).count(self._day(start), self._day(end)), 0)

	def _calendar(self, case: Any) -> WorkingCalendar:
		key = (case.policy or "", case.board or "")
		if key not in self._calendars:
			self._calendars[key] = self._made(*key)
		return self._calendars[key]

	def _made(self, policy: str, board: str) -> WorkingCalendar:
		if not policy:
			return closures.of_site()
		return closures.histories([(policies.policy(policy), board or None)], self._changes)[0].latest

	def _day(self, moment: datetime) -> date:
		if moment not in self._days:
			aware = times.aware(moment)
			self._days[moment] = aware.astimezone(LONDON).date() if aware else moment.date()
		return self._days[moment]
