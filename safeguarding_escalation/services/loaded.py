"""A case in memory: its document, its log, and what the engine makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import frappe

from safeguarding_escalation.engine import CalendarHistory, Deadline, Event, Policy, WorkingCalendar, plan
from safeguarding_escalation.engine.case import Case
from safeguarding_escalation.engine.log import effective_events
from safeguarding_escalation.engine.parties import agencies
from safeguarding_escalation.services import closures, facts, log, people, policies, times
from safeguarding_escalation.services.errors import CaseClosed, refuse
from safeguarding_escalation.services.policies import History


def refuse_anonymised(document: Any) -> None:
	"""Raise CaseClosed for a case whose people were removed: nothing personal is added to it again."""
	if document.get("anonymised_at"):
		refuse(CaseClosed, "This case is anonymised and stays as it is. Raise a new concern instead.")


class LoadedCase:
	"""Lives as long as one request. Everything derived is computed once and dropped after an append."""

	_DERIVED = ("events", "deadlines", "case", "effective_events", "recusals", "recused", "holders")

	def __init__(self, document: Any, rows: list[frappe._dict]) -> None:
		self.document = document
		self.rows = rows
		self.now: datetime = times.now()
		self.memo: dict[Any, Any] = {}  # people of the case, read once

	@property
	def name(self) -> str:
		"""The Escalation's name (a hash)."""
		return self.document.name

	@property
	def first_policy(self) -> str:
		"""The Board Policy that the case began under; a change of board pins another, and clocks that ran keep this."""
		return self.document.first_policy or self.document.policy

	@cached_property
	def history(self) -> History:
		"""Pinned policy, later adoptions and changes of board, as `plan` takes them."""
		return policies.history(
			self.first_policy,
			self.document.board,
			times.aware(self.document.creation),
			log.board_changes(self.rows),
		)

	@cached_property
	def policy(self) -> Policy:
		"""The policy in force now: what moves and duties follow."""
		return policies.current(self.history, self.now)

	@cached_property
	def calendar(self) -> WorkingCalendar:
		"""The working days of the board that has the case, by what is known now."""
		begun = [
			number for number, (start, _) in enumerate(self.history) if start is None or start <= self.now
		]
		return self.calendars[begun[-1]].latest

	@cached_property
	def eras(self) -> list[closures.Era]:
		"""Each policy of the history with the board whose it was then."""
		return policies.eras(self.history, self.document.board, log.board_changes(self.rows))

	@cached_property
	def calendars(self) -> list[CalendarHistory]:
		"""The working days over time for each policy of the history."""
		return policies.calendars(self.eras)

	def planned(self, known: Sequence[closures.Row]) -> list[Deadline]:
		"""The plan as it is by other changes of the calendar than those that are applied."""
		calendars = policies.calendars(self.eras, known)
		return plan(self.history, self.events, calendars, parties=agencies(self.case))

	@cached_property
	def events(self) -> list[Event]:
		"""The whole log as events, corrections included."""
		return log.events(self.rows)

	@cached_property
	def effective_events(self) -> list[Event]:
		"""The events that count: corrections applied, in order, stages filled in."""
		return effective_events(self.events)

	@cached_property
	def deadlines(self) -> list[Deadline]:
		"""The plan: every clock instance."""
		return plan(self.history, self.events, self.calendars, parties=agencies(self.case))

	@cached_property
	def case(self) -> Case:
		"""The facts that moves, duties and access decide from."""
		return facts.case(self.document, self.effective_events, self.policy, self.recusals)

	@cached_property
	def recusals(self) -> dict[str, log.Recusal]:
		"""Who has stepped back from this case, with who was named in their place, and when."""
		return log.recusals(self.rows)

	@cached_property
	def recused(self) -> frozenset[str]:
		"""The contacts that have stepped back from this case, and their accounts."""
		return people.with_accounts(self.recusals)

	@cached_property
	def holders(self) -> people.Holders:
		"""Who holds the board's posts in this case."""
		return people.post_holders(self.document.board, self.recusals)

	def append(self, entry: log.Entry) -> frappe._dict:
		"""Write one log row and forget what was derived from the old log.

		Raises CaseClosed for an anonymised case, but for rows about keeping and redacting the record.
		"""
		if entry.kind not in log.ABOUT_THE_TEXT:
			refuse_anonymised(self.document)
		row = log.append(self.name, entry, self.rows[-1] if self.rows else None)
		self.rows.append(row)
		self.forget()
		return row

	def forget(self) -> None:
		"""Drop everything derived, after the log or the document changed."""
		for name in self._DERIVED:
			self.__dict__.pop(name, None)
