"""The parties of a case: each agency and its side, kept in step with the agencies of the form."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.parties import PARTY_SIDES as SIDES
from safeguarding_escalation.services import actors, facts, people, policies, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select


def ensure(doc: Any) -> None:
	"""One Escalation Party row for the raising and the responding agency, with its lead and team.

	The row and the form say the same, whichever of the two was changed. One agency may stand on both sides, in two
	rows, where the policy allows it.
	"""
	before = doc.get_doc_before_save()
	for side in SIDES:
		agency = doc.get(f"{side}_agency")
		if agency:
			row = _row(doc, agency, side)
			row.side = side
			for field in ("lead", "team"):
				_keep_in_step(doc, before, row, side, field)
	_drop_replaced(doc)
	_note_teams(doc, before)


def _note_teams(doc: Any, before: Any | None) -> None:
	"""Keep for which team each lead was named: leaving it ends what that gave, and the team keeps the case.

	A lead from elsewhere in the agency than the party's team is named in person. A client's value is never believed.
	"""
	known = {row.name: row for row in before.parties} if before else {}
	for row in doc.parties:
		old = known.get(row.name)
		row.handed_at, row.received_at = (old.handed_at, old.received_at) if old else (None, None)
		same = old is not None and old.lead == row.lead and (old.team or "") == (row.team or "")
		# Rows that are older than the column hold NULL: nobody has said yet.
		row.led_for = old.led_for if same and old.led_for is not None else led_for(row)


def led_for(row: Any) -> str:
	"""The team for which the lead of a party's row leads today; '' for nobody, and for somebody named in person."""
	lead = people.contact(row.lead)
	if lead is None or lead.agency != row.agency:
		return ""
	person = people.person(lead, None)
	return (row.team or person.team) if not row.team or person.in_team(row.team) else ""


def _row(doc: Any, agency: str, side: str) -> Any:
	rows = [row for row in doc.parties if row.agency == agency]
	exact = next((row for row in rows if row.side == side), None)
	other = next(name for name in SIDES if name != side)
	both = doc.get(f"{other}_agency") == agency
	free = (row for row in rows if not (both and row.side == other))
	return exact or next(free, None) or doc.append("parties", {"agency": agency})


def _keep_in_step(doc: Any, before: Any | None, row: Any, side: str, field: str) -> None:
	"""What was changed prevails: the form's field, else the row's cell, else whichever holds something."""
	name = f"{side}_{field}"
	stored = next((old for old in before.parties if old.name == row.name), None) if before else None
	if before and _differs(doc, before, name):
		row.set(field, doc.get(name))
	elif stored and _differs(row, stored, field):
		doc.set(name, row.get(field))
	else:
		row.set(field, doc.get(name) or row.get(field))
		doc.set(name, row.get(field))


def _differs(new: Any, old: Any, field: str) -> bool:
	return (new.get(field) or None) != (old.get(field) or None)


def _drop_replaced(doc: Any) -> None:
	"""In a draft an agency chosen by mistake leaves with its row; other agencies entered by hand stay."""
	before = doc.get_doc_before_save()
	if before is None or before.workflow_state != "Draft":
		return
	now = {doc.raising_agency, doc.responding_agency}
	replaced = {before.raising_agency, before.responding_agency} - now
	doc.parties = [row for row in doc.parties if row.agency not in replaced]
	for index, row in enumerate(doc.parties, 1):
		row.idx = index


def check_counterparty(doc: Any) -> None:
	"""The adult, family or carer as the other side: only where the policy extends to them (SU-A21), and no agency too."""
	if doc.counterparty != facts.FAMILY:
		return
	if not policies.policy(doc.policy).allow_family_counterparty:
		refuse(
			BadInput,
			"This board’s policy is for disagreements between agencies. For one with the adult, family or a carer use "
			"your agency’s own procedure, or choose the agency whose decision it is about.",
		)
	if doc.direction == "Received":
		refuse(
			BadInput,
			"What the adult, family or a carer brings to you is raised by your agency: choose Raised.",
		)
	if doc.responding_agency:
		refuse(
			BadInput,
			"The other side is either an agency or the adult, family or carer. Leave the responding agency empty, or "
			"choose “An agency”.",
		)
	doc.responding_lead = doc.responding_team = None


def check_own_word(case: LoadedCase, doc: Any) -> None:
	"""Each agency says for itself whether it is satisfied, where anybody of it can log in (X-A9)."""
	mine = actors.recorder(case)
	if actors.is_administrator() or "Business Manager" in mine.board_roles:
		return
	before = {row.name: row.satisfied or "" for row in case.document.parties}
	for row in doc.parties:
		changed = (row.satisfied or "") != before.get(row.name, "")
		if changed and row.agency != mine.agency and _has_people_here(row.agency):
			refuse(
				NotYours, f"{row.agency} says for itself whether it is satisfied. Ask its lead to do so here."
			)


def _has_people_here(agency: str) -> bool:
	"""Whether anybody in post at an agency has an account."""
	today = times.today()
	rows = select("Safeguarding Contact", people.FIELDS, {"agency": agency})
	return any(people.in_post(row, today) and actors.has_account(people.person(row, None)) for row in rows)
