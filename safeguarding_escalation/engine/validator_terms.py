"""Reading the terms of a policy for its validator: what each speaks of, and whether it can ever happen there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .errors import PolicyError
from .events import EVENT_KINDS
from .schema import PolicyData
from .terms import Term, parse_term
from .validator_words import ESCALATION_FIELDS, RECOMMENDED, Problem


@dataclass
class Reader:
	"""Reads terms for one policy and collects what is wrong with them.

	`stages` are the policy's stage numbers, `recommending` those whose outcomes include recommendations or advice.
	"""

	stages: frozenset[int]
	recommending: frozenset[int]
	problems: list[Problem] = field(default_factory=list)

	@classmethod
	def of(cls, policy: PolicyData) -> Reader:
		"""A reader for a policy."""
		stages = frozenset(stage.number for stage in policy.stages)
		recommending = frozenset(
			stage.number for stage in policy.stages if {"recommendations", "advice"} & set(stage.outcomes)
		)
		return cls(stages, recommending)

	def taken(self) -> list[Problem]:
		"""The problems collected since the last call."""
		found, self.problems = self.problems, []
		return found

	def term(self, table: str, row: str, text: str) -> Term | None:
		"""The term that a text spells; None, and a problem, if it spells none."""
		try:
			return parse_term(text)
		except PolicyError as error:
			kind = text.split()[0] if text.split() else ""
			code = "malformed_term" if kind in EVENT_KINDS or not kind.isidentifier() else "unknown_event"
			self.problems.append(Problem(code, table, row, f"{row}: {error}"))
			return None

	def terms(self, table: str, row: str, texts: Iterable[str]) -> list[Term]:
		"""The terms that can be read, in order."""
		read = (self.term(table, row, text) for text in texts)
		return [term for term in read if term is not None]

	def event(self, table: str, row: str, text: str) -> None:
		"""Collect what is wrong with a term that must speak of an event which can happen under this policy."""
		term = self.term(table, row, text)
		if term is None:
			return
		if term.source:
			message = f"{row}: {text!r} is no event; name the event that is waited for."
			self.problems.append(Problem("expiry_is_no_event", table, row, message))
		elif not self.possible(term):
			self.problems.append(self.never(table, row, "event_never_occurs", term))

	def need(self, table: str, row: str, text: str) -> None:
		"""Collect what is wrong with `field NAME`, `event TERM` or `reason`."""
		word, _, rest = text.strip().partition(" ")
		if word == "field":
			if rest.strip() not in ESCALATION_FIELDS:
				message = f"{row}: the escalation has no field {rest.strip()!r}; use one of its fieldnames."
				self.problems.append(Problem("unknown_field", table, row, message))
		elif word == "event":
			self.event(table, row, rest)
		elif text.strip() != "reason":
			message = f"{row}: {text!r} cannot be read; write field NAME, event TERM or reason."
			self.problems.append(Problem("malformed_need", table, row, message))

	def possible(self, term: Term) -> bool:
		"""Whether an event that the term speaks of can happen at a stage of the policy."""
		if not self.stages:  # a problem of its own, said once
			return True
		if term.kind == RECOMMENDED:
			return any(term.covers(stage) for stage in self.recommending)
		return any(term.covers(stage) for stage in self.stages)

	def never(self, table: str, row: str, code: str, term: Term) -> Problem:
		"""The problem that a term speaks of something that cannot happen."""
		if term.kind == RECOMMENDED:
			why = "no stage that it names ends in recommendations; change the stage's outcomes or the term"
		else:
			why = "the policy has no such stage; name one that it has"
		return Problem(code, table, row, f"{row}: {term.text!r} can never happen: {why}.")


def subsumes(wide: Term, narrow: Term) -> bool:
	"""Whether every event that fits `narrow` also fits `wide`."""
	if wide.source or narrow.source:
		return wide.source == narrow.source
	filters = all(
		getattr(wide, name) in (default, getattr(narrow, name))
		for name, default in (("two_way", False), ("side", ""), ("to", ""), ("same", False))
	)
	return wide.kind == narrow.kind and wide.low <= narrow.low and narrow.high <= wide.high and filters
