"""Refusals of the services: a stable class for callers and tests, a sentence for the person."""

from __future__ import annotations

from typing import NoReturn

import frappe


class EscalationError(frappe.ValidationError):
	"""Base of every refusal; HTTP 417."""


class BadInput(EscalationError):
	"""Something given cannot be used: a future date, an unknown kind, malformed data."""


class MoveRefused(EscalationError):
	"""The policy does not allow this move now, or something that it asks for is missing."""


class StaleCase(EscalationError):
	"""Somebody else moved the case since the caller looked at it."""


class PreviewOutdated(EscalationError):
	"""What was previewed is not what would happen now: look again."""


class CaseClosed(EscalationError):
	"""A closed or withdrawn case is read only."""


class TooOften(EscalationError):
	"""One account asks for more prints or exports in an hour than the site allows; HTTP 429."""

	http_status_code = 429


class NotYours(frappe.PermissionError):
	"""The user has no part in this case; HTTP 403. Says nothing about whether the case exists."""


def refuse(error: type[Exception], sentence: str) -> NoReturn:
	"""Raise `error` with `sentence`, shown to the user as it stands."""
	# The message is shown as HTML and may quote what somebody typed; the exception carries the plain sentence.
	frappe.msgprint(frappe.utils.escape_html(sentence), title=_title(error), indicator="red")
	raise error(sentence)


def _title(error: type[Exception]) -> str:
	return {
		BadInput: "Please check what you entered",
		MoveRefused: "This step is not possible yet",
		StaleCase: "Somebody else has changed this case",
		PreviewOutdated: "Look again",
		CaseClosed: "This case is closed",
		TooOften: "Too many at once",
	}.get(error, "Not possible")
