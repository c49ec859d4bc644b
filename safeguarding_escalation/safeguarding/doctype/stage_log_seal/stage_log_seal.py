"""Stage Log Seal: the number and hash of a case's last log row, under a code whose key is not in the database."""

from __future__ import annotations

from safeguarding_escalation.safeguarding.append_only import AppendOnly


class StageLogSeal(AppendOnly):
	"""One a case. Made, and moved on in the database itself, by `services.sealing` alone; a case without one does not verify."""
