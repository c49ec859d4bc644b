"""The rules as pure functions: events, a policy and a working-day calendar give deadlines, and nothing else does.

Imports neither Frappe nor a database; `now` is always a parameter.
"""

from __future__ import annotations

from .errors import CalendarError, EngineError, EventError, PolicyError
from .events import EVENT_KINDS, LONDON, Event, localise
from .policy import Policy, load_policy, policy_ids
from .schema import Clock, PolicyData

__all__ = [
	"EVENT_KINDS",
	"LONDON",
	"CalendarError",
	"Clock",
	"EngineError",
	"Event",
	"EventError",
	"Policy",
	"PolicyData",
	"PolicyError",
	"load_policy",
	"localise",
	"policy_ids",
]
