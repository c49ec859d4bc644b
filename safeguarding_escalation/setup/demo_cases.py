"""Plays the demo's cases: each step by the person who took it, at its own time, through the real services.

What somebody without an account did is recorded by the one who looks after the case, with how that person knows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import times
from safeguarding_escalation.setup.demo_dates import Story, standing_at
from safeguarding_escalation.setup.demo_people import Made, story

# What of a step is not an argument of `record` or `move`.
_OWN_KEYS = ("at", "by", "record", "move", "save", "as")
_HOW = "Told by telephone and confirmed by secure email the same day."


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
		recorder = self.recorder(case)
		with self.acting(case["by"], case["at"], recorder):
			document = frappe.get_doc(
				{
					"doctype": "Escalation",
					"board": case["board"],
					"direction": self.direction(case),
					"raised_by": self.made.contacts[case["by"]],
					**self.value(case["fields"]),
				}
			).insert()
		self.made.note("Escalation", document.name)
		for step in case["steps"]:
			with self.acting(step["by"], step["at"], recorder) as reported:
				self.take(document.name, step, reported)

	def recorder(self, case: dict[str, Any]) -> str:
		"""Who looks after the case here: its raiser, failing an account a manager of that agency, failing that the host."""
		raising = case["fields"]["raising_agency"][1:]
		for key in (case["by"], f"{raising}.manager"):
			if key in self.made.users:
				return key
		return f"{self.made.host}.practitioner"

	def direction(self, case: dict[str, Any]) -> str:
		"""Received where the host organisation is the one that was challenged."""
		return "Raised" if self.made.host in ("", case["fields"]["raising_agency"][1:]) else "Received"

	@contextmanager
	def acting(self, key: str, at: str, recorder: str) -> Iterator[bool]:
		"""As the person `key`, failing an account as the recorder, at a written time. Gives whether it is reported."""
		frappe.set_user(self.made.users[key if key in self.made.users else recorder])
		try:
			with standing_at(self.dates.moment(at)):
				yield key not in self.made.users
		finally:
			frappe.set_user("Administrator")

	def take(self, name: str, step: dict[str, Any], reported: bool) -> None:
		"""Record, move or save."""
		given = {key: self.value(value) for key, value in step.items() if key not in _OWN_KEYS}
		if reported:
			given = {"evidence": _HOW, **given, "actor": self.made.contacts[step["by"]], "source": "reported"}
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
