"""A case's special route, and what the policy says of how to work there and at the stage reached."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.engine.case import DRAFT, ENDED, SETTLED
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase


def check(doc: Any, before: Any | None, policy: Policy) -> None:
	"""Refuse a path that `policy`, the pinned one, does not have; a path stored earlier is left alone."""
	unchanged = before is not None and (before.path, before.policy) == (doc.path, doc.policy)
	if not doc.path or unchanged or doc.path in {path.name for path in policy.paths}:
		return
	known = ", ".join(f"{path.name} ({path.label})" for path in policy.paths)
	choices = f"Its special routes are: {known}." if known else "It has no special routes."
	refuse(
		BadInput,
		f"“{str(doc.path)[:60]}” is no route of {policy.title}. {choices} Leave it empty for the policy's stages.",
	)


def words(case: LoadedCase) -> dict[str, Any]:
	"""For the panel: `path` (its name or ''), `paths` [{name, label, guidance, enters_stage, clause}],
	`stage_guidance` (what the policy says of the stage reached, of the first one in a draft, '' once settled or
	ended) and `guidance` [{topic, text, audience, clause}].
	"""
	from safeguarding_escalation.services import letter_texts

	return {
		"path": case.document.path or "",
		"paths": [
			{
				"name": path.name,
				"label": path.label,
				"guidance": path.guidance,
				"enters_stage": path.enters_stage,
				"clause": path.clause,
			}
			for path in case.policy.paths
		],
		"stage_guidance": _stage_guidance(case),
		"guidance": [
			{"topic": row.topic, "text": row.text, "audience": row.audience, "clause": row.clause}
			for row in case.policy.guidance
			if not letter_texts.is_wording(row.topic)
		],
	}


def _stage_guidance(case: LoadedCase) -> str:
	state = case.document.workflow_state
	if state in (*ENDED, *SETTLED):
		return ""
	number = case.document.current_stage or 0
	if state == DRAFT:
		number = next((p.enters_stage for p in case.policy.paths if p.name == case.document.path), 1)
	stage = case.policy.stage(number)
	return stage.guidance if stage else ""
