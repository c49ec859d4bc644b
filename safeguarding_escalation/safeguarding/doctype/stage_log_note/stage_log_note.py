"""Stage Log Note: the text of a log row, apart from it so that it can be redacted and the chain stays whole."""

from __future__ import annotations

from safeguarding_escalation.safeguarding.append_only import AppendOnly


class StageLogNote(AppendOnly):
	"""Written by `services.log` alone. The log row keeps the text's digest; `services.redacting` leaves a tombstone."""
