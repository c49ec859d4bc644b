"""Health Check: one check of the clocks, alerts and dates of the whole site, by whom, and what was found."""

from __future__ import annotations

from safeguarding_escalation.safeguarding.append_only import AppendOnly


class HealthCheck(AppendOnly):
	"""Written by `services.health` alone."""
