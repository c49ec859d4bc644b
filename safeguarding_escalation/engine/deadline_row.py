"""One deadline: a clock that runs, or ran, in an escalation. Its status is derived from `now`, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from .calendar import WorkingCalendar
from .clocks import CompiledClock
from .counting import MIDNIGHT, moments_of
from .events import Event, Moment, instant_of, require_aware

if TYPE_CHECKING:
	from .steps import Step

FIELDS = (
	"clock",
	"instance",
	"stage",
	"starts_at",
	"policy_due_at",
	"due_at",
	"capped_by",
	"met_at",
	"ended_at",
	"kind",
	"owed_by",
	"clause",
	"label",
	"policy",
	"party_side",
)
STATUSES = ("not_started", "running", "due_soon", "overdue", "met", "met_late", "missed")
RUNNING = ("running", "due_soon", "overdue")  # started, and neither met nor ended


@dataclass(frozen=True, slots=True)
class Expiry:
	"""The moment at which another clock was due, unmet: it starts a clock as an event does."""

	source: Deadline
	instant: int
	local: datetime
	day: date
	keeps_office_hours: ClassVar[bool] = False


# What starts a clock: an event, or the expiry of another clock.
Origin = Event | Expiry


class Deadline(NamedTuple):
	"""One instance of a clock. All datetimes are aware, Europe/London.

	`instance` says which action, party or review, where a clock runs once for each, and carries "#2" in the second
	epoch and "superseded" on a breach whose date was replaced; else None. `party_side` is set where the instance is
	a party. The other fields are what the date follows from: the compiled clock, the calendar, what started it
	(`origin`), the policy's own date, the date after caps, what capped it, and the events that met or ended it.
	A named tuple because a plan makes many: it is built in a quarter of the time that a frozen dataclass takes.
	"""

	rule: CompiledClock
	calendar: WorkingCalendar
	instance: str | None
	party_side: str | None
	origin: Origin
	policy_due: Moment
	due: Moment
	capping: Event | Expiry | Deadline | None
	met: Event | None
	ended: Event | None

	@property
	def matter(self) -> str:
		"""What the clock runs for: its instance without "#2" and "superseded"; '' where it runs but once."""
		return (self.instance or "").partition("#")[0].partition(" superseded")[0].strip()

	def __repr__(self) -> str:
		fields = ", ".join(f"{name}={value!r}" for name, value in self.as_dict().items() if value is not None)
		return f"Deadline({fields})"

	@property
	def clock(self) -> str:
		"""The clock's id, for example "RB.S2.RESOLVE"."""
		return self.rule.id

	@property
	def stage(self) -> int:
		"""The stage that the clock belongs to; 0 for the whole case."""
		return self.rule.clock.stage

	@property
	def kind(self) -> str:
		"""maximum, preference, advisory or local target."""
		return self.rule.clock.kind

	@property
	def owed_by(self) -> str:
		"""Who owes the step, as the policy's table says it: "raising lead, responding lead"."""
		return self.rule.clock.owed_by

	@property
	def clause(self) -> str:
		"""The clause of the policy that sets the clock."""
		return self.rule.clock.clause

	@property
	def label(self) -> str:
		"""What the policy calls the clock; its id where it has no label."""
		return self.rule.clock.label or self.rule.id

	@property
	def policy(self) -> str:
		"""The id of the policy under which the clock started."""
		return self.rule.choices.policy_id

	@property
	def starts_at(self) -> datetime:
		"""When the clock starts."""
		return self.origin.local

	@property
	def policy_due_at(self) -> datetime:
		"""The policy's own date, before caps."""
		return self.policy_due[0]

	@property
	def due_at(self) -> datetime:
		"""When the step is due: the earliest of the policy's own date and the caps."""
		return self.due[0]

	@property
	def capped_by(self) -> str | None:
		""" "protective_deadline", "agreed_timescale" or the id of the clock that made the date earlier, or None."""
		capping = self.capping
		if isinstance(capping, Expiry):
			return capping.source.capped_by
		if isinstance(capping, Event):
			return capping.kind
		return None if capping is None else capping.clock

	@property
	def met_at(self) -> datetime | None:
		"""When the clock was met, early or late; None while it is not."""
		return None if self.met is None else self.met.local

	@property
	def ended_at(self) -> datetime | None:
		"""When the clock was ended unmet, after it was due; else None."""
		return None if self.ended is None else self.ended.local

	@property
	def expires(self) -> bool:
		"""Whether the due instant passes, or will pass, with the clock unmet."""
		return self.met is None or self.met.instant > self.due[1]

	@property
	def due_soon_at(self) -> datetime:
		"""When the clock becomes due soon: the start of the day `alert_lead` working days before the due day.

		Never before the clock starts. Without an `alert_lead`, one working day for a length of three and more, else
		the due day itself (the morning of the due day, X-A4).
		"""
		lead = self.rule.clock.alert_lead
		if lead is None:
			lead = 1 if (self.rule.length or 0) >= 3 else 0
		day = self.due_at.date()
		if lead:
			day = self.calendar.add(self.calendar.previous(day), 1 - lead)
		moment, instant = moments_of(MIDNIGHT)[day]
		return moment if instant > self.origin.instant else self.origin.local

	def status(self, now: datetime) -> str:
		"""One of `STATUSES`, at `now`. Raises EventError for a naive `now`."""
		instant = instant_of(require_aware(now, "The present time"))
		if instant < self.origin.instant:
			return "not_started"
		if self.met is not None and self.met.instant <= instant:
			return "met_late" if self.expires else "met"
		if self.ended is not None and self.ended.instant <= instant:
			return "missed"
		if instant > self.due[1]:
			return "overdue"
		return "due_soon" if instant >= instant_of(self.due_soon_at) else "running"

	@property
	def steps(self) -> tuple[Step, ...]:
		"""Why this date: what starts the clock, each day counted or skipped with its reason, and what caps it."""
		from .steps import steps_of  # steps describe deadlines, so the import has to wait

		return steps_of(self)

	def explain(self) -> list[str]:
		"""The sentences of `steps`, in order."""
		return [step.text for step in self.steps]

	def as_dict(self, now: datetime | None = None) -> dict[str, Any]:
		"""The deadline as JSON-able values, times in ISO format; with its `status` where `now` is given."""
		values = {name: getattr(self, name) for name in FIELDS}
		result = {
			name: value.isoformat() if isinstance(value, datetime) else value
			for name, value in values.items()
		}
		return result if now is None else result | {"status": self.status(now)}


def first_due(deadlines: Iterable[Deadline], now: datetime) -> Deadline | None:
	"""The running clock that is due first, preferences left aside: what a list shows as next. None if none runs."""
	running = [row for row in deadlines if row.kind != "preference" and row.status(now) in RUNNING]
	return min(running, key=lambda row: row.due_at, default=None)
