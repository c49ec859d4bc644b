"""A row of an Escalation, entered in the escalation's own form."""

from __future__ import annotations

from safeguarding_escalation.safeguarding.case_row import CaseRow


class EscalationAnswer(CaseRow):
	"""What a row of the form is, is in `CaseRow`."""
