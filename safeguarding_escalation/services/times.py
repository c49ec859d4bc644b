"""Between the site's clock and the policy's: one pair of functions, nowhere else.

Frappe stores naive datetimes in the site's time zone; the engine takes aware ones and thinks in London.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from frappe.utils import get_datetime, now_datetime

from safeguarding_escalation import compat
from safeguarding_escalation.engine import LONDON, localise
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services.errors import BadInput, refuse

# Two machines' clocks may differ a little; more than this is a date in the future.
CLOCK_SKEW = timedelta(minutes=2)


def site_zone() -> ZoneInfo:
	"""The site's time zone (System Settings)."""
	return ZoneInfo(compat.system_timezone())


def aware(value: datetime | str | None) -> datetime | None:
	"""A stored (naive, site zone) value as an aware instant; None stays None."""
	if not value:
		return None
	moment = get_datetime(value)
	return moment if moment.tzinfo else localise(moment, site_zone())


def stored(value: datetime | None) -> datetime | None:
	"""An aware instant as Frappe stores it: naive, in the site's zone."""
	return value.astimezone(site_zone()).replace(tzinfo=None) if value else None


def now() -> datetime:
	"""The current instant, aware; honours Frappe's own frozen clock in tests."""
	return localise(now_datetime(), site_zone())


def given(value: str | datetime | date | None, name: str) -> datetime | None:
	"""A date and time that a caller gave, as an aware instant.

	Accepts what Frappe stores (naive, site zone) and ISO 8601 with an offset. A date alone is refused, since
	the order of events and the due times need the time of day. Raises BadInput with a sentence.
	"""
	if value in (None, ""):
		return None
	moment = value if isinstance(value, datetime) else _parse(str(value), name)
	if not 2000 <= moment.year <= 2100:
		refuse(BadInput, f"{name}: {value} is not a date this system can use (2000 to 2100).")
	return moment if moment.tzinfo else localise(moment, site_zone())


def _parse(text: str, name: str) -> datetime:
	text = text.strip()
	if len(text) <= 10:
		refuse(
			BadInput, f"{name}: give the date and the time, for example 2025-03-11 10:00 (got “{text[:40]}”)."
		)
	try:
		return datetime.fromisoformat(text.replace("Z", "+00:00"))
	except ValueError:
		refuse(BadInput, f"{name}: “{text[:40]}” is not a date and time. Write it like 2025-03-11 10:00.")


def given_day(value: Any) -> date:
	"""A day that a caller gave: a date, or ISO 8601 text. Raises BadInput with a sentence for anything else."""
	if isinstance(value, datetime):
		return value.date()
	if isinstance(value, date):
		return value
	try:
		day = date.fromisoformat(str(value).strip()[:10])
	except ValueError:
		refuse(BadInput, f"“{str(value)[:40]}” is no date. Write it like 2025-04-17.")
	if not 2000 <= day.year <= 2100:
		refuse(BadInput, f"{value} is not a date that this system can use (2000 to 2100).")
	return day


def happened(value: str | datetime | None, name: str = "When it happened") -> datetime:
	"""When something happened: now if not given; never in the future (decision 2)."""
	moment = given(value, name)
	current = now()
	if moment is None:
		return current
	if moment > current + CLOCK_SKEW:
		refuse(
			BadInput, f"{name}: {show(moment)} is in the future. Record what has happened, with its own time."
		)
	return min(moment, current)


def show(moment: datetime | None, with_time: bool = True) -> str:
	"""A moment for people: Tue 11 Mar 2025, 10:00 (London)."""
	if moment is None:
		return ""
	local = moment.astimezone(LONDON)
	return f"{date_text(local)}, {local:%H:%M}" if with_time else date_text(local)


def show_due(moment: datetime | None) -> str:
	"""A due instant for people: the day alone where it falls at the end of the day, else with its time."""
	if moment is None:
		return ""
	local = moment.astimezone(LONDON)
	return show(moment, with_time=(local.hour, local.minute) != (23, 59))


def json_date(value: date | datetime | None) -> str | None:
	"""ISO 8601 for a payload."""
	return value.isoformat() if value else None


def today() -> date:
	"""Today's date in London."""
	return now().astimezone(LONDON).date()


__all__ = [
	"aware", "given", "given_day", "happened", "json_date", "now", "show", "show_due", "site_zone", "stored", "today",
]  # fmt: skip
