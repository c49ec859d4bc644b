"""Demo data: eight boards, their invented agencies and people, and cases in every policy, stage and state.

It comes in both kinds of installation. A partnership's site (`Board hosted`) holds every case, and the leads of all
agencies log in. A trust's own site (`One organisation`) holds the cases that the trust raised or received; only its
own people log in, and one of them records what the others did. Everything happens through the services, as the people themselves, on dates counted from today. `load` may be called
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

FILES = Path(__file__).parent / "demo_data"
# What `./dev up --demo` calls the two kinds of installation.
INSTALLATIONS = {"board": "Board hosted", "trust": "One organisation"}
_KEY = "safeguarding_escalation_demo"


class NotForDemo(EscalationError):
	"""Demo data may not be mixed with real cases."""


def load(installation: str = "Board hosted") -> dict[str, list[dict[str, str]]]:
	"""Make the demo data unless it is there, and say what there is: `logins` and `cases`, all texts.

	The other installation's demo data, if that is there, gives way.

	A login has role, user, password and name; a case reference, stage, next_due and state (Draft cases too: On
	track, Due today, Overdue, Nothing due, Closed, Withdrawn). All or nothing: the caller commits. Raises
	NotForDemo on a site with cases that are not the demo's, or for an installation without demo data.
	"""
	made = marked()
	if made is not None and made.installation != installation:
		remove()
		made = None
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
	if installation not in INSTALLATIONS.values():
		known = ", ".join(INSTALLATIONS.values())
		refuse(NotForDemo, f"There is no demo data for “{installation}”. Known: {known}.")
	if other_cases():
		refuse(
			NotForDemo,
			"This site holds escalations already. Demo data is for an empty site: make one with ./dev site NAME.",
		)
	user = frappe.session.user
	try:
		frappe.set_user("Administrator")
		made = people(_read("people.json"), installation)
		play(_cases(made.host), made)
	finally:
		frappe.set_user(user)
	return made


def _read(name: str) -> Any:
	return json.loads((FILES / name).read_text(encoding="utf-8"))


def _cases(host: str) -> list[dict[str, Any]]:
	"""The written cases of all policies; where one organisation hosts, those that it is a party to."""
	names = sorted(path.name for path in FILES.glob("*.json") if path.name != "people.json")
	cases = [case for name in names for case in _read(name)]
	if not host:
		return cases
	parties = ("raising_agency", "responding_agency")
	return [case for case in cases if f"#{host}" in [case["fields"].get(field) for field in parties]]


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
