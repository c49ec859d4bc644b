"""Text that people type: stored plain, so nothing typed can run in a print, a mail or the Desk."""

from __future__ import annotations

import html
import json
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


def yes_or_no(value: Any, name: str) -> bool:
	"""A yes or a no as a form, a request or a script sends it. BadInput for anything else."""
	if value in (True, 1, "1", "true", "True", "Yes", "yes"):
		return True
	if value in (False, 0, "0", "false", "False", "No", "no"):
		return False
	refuse(BadInput, f"{name}: say Yes or No.")
	return False


def spellings(text: str) -> set[str]:
	"""How `text` may stand in an answer: as it is, inside JSON, inside HTML."""
	return {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], html.escape(text)}
