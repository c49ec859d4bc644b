"""Clocks as sentences to a person: what is to be done, with whom, by when and why then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from .allowed_move import AllowedMove, side_capacities
from .case import SETTLED, Case, Person, holds, is_lead, leads, sides_of
from .deadline_row import Deadline
from .duty import Duty
from .events import Event
from .needs import epoch
from .parties import agencies, agency_of
from .policy import Policy
from .terms import Term, parse_terms
from .wording import FAMILY_NAME, SIDE_NAMES, clause_text, due_text, in_words, listed, sentence

PARTIES = frozenset({"raising", "responding"})
# What to do, by the kind of the first event that meets a clock. `{them}` is the other side, `{stage}` a stage's name.
TASKS: Mapping[str, str] = {
	"concern_raised": "raise the concern with {them}",
	"discussed": "speak to {them}",
	"told": "tell a manager or the safeguarding lead of the immediate risk",
	"consulted": "speak to your manager or safeguarding lead",
	"resolved": "settle this with {them}, or take it to the next stage",
	"confirmed": "confirm the outcome in writing to {them}",
	"stage_started": "take this to {stage}",
	"copied": "send a copy to the {to}",
	"recommended": "make recommendations to the agencies",
	"responded": "respond to the agencies",
	"feedback_given": "tell the staff concerned what was agreed",
	"review_held": "hold the review that was set",
	"action_done": "carry out the agreed action",
	"action_checked": "check whether the agreed action was carried out",
}
# What is still to be done when the case has left the clock's stage, or is settled; the rest is a breach on record.
_LASTING = frozenset(
	{"copied", "confirmed", "feedback_given", "review_held", "action_done", "recommended", "responded"}
)
_CAPS: Mapping[str, str] = {
	"protective_deadline": "the protective deadline set for this stage comes first",
	"agreed_timescale": "the timescale that was agreed comes first",
}
_POSTS: Mapping[str, str] = {"chair": "Chair", "business manager": "Business Manager"}
_OPPOSITE: Mapping[str, str] = {"raising": "responding", "responding": "raising"}


@dataclass(frozen=True)
class View:
	"""A case as one person sees it at `now`. `names` says what to call agencies, by their keys in the case."""

	policy: Policy
	case: Case
	events: tuple[Event, ...]
	person: Person
	now: datetime
	names: Mapping[str, str]
	moves: tuple[AllowedMove, ...]
	duties: tuple[Duty, ...]

	@cached_property
	def current(self) -> tuple[Event, ...]:
		"""The events since the case was last reopened, in order, each with its stage."""
		return epoch(self.events)

	@cached_property
	def sides(self) -> frozenset[str]:
		"""The sides that the person acts for."""
		return sides_of(self.case, self.person)

	@property
	def is_party(self) -> bool:
		"""Whether the person acts for the raising or the responding side."""
		return bool(self.sides & PARTIES)

	def side_name(self, side: str) -> str:
		"""What to call a side: its agency's name if given, else "the other agency" to those opposite."""
		agency = {"raising": self.case.raising_agency, "responding": self.case.responding_agency}.get(
			side, ""
		)
		if agency in self.names:
			return self.names[agency]
		if side == "responding" and self.case.family:
			return FAMILY_NAME
		opposite = _OPPOSITE.get(side) in self.sides and side not in self.sides
		return "the other agency" if opposite else SIDE_NAMES[side]

	def counterpart(self) -> str:
		"""Whom the person has to do with: the other side, or both agencies for the board."""
		if not self.is_party:
			return "the agencies"
		return self.side_name("responding" if "raising" in self.sides else "raising")

	def owes(self, row: Deadline) -> bool:
		"""Whether a clock is this person's: they lead a side that owes it, or are of the level that acts there."""
		return any(_owes(self, row, who.strip()) for who in row.owed_by.split(","))


def _owes(view: View, row: Deadline, who: str) -> bool:
	if who in _POSTS:
		return _POSTS[who] in view.person.board_roles
	side = who.removesuffix(" lead")
	if side not in PARTIES:  # the action owner: either party's
		return view.is_party
	if side not in view.sides or row.party_side not in (None, side):
		return False
	if agency_of(agencies(view.case), row) not in ("", view.person.agency):
		return False
	if is_lead(view.case, view.person, side):
		return True
	acting = (
		view.case.stage or row.stage
	)  # those who have the case now owe it, also what belongs to a later stage
	stage = view.policy.stage(acting)
	wanted = side_capacities(view.policy, stage, view.case.level, side)
	return holds(view.person, wanted) if wanted else not leads(view.case, side)


def still_matters(view: View, row: Deadline) -> bool:
	"""Whether doing the step would still help: a talk of Stage 1 is moot once the managers have the case."""
	ongoing = view.case.state not in SETTLED and (row.stage == 0 or row.stage >= view.case.stage)
	return ongoing or any(term.kind in _LASTING for term in parse_terms(row.rule.clock.stop))


def task(view: View, row: Deadline, them: str) -> str:
	"""What meets a clock, in the imperative; its label where the policy's term has no words here."""
	terms = parse_terms(row.rule.clock.stop)
	known = next((term for term in terms if term.kind in TASKS), None)
	if known is None:
		return f"see to {row.label}"
	return TASKS[known.kind].format(them=them, stage=_target(view, known), to=_recipient(row))


def _target(view: View, term: Term) -> str:
	"""The stage that a term names; any, if it names none."""
	return view.policy.stage_label(term.low) if term.low > 0 else "the next stage"


def _recipient(row: Deadline) -> str:
	"""The recipient of a copy, spelled as in the policy."""
	text = next((text for text in row.rule.clock.stop if "to=" in text), "")
	return text.partition("to=")[2].split("]")[0].split(",")[0] or "people concerned"


def because(view: View, row: Deadline) -> str:
	"""Why a clock is due then, in a few words."""
	if row.capped_by:
		return _CAPS.get(row.capped_by, "the limit for the whole process comes first")
	unit, length, noun = row.rule.clock.unit, row.rule.clock.length, view.policy.document_noun
	who = "a local target, not the policy's, gives" if row.kind == "local target" else f"the {noun} gives"
	if unit == "same working day":
		return f"the {noun} asks for it on the same working day"
	if unit == "case date":
		return "that is the date that was set"
	if unit == "instant" or length is None:
		return f"the {noun} asks for it at once"
	days = {"hours": "hours", "calendar days": "days"}.get(unit, "working days")
	return f"{who} {in_words(length)} {days if length != 1 else days[:-1]}"


def mine(view: View, row: Deadline) -> str:
	"""A clock that the person owes, as a sentence."""
	do = task(view, row, view.counterpart())
	if row.status(view.now) == "overdue":
		return sentence(f"Overdue since {due_text(row.due_at)}: {do} now{clause_text(row.clause)}")
	return sentence(f"{do} by {due_text(row.due_at)}: {because(view, row)}{clause_text(row.clause)}")


def theirs(view: View, row: Deadline) -> str:
	"""A clock that others owe, as a sentence to somebody who owes nothing now."""
	agency = agency_of(agencies(view.case), row)
	if agency not in (
		"",
		view.person.agency,
	):  # a clock that each party has: not "your own agency's", though your side's
		who = view.names.get(agency, SIDE_NAMES["other"])
	else:
		who = listed(owing_name(view, part.strip()) for part in row.owed_by.split(","))
	do = task(view, row, _towards(view, row))
	late = row.status(view.now) == "overdue"
	verb = "was to" if late else "must"
	when = due_text(row.due_at)
	overdue = " and is late" if late else ""
	return sentence(
		f"Nothing is owed by you now; {who} {verb} {do} by {when}{overdue}{clause_text(row.clause)}"
	)


def _towards(view: View, row: Deadline) -> str:
	"""The other end of what others owe: the person's own side, or the side opposite the one that owes it."""
	owing = {part.strip().removesuffix(" lead") for part in row.owed_by.split(",")} & PARTIES
	if len(owing) != 1:
		return "each other"
	other = _OPPOSITE[next(iter(owing))]
	return "you" if other in view.sides else view.side_name(other)


def owing_name(view: View, who: str) -> str:
	"""What to call those who owe a step, speaking to the person."""
	if who in _POSTS:
		policy = view.policy
		return f"the {policy.chair_label if who == 'chair' else policy.business_manager_label}"
	side = who.removesuffix(" lead")
	if side not in PARTIES:
		return "whoever agreed to it"
	return "your own agency" if side in view.sides else view.side_name(side)
