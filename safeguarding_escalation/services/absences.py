"""Who is away, and who stands in for them at an instant. Asked at each reading, so that nothing runs late.

An absence holds no reason: that would be health data. It runs from `starts_at` up to, not including, `ends_at`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import frappe

from safeguarding_escalation.engine import LONDON
from safeguarding_escalation.engine.case import SENIORITY
from safeguarding_escalation.services import people, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.setup.roles import ADMINISTRATOR

DOCTYPE = "Safeguarding Absence"
FIELDS = ("name", "contact", "cover", "starts_at", "ends_at")
# Who enters an absence for anybody of their own agency: those who answer for the work going on.
MANAGES = tuple(capacity for capacity, rank in SENIORITY.items() if rank >= SENIORITY["Manager"])
_ADMINISTRATORS = {ADMINISTRATOR, "System Manager"}


def absence_of(contact: str, moment: datetime) -> frappe._dict | None:
	"""The absence of a contact at an aware `moment` (see FIELDS, instants as stored); of several the latest."""
	return current([contact], moment).get(contact)


def is_away(contact: str, moment: datetime) -> bool:
	"""Whether a contact is entered as away at an aware `moment`."""
	return absence_of(contact, moment) is not None


def cover_of(contact: str, moment: datetime) -> str | None:
	"""Who stands in for a contact at an aware `moment`: in post, of the same agency, with an enabled account.

	Where the cover is away too, theirs does, and so on, never in a circle. None for somebody who is not away or has left,
	and where nobody stands in.
	"""
	home = people.contact(contact)
	passed: set[str] = set()
	here = home is not None and people.in_post(home, moment.astimezone(LONDON).date())
	absence = absence_of(contact, moment) if here else None
	while absence and absence.cover and absence.cover not in passed:
		passed.add(absence.contact)
		cover = people.contact(absence.cover)
		if absence.cover in passed or not _stands_in(cover, home.agency, moment):
			return None
		absence = absence_of(cover.name, moment)
		if absence is None:
			return cover.name if _enabled(cover.user) else None
	return None


def _stands_in(cover: Any, agency: str | None, moment: datetime) -> bool:
	return bool(
		cover
		and agency
		and cover.agency == agency
		and people.in_post(cover, moment.astimezone(LONDON).date())
	)


def _enabled(user: str | None) -> bool:
	return bool(user and frappe.db.get_value("User", user, "enabled"))


def current(contacts: Collection[str], moment: datetime) -> dict[str, frappe._dict]:
	"""The absences of `contacts` at an aware `moment`, by contact: one query."""
	if not contacts:
		return {}
	row = frappe.qb.DocType(DOCTYPE)
	return _latest(_running(moment).where(row.contact.isin(list(contacts))))


def covered_by(contacts: Collection[str], moment: datetime) -> list[frappe._dict]:
	"""The people (rows of people.FIELDS) for whom one of `contacts` stands in at `moment`, as `cover_of` finds.

	One query where nobody is away; a few for each who is away and may be covered by one of them.
	"""
	mine = set(contacts)
	away = _latest(_running(moment)) if mine else {}
	if not mine.intersection(row.cover for row in away.values()):
		return []
	covered = [name for name in away if name not in mine and _leads_to(name, away, mine)]
	return [
		row for name in sorted(covered) if cover_of(name, moment) in mine and (row := people.contact(name))
	]


def _leads_to(contact: str, away: Mapping[str, Any], mine: set[str]) -> bool:
	"""Whether the chain of covers from a contact comes to one of `mine`."""
	passed: set[str] = set()
	while contact in away and contact not in passed:
		passed.add(contact)
		contact = away[contact].cover
		if contact in mine:
			return True
	return False


def _running(moment: datetime) -> Any:
	row, at = frappe.qb.DocType(DOCTYPE), times.stored(moment)
	query = frappe.qb.from_(row).select(*(row[field] for field in FIELDS))
	query = query.where(row.starts_at <= at).where(row.ends_at.isnull() | (row.ends_at > at))
	return query.orderby(row.starts_at).orderby(row.creation)


def _latest(query: Any) -> dict[str, frappe._dict]:
	return {row.contact: row for row in query.run(as_dict=True)}


def away_in(agencies: Collection[str], moment: datetime) -> dict[str, frappe._dict]:
	"""Who of `agencies` is away at `moment`, by contact: `ends_at` and whether somebody stands in (`covered`). One query."""
	if not agencies:
		return {}
	row, user = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("User")
	home, cover = (
		frappe.qb.DocType("Safeguarding Contact"),
		frappe.qb.DocType("Safeguarding Contact").as_("cov"),
	)
	query = (
		_running(moment).join(home).on(home.name == row.contact).left_join(cover).on(cover.name == row.cover)
	)
	query = query.left_join(user).on(user.name == cover.user).where(home.agency.isin(list(agencies)))
	query = query.select(
		home.agency, cover.agency.as_("cover_agency"), cover.from_date, cover.to_date, user.enabled
	)
	away = _latest(query)
	day = moment.astimezone(LONDON).date()
	for found in away.values():
		found.covered = _is_covered(found, away, day)
	return away


def _is_covered(absence: Any, away: Mapping[str, Any], day: date) -> bool:
	"""As `cover_of`, from what one query gave."""
	passed: set[str] = set()
	while absence.cover and absence.contact not in passed:
		passed.add(absence.contact)
		if absence.cover_agency != absence.agency or not people.in_post(absence, day):
			return False
		if absence.cover not in away:
			return bool(absence.enabled)
		absence = away[absence.cover]
	return False


def check(document: Any) -> None:
	"""An absence as it is saved. Raises NotYours or BadInput with a sentence."""
	away = people.named(document.contact, "Who is away")
	if not may_enter(away, frappe.session.user):
		refuse(
			NotYours,
			"An absence is entered by the person, their line manager, or a manager or safeguarding lead of their agency.",
		)
	_check_period(document)
	_check_cover(document, away)


def may_enter(away: Any, user: str) -> bool:
	"""Whether `user` may enter when a contact is away: themselves, their line manager, who manages in their agency, and
	administrators of the site.
	"""
	if user == "Administrator" or _ADMINISTRATORS.intersection(frappe.get_roles(user)):
		return True
	for mine in people.contacts_of(user):
		if mine.name in (away.name, away.line_manager):
			return True
		same = bool(mine.agency) and mine.agency == away.agency
		if same and set(MANAGES).intersection(people.capacities(mine)):
			return True
	return False


def _check_period(document: Any) -> None:
	start = times.given(document.starts_at, "Away from") or times.now()
	end = times.given(document.ends_at, "Back at")
	if end and end <= start:
		refuse(BadInput, "“Back at” comes after “Away from”.")
	row = frappe.qb.DocType(DOCTYPE)
	other = frappe.qb.from_(row).select(row.name).where(row.contact == document.contact)
	other = other.where(row.name != (document.name or "")).where(
		row.ends_at.isnull() | (row.ends_at > times.stored(start))
	)
	if end:
		other = other.where(row.starts_at < times.stored(end))
	if other.limit(1).run():
		refuse(BadInput, "An absence is entered for this time already. Change that one.")


def _check_cover(document: Any, away: Any) -> None:
	if not document.cover:
		return
	cover = people.named(document.cover, "Cover")
	if cover.name == away.name or (cover.user and cover.user == away.user):
		refuse(BadInput, "Nobody covers for themselves. Name a colleague.")
	if not away.agency or cover.agency != away.agency:
		refuse(
			BadInput,
			f"{cover.contact_name} does not work for {away.agency or 'the same agency'}. Name a colleague.",
		)
	if not people.in_post(cover, times.today()):
		refuse(BadInput, f"{cover.contact_name} is not in post. Name somebody who is.")
	if not _enabled(cover.user):
		refuse(
			BadInput,
			f"{cover.contact_name} has no account here, so that no alert would reach them. Name somebody who has.",
		)
