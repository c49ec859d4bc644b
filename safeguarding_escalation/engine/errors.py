"""Errors of the engine: each has a stable code and a sentence that tells the reader what to do."""

from __future__ import annotations


class EngineError(ValueError):
	"""Base of every error the engine raises. `code` is stable; `str(error)` is a sentence for people."""

	code = "engine_error"


class EventError(EngineError):
	"""An event that cannot be used: unknown kind, naive date and time, broken correction."""

	code = "event_invalid"


class PolicyError(EngineError):
	"""A policy that cannot be used, or a policy or clock that does not exist."""

	code = "policy_invalid"


class CalendarError(EngineError):
	"""A date outside the calendar's horizon, or a nation it does not know."""

	code = "calendar_invalid"
