"""Access Request: somebody asks for the personal data that an agency holds in cases (UK GDPR, Article 15)."""

from __future__ import annotations

from safeguarding_escalation.safeguarding.request_row import RequestRow


class AccessRequest(RequestRow):
	"""Written by `services.subject_access` alone, which checks and logs each step."""
