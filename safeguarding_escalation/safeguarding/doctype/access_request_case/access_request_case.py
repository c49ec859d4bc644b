"""A row of an Access Request: one case that it covers."""

from __future__ import annotations

from safeguarding_escalation.safeguarding.case_row import CaseRow


class AccessRequestCase(CaseRow):
	"""What a row of a form is, is in `CaseRow`."""
