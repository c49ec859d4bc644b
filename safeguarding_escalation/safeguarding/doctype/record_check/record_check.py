"""Record Check: one verification of the whole site's record, by whom, over how much, and what was found."""

from __future__ import annotations

from safeguarding_escalation.safeguarding.append_only import AppendOnly


class RecordCheck(AppendOnly):
	"""Written by `services.record_checks` alone."""
