"""Events: the dated entries of an escalation's log, and the zone in which their days are counted.

Days are London days (requirements, section 1): the local date of an event is its day 0, and order is by UTC instant.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import ClassVar
from zoneinfo import ZoneInfo

from .errors import EventError

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)

# A London time and the same as microseconds since 1970 UTC.
Moment = tuple[datetime, int]

EVENT_KINDS = (
	"disagreement",
	"decision_received",
	"concern_identified",
	"immediate_risk",
	"told",
	"safety_actions",
	"risk_passed",
	"concern_raised",
	"consulted",
	"file_reviewed",
	"discussed",
	"unresolved",
	"stage_started",
	"received",
	"resolution_proposed",
	"resolved",
	"confirmed",
	"recommended",
	"recommendation_answered",
	"responded",
	"outcome_conveyed",
	"copied",
	"form_completed",
	"protective_deadline",
	"timescale_proposed",
	"agreed_timescale",
	"timescale_declined",
	"action_agreed",
	"action_done",
	"check_set",
	"action_checked",
	"review_set",
	"review_held",
	"feedback_given",
	"duty_done",
	"duty_date_set",
	"debriefed",
	"learning",
	"policy_issue",
	"handed_over",
	"handover_received",
	"board_changed",
	"calendar_changed",
	"correction",
	"withdrawn",
	"reopened",
	"closed",
)
_KNOWN_KINDS = frozenset(EVENT_KINDS)

# At one instant and sequence the events that set the stage come first, so that the others know their stage.
_STAGE_SETTERS = {"reopened": 0, "concern_raised": 1, "stage_started": 2}


def instant_of(moment: datetime) -> int:
	"""The instant of an aware datetime: whole microseconds since 1970 UTC. Exact, and free of wall-clock folds."""
	return (moment - EPOCH) // MICROSECOND


def london(instant: int) -> datetime:
	"""The aware Europe/London datetime of an instant given in microseconds since 1970 UTC."""
	return (EPOCH + instant * MICROSECOND).astimezone(LONDON)


def localise(naive: datetime, zone: tzinfo = LONDON) -> datetime:
	"""The aware datetime of a wall-clock time in `zone`.

	A time that occurs twice (clocks go back) reads as its first occurrence. A time that never occurs (clocks go
	forward) is read with the offset in force before the change, which moves it on by the length of the gap: 01:30
	on 30 March 2025 in London becomes 02:30 BST. An aware datetime is an EventError.
	"""
	if naive.tzinfo is not None:
		raise EventError(f"{naive.isoformat()} already has a time zone; give a local time without one.")
	aware = naive.replace(tzinfo=zone, fold=0)
	return aware.astimezone(timezone.utc).astimezone(zone)


def require_aware(moment: object, what: str) -> datetime:
	"""`moment` itself if it is an aware datetime, else an EventError that names `what`."""
	if not isinstance(moment, datetime):
		raise EventError(f"{what} must be a date and time, got {moment!r}.")
	if moment.tzinfo is None or moment.utcoffset() is None:
		raise EventError(
			f"{what} {moment.isoformat()} has no time zone; use localise() for a local London time."
		)
	return moment


@dataclass(frozen=True, slots=True)
class Event:
	"""One thing that happened, as the Stage Log holds it.

	`at` and `due_at` are aware datetimes of any zone; `mode` is how a talk was held, `outcome` what the Chair's answer
	is, `to` the role and `to_agency` the agency of whoever it was said or sent to. `stage` None means the stage reached at
	that instant; any other None means unknown. `corrects` is the id of the event that this one replaces (kind `correction`: voids).
	`instant` (microseconds since 1970 UTC), `local` and `day` (London time and date) and `due_moment` (the due time
	in London, and its instant) are derived.
	Raises EventError for an unknown kind, a naive date and time, or a stage that is no whole number from 0.
	"""

	kind: str
	_: KW_ONLY
	at: datetime
	stage: int | None = None
	level: str | None = None
	side: str | None = None
	agency: str | None = None
	two_way: bool | None = None
	to: str | None = None
	to_agency: str | None = None
	due_at: datetime | None = None
	relates_to: str | None = None
	mode: str | None = None
	outcome: str | None = None
	id: str | None = None
	sequence: int = 0
	corrects: str | None = None
	instant: int = field(init=False, repr=False, compare=False)
	due_moment: Moment | None = field(init=False, repr=False, compare=False)
	local: datetime = field(init=False, repr=False, compare=False)
	day: date = field(init=False, repr=False, compare=False)
	order: tuple[object, ...] = field(init=False, repr=False, compare=False)
	keeps_office_hours: ClassVar[bool] = True

	def __post_init__(self) -> None:
		_check(self.kind, self.stage, self.sequence)
		instant = instant_of(require_aware(self.at, f"The time of the event {self.kind!r}"))
		due_moment = None
		if self.due_at is not None:
			due = instant_of(require_aware(self.due_at, f"The due time of the event {self.kind!r}"))
			due_moment = (london(due), due)
		local = london(instant)
		for name, value in {
			"instant": instant,
			"due_moment": due_moment,
			"local": local,
			"day": local.date(),
			"order": (instant, self.sequence, *self._tie_break()),
		}.items():
			object.__setattr__(self, name, value)

	def _tie_break(self) -> tuple[object, ...]:
		"""Everything that tells two events of one instant and sequence apart, so that input order never matters."""
		stage = -1 if self.stage is None else self.stage
		due = -1 if self.due_at is None else instant_of(self.due_at)
		rest = (
			self.level,
			self.side,
			self.agency,
			self.two_way,
			self.to,
			self.to_agency,
			self.relates_to,
			self.mode,
			self.outcome,
			self.corrects,
		)
		rank = _STAGE_SETTERS.get(self.kind, len(_STAGE_SETTERS))
		return (rank, self.kind, stage, str(self.id), due, tuple(map(str, rest)))


def _check(kind: str, stage: int | None, sequence: int) -> None:
	if kind not in _KNOWN_KINDS:
		raise EventError(f"There is no event kind {kind!r}; use one of: {', '.join(EVENT_KINDS)}.")
	if stage is not None and (isinstance(stage, bool) or not isinstance(stage, int) or stage < 0):
		raise EventError(f"The stage of the event {kind!r} must be a whole number from 0, got {stage!r}.")
	if isinstance(sequence, bool) or not isinstance(sequence, int):
		raise EventError(f"The sequence of the event {kind!r} must be a whole number, got {sequence!r}.")
