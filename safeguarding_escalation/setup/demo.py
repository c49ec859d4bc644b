"""Demo data: one board, six invented agencies, their people, and a case in every stage and state.

Everything happens through the services, as the people themselves, on dates counted from today. `load` may be called
again: it then only reports. Agencies, people and adults are inventions.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import frappe

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import times
from safeguarding_escalation.services.errors import EscalationError, refuse
from safeguarding_escalation.setup.demo_cases import play
from safeguarding_escalation.setup.demo_people import Made, people
from safeguarding_escalation.setup.demo_removal import erase, remove_accounts, remove_cases

# Installation: the file with its people and cases.
FILES = {"Board hosted": "demo_data.json"}
_KEY = "safeguarding_escalation_demo"


class NotForDemo(EscalationError):
	"""Demo data may not be mixed with real cases."""


def load(installation: str = "Board hosted") -> dict[str, list[dict[str, str]]]:
	"""Make the demo data unless it is there, and say what there is: `logins` and `cases`, all texts.

	A login has role, user, password and name; a case reference, stage, next_due and state (Draft cases too: On
	track, Due today, Overdue, Nothing due, Closed, Withdrawn). All or nothing: the caller commits. Raises
	NotForDemo on a site with cases that are not the demo's, or for an installation without demo data.
	"""
	made = marked()
	if made is None:
		made = _make(installation)
		frappe.db.set_global(_KEY, made.as_json())
	return {"logins": made.logins, "cases": [_row(name) for name in made.names("Escalation")]}


def marked() -> Made | None:
	"""What an earlier call made, or None. From the table: the cache of defaults outlives a rollback."""
	text = frappe.db.get_value("DefaultValue", {"defkey": _KEY, "parent": "__global"}, "defvalue")
	return Made.from_json(text) if text else None


def other_cases() -> int:
	"""How many escalations the site holds before the demo makes its own."""
	return frappe.db.count("Escalation")


def _make(installation: str) -> Made:
	if installation not in FILES:
		refuse(NotForDemo, f"There is no demo data for “{installation}”. Known: {', '.join(FILES)}.")
	if other_cases():
		refuse(
			NotForDemo,
			"This site holds escalations already. Demo data is for an empty site: make one with ./dev site NAME.",
		)
	data = json.loads((Path(__file__).parent / FILES[installation]).read_text(encoding="utf-8"))
	user = frappe.session.user
	try:
		frappe.set_user("Administrator")
		made = people(data, installation)
		play(data["cases"], made)
	finally:
		frappe.set_user(user)
	return made


def _row(name: str) -> dict[str, str]:
	case = frappe.db.get_value(
		"Escalation", name, ["reference", "workflow_state", "stage_label", "next_due_at"], as_dict=True
	)
	due = times.aware(case.next_due_at)
	return {
		"reference": case.reference,
		"stage": case.stage_label or case.workflow_state,
		"next_due": times.show_due(due),
		"state": _state(case.workflow_state, due, times.now()),
	}


def _state(workflow_state: str, due: datetime | None, now: datetime) -> str:
	"""One word or two on how a case stands at `now`."""
	if workflow_state in ENDED:
		return workflow_state
	if due is None:
		return "Nothing due"
	if due < now:
		return "Overdue"
	return (
		"Due today"
		if due.astimezone(times.LONDON).date() == now.astimezone(times.LONDON).date()
		else "On track"
	)


def remove() -> None:
	"""Take away what `load` made, and nothing else; does nothing where there is no demo data. The caller commits."""
	made = marked()
	if made is None:
		return
	remove_cases(made.names("Escalation"))
	made.restore()
	for doctype in ("Safeguarding Contact", "Partner Agency"):
		erase(doctype, made.names(doctype))
	remove_accounts(made.names("User"))
	frappe.db.delete("DefaultValue", {"defkey": _KEY, "parent": "__global"})
	frappe.clear_cache()
