"""New bank holidays that arrive with an upgrade of the `holidays` package: a Calendar Change, never a silent move.

The site counts by the days that it knew when it last looked. A look compares them with the package that is installed:
a day from today on that is new, or gone, becomes a Calendar Change of its own, applied, logged and told like any
other. A day that has passed stays as people relied on it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import version
from typing import Any

import frappe

from safeguarding_escalation.engine.calendar import NATIONS, bank_holidays
from safeguarding_escalation.services import calendar_changes, closures, times
from safeguarding_escalation.services.closures import BANK_HOLIDAY, DOCTYPE, LOOK, REOPENED

Days = dict[str, dict[date, str]]
REASON = "The list of bank holidays that came with an upgrade ({0}) says so."


def look() -> list[str]:
	"""Compare the installed package's days with those of the last look; the names of the changes that were applied.

	The first look stores what there is. A second one changes nothing.
	"""
	known = closures.looked_at(frappe.db.get_single_value(LOOK, "digest", cache=False) or "")
	found = {nation: bank_holidays(nation) for nation in NATIONS}
	if not known:
		_store(found)
		return []
	today = times.today()
	kept = {nation: _from_today(known.get(nation, {}), found[nation], today) for nation in NATIONS}
	if kept == known:
		return []
	applied = [
		_apply(nation, kind, day, name)
		for nation in _in_use()
		for kind, day, name in _differences(known.get(nation, {}), kept[nation])
		if _says_something(nation, kind, day)
	]
	_store(kept)
	return applied


def _from_today(known: Mapping[date, str], found: Mapping[date, str], today: date) -> dict[date, str]:
	past = {day: name for day, name in known.items() if day < today}
	return past | {day: name for day, name in found.items() if day >= today}


def _differences(before: Mapping[date, str], after: Mapping[date, str]) -> Iterator[tuple[str, date, str]]:
	for day in sorted(before.keys() ^ after.keys()):
		yield (REOPENED, day, before[day]) if day in before else (BANK_HOLIDAY, day, after[day])


def _in_use() -> list[str]:
	"""The nations by whose days anything here counts."""
	nations = set(frappe.get_all("Board Policy", filters={"docstatus": 1}, pluck="nation", distinct=True))
	nations.add(frappe.db.get_single_value("Safeguarding Settings", "holidays_nation") or "ENG")
	return sorted(nations & set(NATIONS))


def _says_something(nation: str, kind: str, day: date) -> bool:
	"""Whether the site does not know it yet: a holiday entered by hand before the package knew it changes nothing."""
	return closures.of_nation(nation).latest.is_working_day(day) == (kind == BANK_HOLIDAY)


def _apply(nation: str, kind: str, day: date, name: str) -> str:
	"""One Calendar Change of all boards of a nation, applied at once."""
	document = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"kind": kind,
			"nation": nation,
			"day_name": name[:80],
			"from_date": day,
			"to_date": day,
			"reason": REASON.format(version("holidays")),
			"by_package": 1,
		}
	)
	document.flags.by_service = True
	document.insert(ignore_permissions=True)
	calendar_changes.store_applied(document, times.now())
	return document.name


def _store(days: Days) -> None:
	texts = {
		nation.lower(): json.dumps({day.isoformat(): name for day, name in sorted(days[nation].items())})
		for nation in NATIONS
	}
	values: dict[str, Any] = texts | {
		"digest": hashlib.sha256("".join(texts.values()).encode()).hexdigest(),
		"seen_at": times.stored(times.now()),
		"package_version": version("holidays"),
	}
	document = frappe.get_doc(LOOK)
	document.update(values)
	document.save(ignore_permissions=True)
