"""Plays the demo's cases: each step by the person who took it, at its own time, through the real services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import times
from safeguarding_escalation.setup.demo_dates import Story, standing_at
from safeguarding_escalation.setup.demo_people import BOARD, Made, story

# What of a step is not an argument of `record` or `move`.
_OWN_KEYS = ("at", "by", "record", "move", "save", "as")


def play(cases: list[dict[str, Any]], made: Made) -> None:
	"""Play every case, oldest first, so that references run with the dates."""
	dates = story()
	for case in sorted(cases, key=lambda case: dates.moment(case["at"])):
		Player(made, dates).play(case)


class Player:
	"""Plays one case. A step may name an earlier one's log row by its `as`."""

	def __init__(self, made: Made, dates: Story) -> None:
		self.made = made
		self.dates = dates
		self.labels: dict[str, str] = {}

	def play(self, case: dict[str, Any]) -> None:
		"""Draft the case and take its steps."""
		with self.acting(case):
			document = frappe.get_doc(
				{"doctype": "Escalation", "board": BOARD, **self.value(case["fields"])}
			).insert()
		self.made.note("Escalation", document.name)
		for step in case["steps"]:
			with self.acting(step):
				self.take(document.name, step)

	@contextmanager
	def acting(self, step: dict[str, Any]) -> Iterator[None]:
		"""As the step's person, at its time."""
		frappe.set_user(self.made.users.get(step["by"], step["by"]))
		try:
			with standing_at(self.dates.moment(step["at"])):
				yield
		finally:
			frappe.set_user("Administrator")

	def take(self, name: str, step: dict[str, Any]) -> None:
		"""Record, move or save."""
		given = {key: self.value(value) for key, value in step.items() if key not in _OWN_KEYS}
		if "save" in step:
			document = frappe.get_doc("Escalation", name)
			document.update(self.value(step["save"]))
			document.save()
		elif "move" in step:
			api.move(name, step["move"], **given)
		else:
			answer = api.record(name, step["record"], **given)
			self.labels[step.get("as", "")] = answer["log"]

	def value(self, written: Any) -> Any:
		"""A written value as it is stored: @contact, #agency, =label, ~date; lists and dicts item by item."""
		if isinstance(written, dict):
			return {key: self.value(value) for key, value in written.items()}
		if isinstance(written, list):
			return [self.value(item) for item in written]
		if not isinstance(written, str):
			return written
		sign, rest = written[:1], written[1:]
		for mark, names in (("@", self.made.contacts), ("#", self.made.agencies), ("=", self.labels)):
			if sign == mark and rest in names:
				return names[rest]
		found = self.dates.read(written)
		if isinstance(found, datetime):
			found = times.stored(found)
		return written if found is None else str(found)
