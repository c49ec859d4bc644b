"""Copies that a policy's rules ask for: to each recipient one, and by which entries of the log each was sent.

Pure. Where a rule's words mean several ("all agencies involved", a lead of a side with several agencies) there is one
copy for each agency, and each is met by a copy to that agency alone. Nobody sends a copy to their own agency where the
rule means the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .case import Case
from .events import Event
from .needs import applies, event_term, matches, same_name
from .policy import Policy
from .schema import CopyRule
from .wording import sentence

# Recipients that a policy names with their article, or that take none.
_WITH_ARTICLE = ("the ", "all ", "each ", "every ")
# Words for the agencies of a case themselves, and for somebody in each of them.
_AGENCIES = re.compile(
	r"^(all|both|each|every|the)?\s*(other )?(relevant )?(agenc(y|ies)|parties|personnel|organisations?)\b",
	re.IGNORECASE,
)
_IN_EACH = re.compile(
	r"\b(of|in|at|from) (each|every|all|both)\b.*\b(agenc(y|ies)|part(y|ies)|sides?)\b", re.IGNORECASE
)
_LEADS = {"raising lead": "raising", "responding lead": "responding"}
# What passes between the sides: whoever is to see all correspondence is to see these.
CORRESPONDENCE = frozenset(
	{
		"concern_raised", "stage_started", "unresolved", "resolution_proposed", "resolved", "confirmed", "recommended",
		"recommendation_answered", "responded", "outcome_conveyed", "form_completed", "copied", "reopened",
	}
)  # fmt: skip


@dataclass(frozen=True)
class CopyOwed:
	"""A copy that a rule asks for at a stage since `since`; `agency` is whose it is where the rule means several.

	`sent` is the entry that says that it went; a standing copy has none, and `unseen` holds what its recipient has
	not been sent yet, oldest first.
	"""

	rule: CopyRule
	stage: int
	since: datetime
	agency: str = ""
	sent: Event | None = None
	unseen: tuple[Event, ...] = ()

	@property
	def key(self) -> str:
		"""Stable within the case."""
		to = f"{self.rule.recipient}:{self.agency}" if self.agency else self.rule.recipient
		return f"copy:{self.rule.event}:{self.stage}:{to}"

	@property
	def what(self) -> str:
		"""What is to be sent."""
		return self.rule.what or "the record of this stage"

	@property
	def text(self) -> str:
		"""The duty in one sentence."""
		name = self.rule.recipient
		recipient = name if name.casefold().startswith(_WITH_ARTICLE) else f"the {name}"
		if self.rule.standing:
			return sentence(f"Copy {recipient} into everything that is sent")
		whose = f": {self.agency}" if self.agency else ""
		return sentence(f"Send {self.what} to {recipient}{whose}")


def copies_owed(policy: Policy, case: Case, current: Sequence[Event]) -> tuple[CopyOwed, ...]:
	"""Every copy asked for so far, sent ones included: one a rule, stage and recipient. `current` is the present epoch.

	A standing rule asks for one at each stage at which its event happened, and none is ever the last.
	"""
	return tuple(
		owed
		for rule in policy.all_copy_rules
		if applies(rule.condition, policy, case)
		for owed in _of_rule(rule, case, current)
	)


def recipients(rule: CopyRule, case: Case) -> tuple[str, ...]:
	"""The agencies to each of which a rule asks for a copy; empty where it means one recipient, or none is known yet."""
	parties = [
		party
		for party in case.all_parties()
		if party.agency and party.side in ("raising", "responding", "other")
	]
	if rule.recipient in _LEADS:
		of_side = dict.fromkeys(party.agency for party in parties if party.side == _LEADS[rule.recipient])
		return tuple(of_side) if len(of_side) > 1 else ()
	if _IN_EACH.search(rule.recipient):
		return tuple(dict.fromkeys(party.agency for party in parties))
	if _AGENCIES.match(rule.recipient):
		own = _own_agencies(rule, case)
		return tuple(dict.fromkeys(party.agency for party in parties if party.agency not in own))
	return ()


def _own_agencies(rule: CopyRule, case: Case) -> set[str]:
	"""The main agency of the side that sends: of one sender only, since two of two sides send to each other."""
	main = {"raising lead": case.raising_agency, "responding lead": case.responding_agency}
	return {main[rule.sender]} if rule.sender in main else set()


def _of_rule(rule: CopyRule, case: Case, current: Sequence[Event]) -> Iterator[CopyOwed]:
	wanted = event_term(rule.event)
	seen: set[int] = set()
	for event in current:
		stage = event.stage or case.stage
		if not matches(wanted, event) or rule.stage not in (0, stage) or stage in seen:
			continue
		seen.add(stage)
		if rule.standing:
			yield CopyOwed(rule, stage, event.at, unseen=_unseen(rule, event, current))
			continue
		agencies = recipients(rule, case)
		sent = _sent(rule, stage, agencies, current)
		for agency in agencies or ("",):
			yield CopyOwed(rule, stage, event.at, agency, sent.get(agency))


def _sent(rule: CopyRule, stage: int, agencies: Sequence[str], current: Sequence[Event]) -> dict[str, Event]:
	"""By which `copied` entry at the stage each recipient was sent theirs: an entry is a copy to one recipient.

	What an entry leaves unsaid fits: one that names no agency stands for the first that nothing else stands for.
	"""
	fitting = [
		event
		for event in current
		if event.kind == "copied" and event.stage == stage and same_name(event.to, rule.recipient)
	]
	if not agencies:
		return {"": fitting[0]} if fitting else {}
	found: dict[str, Event] = {}
	for event in fitting:
		if event.to_agency in agencies:
			found.setdefault(str(event.to_agency), event)
	for event in fitting:
		left = next((agency for agency in agencies if agency not in found), None)
		if event.to_agency is None and left is not None:
			found[left] = event
	return found


def _unseen(rule: CopyRule, start: Event, current: Sequence[Event]) -> tuple[Event, ...]:
	"""What passed between the sides since the last copy to the recipient of a standing rule, or since it applies."""
	found: list[Event] = []
	for event in current:
		if event.kind == "copied" and event.to is not None and same_name(event.to, rule.recipient):
			found = []
		elif event.kind in CORRESPONDENCE and event.order >= start.order:
			found.append(event)
	return tuple(found)
