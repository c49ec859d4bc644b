"""What a policy leaves to other procedures, and what that means for a case that touches it (4L-A3, ST-A11).

`scope_exclusion` holds the policy's own words, chosen from its list, or what somebody typed. The screening warns
and asks why it is a safeguarding matter all the same; where the policy, or its row, says block, it stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.engine.schema import Exclusion

BLOCK, WARN = "block", "warn"


@dataclass(frozen=True)
class Screened:
	"""What the screening says of a case: `refusal` stops it, `warning` is only shown; both are sentences or ''."""

	refusal: str = ""
	warning: str = ""


def effect_of(policy: Policy, row: Exclusion | None) -> str:
	"""block where the policy's `scope_screen` or the row says so, else warn."""
	return BLOCK if BLOCK in (policy.scope_screen, row.effect if row else "") else WARN


def row_of(policy: Policy, text: str | None) -> Exclusion | None:
	"""The policy's exclusion with these words, whatever their case; None for words of somebody's own."""
	wanted = _bare(text)
	return next((row for row in policy.exclusions if _bare(row.text) == wanted), None) if wanted else None


def screen(policy: Policy, document: Any) -> Screened:
	"""What stands in the way of raising the case as it is written down."""
	text = (document.get("scope_exclusion") or "").strip()
	if not text:
		return Screened()
	row = row_of(policy, text)
	signpost = f" {row.signpost}" if row and row.signpost else ""
	if effect_of(policy, row) == BLOCK:
		return Screened(refusal=f"This {policy.document_noun} is not for “{text}”.{signpost}")
	if not (document.get("scope_reason") or "").strip():
		return Screened(
			warning=f"This {policy.document_noun} leaves “{text}” to other procedures.{signpost} "
			"Write down why it is a safeguarding matter all the same."
		)
	return Screened()


def _bare(text: str | None) -> str:
	return " ".join((text or "").casefold().split()).rstrip(".")
