"""Whom to ring when somebody is at risk now: numbers to tap, in the order in which to ring them. Saves nothing.

By night, at weekends and on bank holidays numbers for out of hours come first, and who has none comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from functools import lru_cache
from typing import Any

import frappe

from safeguarding_escalation.engine import LONDON, WorkingCalendar
from safeguarding_escalation.services import absences, people, ring, times
from safeguarding_escalation.services.rows import select

OPENS, CLOSES = time(9), time(17)
COUNCIL = "Local Authority"
MANAGERS = ("Manager", "Senior Manager", "Head of Service")
FEW = 4  # people of one's own agency: a list that has to be read is no list for now


def numbers(escalation: str | None = None) -> list[dict[str, Any]]:
	"""Rows {who, about, number, out_of_hours, first}: 999, then the rest in the order in which to ring them.

	`number` is as it stands in the directory. The session's user's rights on the directory decide what is there.
	"""
	moment = times.now()
	closed = is_closed(moment)
	groups = ring.directory(escalation=escalation)["groups"] if escalation else _own()
	groups = _with_a_council(groups)
	councils = _councils({group["name"] for group in groups})
	rows = [
		*_duty_teams(groups, councils, closed),
		*(row for group in groups if group["kind"] == "own" for row in _own_agency(group, closed, moment)),
		*(row for group in groups if group["kind"] == "case" for row in _office(group, closed)),
	]
	if closed:
		rows.sort(key=lambda row: not row["out_of_hours"])
	emergency = {
		"who": ring.EMERGENCY["number"],
		"about": "Somebody is in danger now",
		"number": ring.EMERGENCY["number"],
		"out_of_hours": True,
	}
	return _once([emergency, *rows])


def is_closed(moment: datetime) -> bool:
	"""Whether offices are shut at an aware moment: London, before nine or from five on, and no working day in England."""
	local = moment.astimezone(LONDON)
	return not (OPENS <= local.time() < CLOSES and _england().is_working_day(local.date()))


@lru_cache(maxsize=1)
def _england() -> WorkingCalendar:
	return WorkingCalendar("ENG")


def _own() -> list[dict[str, Any]]:
	"""The directory's groups of the user's own agencies, for somebody who has no case yet."""
	mine = {row.agency for row in people.contacts_of(frappe.session.user) if row.agency}
	return [group for name in sorted(mine) for group in ring.directory(agency=name)["groups"]]


def _with_a_council(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""The groups, with the site's councils where none is among them: their duty team is who protects at night."""
	known = {group["name"] for group in groups}
	if _councils(known):
		return groups
	filters = {"disabled": 0, "agency_type": COUNCIL}
	names = frappe.get_list("Partner Agency", filters=filters, pluck="name", order_by="name", limit=FEW)
	return groups + [
		{**group, "kind": "council", "people": []}
		for name in names
		for group in ring.directory(agency=name)["groups"]
	]


def _councils(names: set[str]) -> set[str]:
	rows = select("Partner Agency", ["name"], {"agency_type": COUNCIL})
	return {row.name for row in rows if row.name in names}


def _duty_teams(groups: list[dict[str, Any]], councils: set[str], closed: bool) -> Iterator[dict[str, Any]]:
	"""The councils: their emergency duty team out of hours, their own number in office hours."""
	for group in groups:
		if group["name"] in councils:
			if group["out_of_hours"]:
				yield _row("Emergency duty team", group["name"], group["out_of_hours"], True)
			if group["phone"] and not closed:
				yield _row("Adult social care", group["name"], group["phone"], False)


def _own_agency(group: dict[str, Any], closed: bool, moment: datetime) -> Iterator[dict[str, Any]]:
	"""One's own: the on-call number, then safeguarding leads and managers who are here, or who covers for them."""
	if group["out_of_hours"]:
		yield _row("On-call manager", group["name"], group["out_of_hours"], True)
	people_ = [row for row in group["people"] if row["capacity"] in (*ring.LEADS, *MANAGERS)]
	for row in _present(people_, moment)[:FEW]:
		about = ", ".join(text for text in (row["job_title"] or row["capacity"], group["name"]) if text)
		if row["out_of_hours"]:
			yield _row(row["name"], f"{about}, out of hours", row["out_of_hours"], True)
		if row["phone"] and not (closed and row["out_of_hours"]):
			yield _row(row["name"], about, row["phone"], False)
	if group["phone"]:
		yield _row("Switchboard", group["name"], group["phone"], False)


def _present(rows: list[dict[str, Any]], moment: datetime) -> list[dict[str, Any]]:
	"""Those who are not entered as away."""
	away = absences.current([row["contact"] for row in rows if row.get("contact")], moment)
	return [row for row in rows if row.get("contact") not in away]


def _office(group: dict[str, Any], closed: bool) -> Iterator[dict[str, Any]]:
	"""The other agencies of the case: the office, by its number for now."""
	if group["out_of_hours"]:
		yield _row(group["name"], "The other agency, out of hours", group["out_of_hours"], True)
	if group["phone"] and not closed:
		yield _row(group["name"], "The other agency", group["phone"], False)


def _row(who: str, about: str, number: str, out_of_hours: bool) -> dict[str, Any]:
	return {"who": who, "about": about, "number": number, "out_of_hours": out_of_hours}


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""Each number where it stands first: a council that is the other agency too is listed as its duty team."""
	kept: dict[str, dict[str, Any]] = {}
	for row in rows:
		kept.setdefault("".join(row["number"].split()), row)
	return list(kept.values())
