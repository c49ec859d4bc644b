"""The rules as pure functions: events, a policy and a working-day calendar give deadlines, and nothing else does.

Imports neither Frappe nor a database; `now` is always a parameter.
"""

from __future__ import annotations

from .calendar import WorkingCalendar
from .calendar_history import CalendarChange, CalendarHistory
from .deadlines import STATUSES, Deadline, PolicyHistory, plan
from .errors import CalendarError, EngineError, EventError, PolicyError
from .events import EVENT_KINDS, LONDON, Event, localise
from .policy import Policy, load_policy, policy_ids
from .schema import Clock, PolicyData
from .steps import Step

__all__ = [
	"EVENT_KINDS",
	"LONDON",
	"STATUSES",
	"CalendarChange",
	"CalendarError",
	"CalendarHistory",
	"Clock",
	"Deadline",
	"EngineError",
	"Event",
	"EventError",
	"Policy",
	"PolicyData",
	"PolicyError",
	"PolicyHistory",
	"Step",
	"WorkingCalendar",
	"load_policy",
	"localise",
	"plan",
	"policy_ids",
]
