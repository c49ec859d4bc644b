"""What must I do now? One plain sentence for one person about one case, and what it is derived from.

Pure. Order: immediate risk that nobody was told of; what this person owes and is late with; a proposal to answer;
what they owe soon, or alone; what others owe; what is missing on the record; the closing duties. Never the adult's
name: the engine is given none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from . import immediate
from .case import CLOSED, DRAFT, SETTLED, WITHDRAWN, Case, Person
from .deadline_row import Deadline
from .duties import duties
from .duty import ANSWER, RECORD, Duty
from .events import Event, instant_of
from .moves import moves
from .phrases import View, mine, owing_name, still_matters, theirs
from .policy import Policy
from .wording import clause_text, listed, sentence

IMMEDIATE, OVERDUE, DUE_SOON, RUNNING = "immediate", "overdue", "due_soon", "running"
WAITING, RECORDS, CLOSING, NOTHING = "waiting", "record", "closing", "none"
_LIVE = (OVERDUE, DUE_SOON, RUNNING)
# A preference or an advisory limit never tells anybody what they must do.
_BINDING = ("maximum", "local target")


@dataclass(frozen=True)
class NextStep:
	"""`sentence` for the person; the `clock` and `due_at` (aware) behind it, if any; `urgency`; and their moves.

	`urgency`: immediate, overdue, due_soon, running, waiting (others owe), record, closing, none. `moves` are the
	names of the actions open to the person, sorted.
	"""

	sentence: str
	clock: str | None = None
	due_at: datetime | None = None
	urgency: str = NOTHING
	moves: tuple[str, ...] = ()


def next_step(
	policy: Policy,
	case: Case,
	events: Iterable[Event],
	deadlines: Iterable[Deadline],
	person: Person,
	now: datetime,
	*,
	names: Mapping[str, str] | None = None,
) -> NextStep:
	"""The one thing that a person should do next, or what the case waits for.

	`events` are effective ones, `deadlines` the case's plan, `now` aware. `names` may say what to call agencies.
	Raises EventError for a naive `now`.
	"""
	given = tuple(events)
	found = moves(policy, case, given, person)
	owed = duties(policy, case, given, now)
	view = View(policy, case, given, person, now, names or {}, found, owed)
	live = [
		row
		for row in deadlines
		if row.kind in _BINDING and row.status(now) in _LIVE and still_matters(view, row)
	]
	# Of two that are due together the one that started later says more: escalate, rather than settle.
	live.sort(key=lambda row: (instant_of(row.due_at), -instant_of(row.starts_at)))
	step = _ended(view) or _immediate(view, live) or _clocks(view, live) or _unclocked(view)
	return replace(step, moves=tuple(sorted({move.action for move in found if move.allowed})))


def _ended(view: View) -> NextStep | None:
	if view.person.recused:
		return NextStep("You have stepped back from this case: somebody else acts in your place.")
	if view.case.state == CLOSED:
		return NextStep("This case is closed: nothing is owed.")
	if view.case.state == WITHDRAWN:
		return NextStep("This case was withdrawn: nothing is owed.")
	return None


def _immediate(view: View, live: Sequence[Deadline]) -> NextStep | None:
	"""Immediate risk that nobody has been told of comes before every clock (RB 4.1, X-A5)."""
	current = view.current
	stands = immediate.standing(current)
	risk = view.case.immediate_risk or stands
	told = view.case.stage >= 2 or (stands.told if stands else any(event.kind == "told" for event in current))
	if not risk or told or view.case.state in SETTLED:
		return None
	clock = next((row for row in live if "immediate_risk" in row.rule.clock.trigger), None)
	text = "Ring 999 if anybody is in danger now"
	if "raising" in view.sides:
		text += "; then tell your manager or safeguarding lead at once, and record whom you told and when"
	if clock is None:
		return NextStep(sentence(text), urgency=IMMEDIATE)
	return NextStep(sentence(text + clause_text(clock.clause)), clock.clock, clock.due_at, IMMEDIATE)


def _clocks(view: View, live: Sequence[Deadline]) -> NextStep | None:
	"""What the clocks say, soonest first; between them a proposal that this person may accept."""
	own = [row for row in live if view.owes(row)]
	expired = _expired(view, live)
	if expired:
		return expired
	late = _with_status(view, own, OVERDUE)
	if late:
		return _own(view, late)
	proposal = _proposal(view)
	if proposal:
		return proposal
	alone = [row for row in own if "," not in row.owed_by]
	pressing = _with_status(view, own, DUE_SOON) or _with_status(view, alone, RUNNING)
	if pressing:
		return _own(view, pressing)
	others = _with_status(view, [row for row in live if row not in own], OVERDUE)
	if others:
		return _others(view, others)
	first = next(iter(live), None)
	if first is None:
		return None
	return _own(view, first) if first in own else _others(view, first)


def _expired(view: View, live: Sequence[Deadline]) -> NextStep | None:
	"""X-A14: where the board has chosen so, a stage's limit that has passed makes going up the next step.

	Nothing moves by itself (design, decision 5): whoever may take the step is told to.
	"""
	if not view.policy.auto_escalate or view.case.state in SETTLED:
		return None
	passed = [
		row
		for row in live
		if row.status(view.now) == OVERDUE
		and row.stage == view.case.stage
		and any(stop.kind == "resolved" for stop in row.rule.stop)
	]
	up = [move for move in view.moves if move.allowed and move.action.startswith("Escalate to Stage")]
	if not passed or not up:
		return None
	stage = view.policy.stage_label(min(move.to_stage for move in up))
	text = f"The limit of {view.policy.stage_label(view.case.stage)} has passed: take this to {stage}"
	return NextStep(sentence(text), passed[0].clock, passed[0].due_at, OVERDUE)


def _with_status(view: View, rows: Sequence[Deadline], status: str) -> Deadline | None:
	return next((row for row in rows if row.status(view.now) == status), None)


def _own(view: View, row: Deadline) -> NextStep:
	return NextStep(mine(view, row), row.clock, row.due_at, row.status(view.now))


def _others(view: View, row: Deadline) -> NextStep:
	return NextStep(theirs(view, row), row.clock, row.due_at, WAITING)


def _proposal(view: View) -> NextStep | None:
	"""A resolution that the other side proposed waits for the one that may accept it (X-A9)."""
	proposals = [
		event
		for event in view.current
		if event.kind == "resolution_proposed" and event.stage == view.case.stage
	]
	if not proposals or proposals[-1].side in view.sides or not _may(view, "Accept Resolution"):
		return None
	who = view.side_name(proposals[-1].side or "responding")
	text = f"{who} has proposed a resolution: accept it, or record why it does not settle the matter"
	return NextStep(sentence(text), urgency=DUE_SOON)


def _may(view: View, action: str) -> bool:
	return any(move.action == action and move.allowed for move in view.moves)


def _unclocked(view: View) -> NextStep:
	"""No clock says anything: what is missing, what closing waits for, or how the case goes on."""
	if view.case.state == DRAFT:
		return _draft(view)
	record = next((duty for duty in view.duties if duty.kind == RECORD and not duty.done), None)
	if record and view.is_party:
		return NextStep(_with_clause(record), urgency=RECORDS)
	if view.case.state in SETTLED:
		return _settled(view)
	if not view.is_party:
		return NextStep("Nothing is owed by you now.")
	noun, label = view.policy.document_noun, view.policy.stage_label(view.case.stage)
	return NextStep(
		f"No clock of the {noun} runs at {label} now: settle this with {view.counterpart()} as soon as you can,"
		" or take it to the next stage."
	)


def _draft(view: View) -> NextStep:
	raising = next((move for move in view.moves if move.action == "Raise Concern"), None)
	if raising is None or raising.allowed:
		return NextStep(
			sentence(f"Raise the concern with {view.counterpart()} as soon as you can"), urgency=RECORDS
		)
	return NextStep(raising.refusals[0], urgency=RECORDS)


def _settled(view: View) -> NextStep:
	"""What closing waits for first, then what is merely asked, then the closing itself."""
	owed = [duty for duty in view.duties if not duty.done and duty.kind != RECORD]
	owed.sort(key=lambda duty: (not duty.required, duty.kind == ANSWER))
	if not owed:
		if _may(view, "Close"):
			return NextStep("Nothing is outstanding: close the case.", urgency=CLOSING)
		return NextStep("Nothing is owed by you now; the raising agency closes the case.", urgency=WAITING)
	duty = owed[0]
	by = listed(owing_name(view, part.strip()) for part in duty.owed_by.split(",") if part.strip())
	text = _with_clause(duty)
	lead = "Before closing" if duty.required else "Still to do"
	return NextStep(
		f"{lead}: {text}" + (f" It is for {by}." if by else ""), urgency=CLOSING, due_at=duty.due_at
	)


def _with_clause(duty: Duty) -> str:
	return sentence(duty.text.rstrip(".") + clause_text(duty.clause))
