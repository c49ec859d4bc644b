"""What a user does with agreed actions in the Desk: agree one, say that it was done, check back, move its dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from safeguarding_escalation.engine.agreed import CHECK_OUTCOMES, SETTLING
from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.engine.duty import ACTION, CHECK, REVIEW, Duty
from safeguarding_escalation.services import people, times, views
from safeguarding_escalation.services.errors import BadInput, CaseClosed, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain

LONGEST_AHEAD = timedelta(days=5 * 366)


def agree(escalation: str, action: str, **given: Any) -> dict[str, Any]:
	"""A new agreed action; see `api.agreed.agree`."""
	text = plain(action, "Action")
	if not text:
		refuse(BadInput, "What was agreed? Write the action.")
	with locked(escalation) as case:
		_refuse_ended(case)
		row = {"action": text, "stage": int(case.document.current_stage or 0)}
		row |= {field: given.get(field) or None for field in ("by_whom", "by_agency", "checked_by")}
		for field in ("by_whom", "checked_by"):
			_known(row[field])
		row["due_on"] = _ahead(given.get("due_on"), "Due on")
		row["check_on"] = _ahead(given.get("check_on"), "Check back on")
		if not row["by_agency"] and row["by_whom"]:
			row["by_agency"] = people.contact(row["by_whom"]).agency
		case.document.append("actions", row)
		case.document.save()
	return views.panel(escalation)


def carried_out(escalation: str, row: str, done_on: Any, note: str | None) -> dict[str, Any]:
	"""The action was carried out; see `api.agreed.carried_out`."""
	with locked(escalation) as case:
		_refuse_ended(case)
		action = _row(case, row)
		action.done_on = times.given_day(done_on) if done_on else times.today()
		action.outcome = plain(note, "What came of it") or action.outcome
		case.document.save()
	return views.panel(escalation)


def checked(escalation: str, row: str, outcome: str, **given: Any) -> dict[str, Any]:
	"""Somebody checked back whether the action was carried out; see `api.agreed.checked`."""
	found = plain(outcome, "Outcome")
	if found not in CHECK_OUTCOMES:
		refuse(BadInput, f"Was it carried out? Give one of: {', '.join(CHECK_OUTCOMES)}.")
	with locked(escalation) as case:
		_refuse_ended(case)
		action = _row(case, row)
		_known(given.get("checked_by"))
		action.checked_by = given.get("checked_by") or action.checked_by
		action.checked_on = times.given_day(given["checked_on"]) if given.get("checked_on") else times.today()
		action.check_outcome, action.what_next = found, plain(given.get("what_next"), "What happens next")
		if found not in SETTLING:
			# A new date for the action or its check comes after what was found now.
			_move(action, given)
		case.document.save()
	return views.panel(escalation)


def change_dates(escalation: str, row: str, **given: Any) -> dict[str, Any]:
	"""Another day for the action or its check, agreed since; the log keeps the old ones."""
	with locked(escalation) as case:
		_refuse_ended(case)
		action = _row(case, row)
		if not any(given.get(field) for field in ("due_on", "check_on")):
			refuse(BadInput, "Give the new day: when it is due, or when to check back.")
		_move(action, given)
		case.document.save()
	return views.panel(escalation)


def _move(action: Any, given: dict[str, Any]) -> None:
	for field, label in (("due_on", "Due on"), ("check_on", "Check back on")):
		if given.get(field):
			action.set(field, _ahead(given[field], label))


def _row(case: LoadedCase, name: str) -> Any:
	found = next((row for row in case.document.get("actions") or () if row.name == name), None)
	if found is None:
		refuse(BadInput, "There is no such action in this case. Reload the form.")
	return found


def _known(contact: str | None) -> None:
	if contact:
		people.named(contact, "contact")


def _ahead(value: Any, label: str) -> Any:
	if not value:
		return None
	day = times.given_day(value)
	if not times.today() <= day <= times.today() + LONGEST_AHEAD:
		refuse(BadInput, f"{label}: give today or a day to come (got {day}).")
	return day


def _refuse_ended(case: LoadedCase) -> None:
	state = case.document.workflow_state
	if state in ENDED:
		refuse(CaseClosed, f"This case is {state.lower()}: reopen it before agreeing more.")
	if state == DRAFT:
		refuse(BadInput, "Raise the concern first: what both sides agree is kept in the case\u2019s log.")


def panel(case: LoadedCase, owed: tuple[Duty, ...]) -> dict[str, Any]:
	"""For the form: `actions` [{row, name, action, who, due, overdue, done, check, …}], `reviews`, `open`.

	`owed` are the case\u2019s duties, which say what is done and what is late.
	"""
	duties = {duty.key: duty for duty in owed}
	rows = [_action(row, duties) for row in case.document.get("actions") or ()]
	reviews = [_review(duty) for duty in owed if duty.kind == REVIEW]
	return {
		"actions": rows,
		"reviews": reviews,
		"open": case.case.open and case.document.workflow_state != DRAFT,
	}


def _action(row: Any, duties: dict[str, Duty]) -> dict[str, Any]:
	done, check = duties.get(f"{ACTION}:{row.matter}"), duties.get(f"{CHECK}:{row.matter}")
	return {
		"row": row.name,
		"name": row.matter or "",
		"action": row.action,
		"who": _who(row.by_whom) or row.by_agency or "",
		"due_on": str(row.due_on or ""),
		"done_on": str(row.done_on or ""),
		"outcome": row.outcome or "",
		"check_on": str(row.check_on or ""),
		"checked_on": str(row.checked_on or ""),
		"checked_by": _who(row.checked_by),
		"check_outcome": row.check_outcome or "",
		"what_next": row.what_next or "",
		"done": done.done if done else bool(row.done_on),
		"overdue": bool(done and done.overdue),
		"check_owed": bool(check and not check.done),
		"check_overdue": bool(check and check.overdue),
		"check_required": bool(check and check.required),
	}


def _review(duty: Duty) -> dict[str, Any]:
	due: datetime | None = duty.due_at
	return {
		"about": duty.key.partition(":")[2],
		"text": duty.text,
		"due": times.show_due(due),
		"overdue": duty.overdue,
		"done": duty.done,
		"held": times.show(duty.done_at),
	}


def _who(contact: str | None) -> str:
	row = people.contact(contact) if contact else None
	return ", ".join(text for text in (row.contact_name, row.agency) if text) if row else ""
