"""Who do I ring? The people in post at each agency and board, nearest to the asker first. Professionals only."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe

from safeguarding_escalation.engine.case import SENIORITY
from safeguarding_escalation.services import contacting, people, ring_stages, ring_verifying, times

EMERGENCY = {
	"question": "In danger now?",
	"number": "999",
	"advice": "If somebody is in danger now, ring 999 first. Then tell your safeguarding lead.",
}
# Whose counterpart is whose: people of the same rank speak with each other (4LSAB 3, Stockport 2, Redbridge 4).
RANK = {**SENIORITY, "Enquiry Manager": SENIORITY["Manager"], "Conference Chair": SENIORITY["Manager"]}
_BEYOND = 9
LEADS = ("Safeguarding Lead", "Named Professional")
LIMIT = 500
_PERSON = (
	"name", "contact_name", "agency", "job_title", "capacity", "team", "phone", "out_of_hours", "email",
	"from_date", "to_date", "verified_on",
)  # fmt: skip
_OFFICE = ("name", "agency_type", "phone", "out_of_hours_number", "secure_email")


def directory(
	escalation: str | None = None,
	agency: str | None = None,
	board: str | None = None,
	capacity: str | None = None,
) -> dict[str, Any]:
	"""Everybody in post who may be rung, by agency: `emergency`, `level`, `case`, `groups`, `stages`, `checked_every`.

	A group is an agency or a board: `name`, `kind` (own, case, agency, board), `phone`, `out_of_hours`,
	`secure_email`, `people`. `stages` says for each stage of the case's policy whom to ring; see `ring_stages`. Who is
	away says so, with who covers. With `escalation` the groups are the case's agencies and its board; the caller must
	have asked whether the user may read it. Own agency first, safeguarding leads first there; elsewhere people of
	the asker's own level first. Rows come through `get_list`, so the user's rights on contacts decide.
	"""
	mine = people.contacts_of(frappe.session.user)
	own = {row.agency for row in mine}
	level = next((row.capacity for row in mine), None)
	case = _case(escalation) if escalation else None
	if case:
		board = board or case["board"]
	wanted = {agency} if agency else case["agencies"] | own if case else None
	offices = _offices(wanted)
	barred = case["barred"] if case else frozenset()
	contacts = [
		row
		for row in _contacts(wanted, capacity)
		if row.agency in offices and contacting.plain_name(row.contact_name) not in barred
	]
	since = ring_verifying.valid_since()
	groups = _agencies(contacts, offices, own, level, case, since)
	if not agency:
		groups += _boards(board, capacity, since)
	ring_stages.mark_away(groups, times.now())
	ring_verifying.mark(groups)
	return {
		"emergency": EMERGENCY,
		"checked_every": ring_verifying.days(),
		"stages": ring_stages.stages(case["document"], groups) if case else [],
		"level": level,
		"case": {"reference": case["reference"], "board": case["board"]} if case else None,
		"groups": groups,
	}


def _case(escalation: str) -> dict[str, Any]:
	"""The agencies and the board of a case, and whom it says not to contact."""
	doc = frappe.get_doc("Escalation", escalation)
	agencies = {doc.raising_agency, doc.responding_agency, *(row.agency for row in doc.parties)}
	return {
		"document": doc,
		"reference": doc.reference,
		"board": doc.board,
		"agencies": {name for name in agencies if name},
		"barred": contacting.barred(doc),
	}


def _offices(names: set[str] | None) -> dict[str, Any]:
	filters: dict[str, Any] = {"disabled": 0}
	if names is not None:
		filters["name"] = ("in", sorted(names) or [""])
	rows = frappe.get_list("Partner Agency", filters=filters, fields=list(_OFFICE), limit=0)
	return {row.name: row for row in rows}


def _contacts(agencies: set[str] | None, capacity: str | None) -> list[Any]:
	filters: dict[str, Any] = {}
	if agencies is not None:
		filters["agency"] = ("in", sorted(agencies) or [""])
	if capacity:
		filters["capacity"] = capacity
	rows = frappe.get_list(
		"Safeguarding Contact", filters=filters, fields=list(_PERSON), order_by="agency, name", limit=LIMIT
	)
	today = times.today()
	return [row for row in rows if people.in_post(row, today)]


def _agencies(
	contacts: list[Any],
	offices: dict[str, Any],
	own: set[str],
	level: str | None,
	case: dict[str, Any] | None,
	since: date,
) -> list[dict[str, Any]]:
	groups = []
	for name, office in offices.items():
		staff = [row for row in contacts if row.agency == name]
		kind = "own" if name in own else "case" if case else "agency"
		if not (staff or office.phone or office.out_of_hours_number):
			continue
		ordered = sorted(staff, key=lambda row: _order(row, level, leads_first=kind == "own"))
		groups.append(
			{
				"name": name,
				"kind": kind,
				"phone": office.phone or "",
				"out_of_hours": office.out_of_hours_number or "",
				"secure_email": office.secure_email or "",
				"people": [_person(row, level, since) for row in ordered],
			}
		)
	return sorted(groups, key=lambda group: (group["kind"] != "own", group["name"]))


def _boards(board: str | None, capacity: str | None, since: date) -> list[dict[str, Any]]:
	"""The boards with their Chair and Business Manager, as contacts that the user may read."""
	filters = {"disabled": 0, **({"name": board} if board else {})}
	fields = ["name", "email", "phone", "chair", "chair_label", "business_manager", "business_manager_label"]
	boards = frappe.get_list("Safeguarding Board", filters=filters, fields=fields, order_by="name", limit=0)
	posts = [post for row in boards for post in (row.business_manager, row.chair) if post]
	rows = frappe.get_list(
		"Safeguarding Contact", filters={"name": ("in", posts or [""])}, fields=list(_PERSON), limit=0
	)
	today = times.today()
	known = {row.name: row for row in rows if people.in_post(row, today)}
	groups = []
	for row in boards:
		staff = []
		for post, label in (("business_manager", "Business Manager"), ("chair", "Chair")):
			holder = known.get(row[post])
			if holder and capacity in (None, "", label):
				staff.append({**_person(holder, None, since), "capacity": row[f"{post}_label"] or label})
		if staff or (not capacity and (row.phone or row.email)):
			groups.append(
				{
					"name": row.name,
					"kind": "board",
					"phone": row.phone or "",
					"out_of_hours": "",
					"secure_email": row.email or "",
					"people": staff,
				}
			)
	return groups


def _order(row: Any, level: str | None, leads_first: bool) -> tuple[Any, ...]:
	"""Safeguarding leads first where asked; then the asker's own level, then one's nearest."""
	apart = abs(RANK.get(row.capacity, _BEYOND) - RANK.get(level or "", 1))
	return (leads_first and row.capacity not in LEADS, apart, row.contact_name or "")


def _person(row: Any, level: str | None, since: date) -> dict[str, Any]:
	equal = bool(level) and RANK.get(row.capacity) == RANK.get(level or "")
	return {
		"contact": row.name,
		"agency": row.agency or "",
		"name": row.contact_name,
		"job_title": row.job_title or "",
		"capacity": row.capacity or "",
		"team": row.team or "",
		"phone": row.phone or "",
		"out_of_hours": row.out_of_hours or "",
		"email": row.email or "",
		"your_level": equal,
		"verified_on": times.json_date(row.verified_on),
		"stale": ring_verifying.is_stale(row.verified_on, since),
	}
