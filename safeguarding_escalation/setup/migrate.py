"""What happens after each migrate."""

from __future__ import annotations

from safeguarding_escalation.setup.install import ensure_all


def after_migrate() -> None:
	"""Create what this version adds. A second run changes nothing."""
	ensure_all()
