"""A policy of a single clock, for tests of what follows from a date rather than of a board's words."""

from safeguarding_escalation.engine import Policy


def policy(length: int | None, unit: str = "working days", **more: object) -> Policy:
	"""One clock `T` of Stage 1 that a concern starts and a resolution stops; `more` are the policy's other cells."""
	clock = {
		"id": "T",
		"stage": 1,
		"trigger": ["concern_raised"],
		"unit": unit,
		"length": length,
		"stop": ["resolved"],
		"owed_by": "raising lead",
		"protective_cap": True,
	}
	return Policy.from_dict({"id": "t", "title": "T", "clocks": [clock], **more})
