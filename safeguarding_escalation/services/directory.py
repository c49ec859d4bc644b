"""Agencies and contacts: names that access is decided by."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services.errors import BadInput, refuse

# Access compares these names in SQL, where MariaDB reads a backslash as the beginning of another letter.
NAMES = ("agency_name", "team")


def check_names(doc: Any, method: str | None = None) -> None:
	"""Partner Agency and Safeguarding Contact, validate: raise BadInput for a name that access could not be decided by."""
	for row in (doc, *doc.get_all_children()):
		for field in NAMES:
			if "\\" in (row.get(field) or ""):
				refuse(BadInput, f"{row.meta.get_label(field)}: write it without a backslash (\\).")
