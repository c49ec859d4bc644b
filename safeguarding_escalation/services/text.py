"""Text that people type: stored plain, so nothing typed can run in a print, a mail or the Desk."""

from __future__ import annotations

from typing import Any

from frappe.utils import strip_html

from safeguarding_escalation.services.errors import BadInput, refuse

LONGEST = 20_000  # characters; a long statement fits, a pasted file does not


def plain(value: Any, name: str = "Text") -> str:
	"""`value` without HTML and outer white space; '' for None. BadInput if it is no text or too long."""
	if value is None:
		return ""
	if not isinstance(value, str):
		refuse(BadInput, f"{name}: give text.")
	if len(value) > LONGEST:
		refuse(
			BadInput,
			f"{name}: {len(value):,} characters are too many; {LONGEST:,} is the limit. Attach a file instead.",
		)
	return (strip_html(value) if "<" in value else value).strip()
