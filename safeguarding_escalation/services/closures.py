"""The working-day calendars of boards over time: policy, bank holidays as the site knows them, and Calendar Changes.

Policies never change, so what a board learns later about a day is a Calendar Change; see `calendar_changes`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import frappe

from safeguarding_escalation import compat
from safeguarding_escalation.engine import CalendarChange, CalendarHistory, Policy, WorkingCalendar
from safeguarding_escalation.engine.calendar import NATIONS
from safeguarding_escalation.services import times

DOCTYPE, LOOK = "Calendar Change", "Known Bank Holidays"
DRAFT, APPLIED, WITHDRAWN = "Draft", "Applied", "Withdrawn"
CLOSURE, BANK_HOLIDAY, REOPENED = "Closure", "Bank holiday", "Withdrawn closure"
COLUMNS = ("name", "board", "nation", "kind", "day_name", "from_date", "to_date", "applied_at")
Era = tuple[Policy, str | None]


class Row(NamedTuple):
	"""One applied Calendar Change, or one that is looked at before it is applied. `at` is aware."""

	name: str
	board: str
	nation: str
	kind: str
	day_name: str
	from_date: date
	to_date: date
	at: datetime

	def concerns(self, board: str | None, nation: str) -> bool:
		"""Whether it changes the calendar of a board under a policy of that nation."""
		return self.board == board if self.board else self.nation == nation

	def days(self) -> list[date]:
		"""The days that it changes, first to last."""
		return [
			self.from_date + timedelta(days=number)
			for number in range((self.to_date - self.from_date).days + 1)
		]


def row_of(values: Any, at: datetime | None = None) -> Row:
	"""A Calendar Change as a Row; `at` for one that is not applied."""
	return Row(
		values.name or "",
		values.board or "",
		values.nation or "",
		values.kind,
		values.day_name,
		frappe.utils.getdate(values.from_date),
		frappe.utils.getdate(values.to_date),
		at or times.aware(values.applied_at),
	)


def rows() -> tuple[Row, ...]:
	"""Every applied change of the site, as it is now.

	Read under a shared lock: a writer of a case that has waited for its lock would otherwise count by the calendar of
	the moment at which its request began, and store dates that a change applied meanwhile has moved.
	"""
	table = frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.from_(table).select(*(table[column] for column in COLUMNS))
	query = query.where(table.applied_at.notnull()).orderby(table.applied_at).orderby(table.name)
	found = frappe.db.sql(query.get_sql() + compat.shared_lock(), as_dict=True)
	return tuple(row_of(values) for values in found)


def histories(eras: Iterable[Era], known: Sequence[Row]) -> list[CalendarHistory]:
	"""The calendars over time for each (policy, board), by the changes in `known`."""
	digest = _look_digest()
	return [
		_history(
			frappe.local.site,
			digest,
			policy.nation,
			tuple(policy.closures),
			tuple(policy.weekend),
			tuple(row for row in known if row.concerns(board, policy.nation)),
		)
		for policy, board in eras
	]


def history(policy: Policy, board: str | None) -> CalendarHistory:
	"""The calendars over time of a board under a policy."""
	return histories([(policy, board)], rows())[0]


def of_nation(nation: str, known: Sequence[Row] | None = None) -> CalendarHistory:
	"""A nation's own calendars over time, with no board's closures. An unknown nation is England."""
	nation = nation if nation in NATIONS else "ENG"
	found = tuple(row for row in (rows() if known is None else known) if row.nation == nation)
	return _history(frappe.local.site, _look_digest(), nation, (), (5, 6), found)


def of_site() -> WorkingCalendar:
	"""What is known now of the nation in the settings: for what runs under no board's policy."""
	return of_nation(frappe.db.get_single_value("Safeguarding Settings", "holidays_nation") or "").latest


@lru_cache(maxsize=128)
def _history(
	site: str,
	digest: str,
	nation: str,
	closures: tuple[date, ...],
	weekend: tuple[int, ...],
	known: tuple[Row, ...],
) -> CalendarHistory:
	"""Built once for each content; the calendars in it are built when a clock needs them."""
	changes = [
		CalendarChange(row.at, day, row.day_name, row.kind != REOPENED, not row.board)
		for row in known
		for day in row.days()
	]
	return CalendarHistory(
		nation, changes, closures=closures, weekend=weekend, known=looked_at(digest).get(nation)
	)


def _look_digest() -> str:
	return frappe.db.get_single_value(LOOK, "digest", cache=True) or ""


@lru_cache(maxsize=8)
def looked_at(digest: str) -> dict[str, dict[date, str]]:
	"""The bank holidays that the site knew when it last looked, by nation and day; nothing before the first look."""
	if not digest:
		return {}
	stored = {nation: frappe.db.get_single_value(LOOK, nation.lower(), cache=False) for nation in NATIONS}
	return {
		nation: {date.fromisoformat(day): name for day, name in json.loads(text or "{}").items()}
		for nation, text in stored.items()
	}
