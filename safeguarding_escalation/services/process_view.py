"""What the form's panel shows of the process beside clocks and duties: what was agreed, replied, and considered."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.duty import Duty
from safeguarding_escalation.services import agreeing, involving, related, replying, walking_path
from safeguarding_escalation.services.loaded import LoadedCase


def sections(case: LoadedCase, owed: tuple[Duty, ...]) -> dict[str, Any]:
	"""The keys `agreed`, `replies`, `involvement`, `related`, `route` of the panel."""
	return {
		"agreed": agreeing.panel(case, owed),
		"replies": replying.panel(case),
		"involvement": involving.panel(case),
		"related": related.panel(case.name),
		"route": walking_path.panel(case),
	}
