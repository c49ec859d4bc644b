"""Small conversions from stored values to the words of a print."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from frappe.utils import cint, getdate

from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import times


def moment(value: datetime | str | None) -> str:
	"""A stored date and time as people read it: Tue 11 Mar 2025, 10:00; '' for none."""
	return times.show(times.aware(value))


def day(value: date | str | None) -> str:
	"""A stored date: Tue 11 Mar 2025; '' for none."""
	return date_text(getdate(value)) if value else ""


def london_day(value: datetime | str | None) -> str:
	"""The London day of a stored date and time: Tue 11 Mar 2025; '' for none."""
	instant = times.aware(value)
	return day(instant.astimezone(times.LONDON).date()) if instant else ""


def yes_no(value: Any, always: bool = False) -> str:
	"""A tick box as a word. An empty one is '' (and so is not printed), unless its No matters (`always`)."""
	return "Yes" if cint(value) else "No" if always else ""


def pairs(*rows: tuple[str, Any]) -> list[dict[str, str]]:
	"""Labels with their texts, without those that have none."""
	return [{"label": label, "text": str(text)} for label, text in rows if text not in (None, "")]


def sentences(*texts: str) -> str:
	"""The texts that say something, each ending in one full stop."""
	return " ".join(text if text.endswith((".", "!", "?", "…")) else f"{text}." for text in texts if text)


def joined(*texts: Any, by: str = ", ") -> str:
	"""The texts that say something, joined."""
	return by.join(str(text) for text in texts if text not in (None, ""))
