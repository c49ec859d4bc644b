"""The site's quiet hours: when ordinary alerts go out, from Safeguarding Settings, as the engine takes them."""

from __future__ import annotations

from datetime import time
from typing import Any

import frappe
from frappe.utils import get_time

from safeguarding_escalation.engine import WorkingCalendar
from safeguarding_escalation.engine.quiet import MORNING, Hours
from safeguarding_escalation.services import closures
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.rows import select

SETTINGS = "Safeguarding Settings"
EVENING = time(20)
DEFAULTS = (MORNING.isoformat(), EVENING.isoformat())
# A day of alerts that is shorter than this leaves no room for what is due soon.
_SHORTEST_HOURS = 2


def hours() -> Hours:
	"""From when until when ordinary alerts go out, London time; 08:00 and 20:00 where nothing is set."""
	settings = frappe.get_cached_doc(SETTINGS)
	return Hours(_time(settings.alert_hour) or MORNING, _time(settings.get("alert_until")) or EVENING)


def calendar() -> WorkingCalendar:
	"""The working days for what no policy governs, such as somebody's digest of several boards' cases."""
	return closures.of_site()


def check(settings: Any) -> None:
	"""Fill what is empty and refuse a day of alerts that is too short or ends before it begins. Raises BadInput."""
	morning = _time(settings.alert_hour) or MORNING
	evening = _time(settings.alert_until) or EVENING
	settings.alert_hour, settings.alert_until = morning.isoformat(), evening.isoformat()
	if evening.hour * 60 + evening.minute - morning.hour * 60 - morning.minute < _SHORTEST_HOURS * 60:
		refuse(
			BadInput,
			f"Alerts go out from {morning:%H:%M} until {evening:%H:%M}: leave at least {_SHORTEST_HOURS} hours between.",
		)


def ensure() -> None:
	"""Store the times of day that nobody has set.

	Frappe fills an empty one of a site that is being installed with the time of that moment, to the microsecond, which
	nobody types.
	"""
	for field, value in zip(("alert_hour", "alert_until"), DEFAULTS, strict=True):
		stored = [row.value for row in select("Singles", ["value"], {"doctype": SETTINGS, "field": field})]
		if not any(text and "." not in text for text in stored):
			frappe.db.set_single_value(SETTINGS, field, value, update_modified=False)


def _time(value: Any) -> time | None:
	return get_time(value) if value not in (None, "") else None
