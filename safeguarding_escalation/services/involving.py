"""How the adult or representative was involved at each stage, and what was considered of capacity and advocacy."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.engine.prompts import prompts
from safeguarding_escalation.services import actors, log, people, times, views
from safeguarding_escalation.services.errors import BadInput, CaseClosed, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain

ASKED = ("informed", "wishes_followed_through")
WORDS = ("views", "representative_views", "why_not")
CHOICES = {"informed": ("", "Yes", "No"), "wishes_followed_through": ("", "Yes", "No", "Not known")}
CONSIDERED = {
	"capacity_doubted": ("", "Yes", "No", "Not known"),
	"appropriate_adult": ("", "Yes", "No", "Not known"),
	"advocacy_considered": ("", "Yes", "No", "Not applicable"),
	"court_of_protection_considered": ("", "Yes", "No", "Not applicable"),
}
REASONS = ("advocacy_reason", "court_reason")


def involve(escalation: str, stage: Any, **given: Any) -> dict[str, Any]:
	"""Write down how the adult was involved at a stage; see `api.process.involve`."""
	with locked(escalation) as case:
		_refuse_ended(case)
		number = _stage(case, stage)
		values: dict[str, Any] = {field: _choice(given.get(field), CHOICES[field], field) for field in ASKED}
		values |= {field: plain(given.get(field)) for field in WORDS}
		if not any(values.values()):
			refuse(BadInput, "Say whether they were informed, what their views are, or why they were not.")
		if values["informed"] == "No" and not values["why_not"]:
			refuse(BadInput, "They were not informed: say why.")
		if given.get("informed_by"):
			values["informed_by"] = people.named(given["informed_by"], "informed_by").name
		if given.get("informed_on"):
			day = times.given_day(given["informed_on"])
			if day > times.today():
				refuse(BadInput, "They cannot have been informed on a day to come.")
			values["informed_on"] = day
		document = case.document
		row = next((row for row in document.get("involvement") or () if int(row.stage or 0) == number), None)
		if row is None:
			row = document.append("involvement", {"stage": number})
		row.update({field: value for field, value in values.items() if value})
		document.save()
		if document.workflow_state != DRAFT:
			_note(case, number)
	return views.panel(escalation)


def _note(case: LoadedCase, stage: int) -> None:
	"""That it was done, by whom and when: what was said stays in the form."""
	from safeguarding_escalation.services import projection

	case.rows[:] = log.rows(case.name, for_update=True)
	case.forget()
	entry = log.Entry(
		kind="duty_done",
		occurred_at=case.now,
		stage=stage,
		relates_to=f"involvement: stage {stage}",
		**actors.resolve(case, None).columns(),
	)
	case.append(entry)
	projection.refresh(case)


def consider(escalation: str, **given: Any) -> dict[str, Any]:
	"""Answer the questions of capacity, advocacy and the Court of Protection; see `api.process.consider`."""
	with locked(escalation) as case:
		_refuse_ended(case)
		for field, choices in CONSIDERED.items():
			if given.get(field) is not None:
				case.document.set(field, _choice(given[field], choices, field))
		for field in REASONS:
			if given.get(field) is not None:
				case.document.set(field, plain(given[field]))
		if given.get("best_interests_dispute") is not None:
			case.document.best_interests_dispute = int(bool(given["best_interests_dispute"]))
		case.document.save()
	return views.panel(escalation)


def _choice(value: Any, choices: tuple[str, ...], field: str) -> str:
	text = plain(value)
	if text not in choices:
		refuse(BadInput, f"{field}: “{text[:40]}” is not one of {', '.join(filter(None, choices))}.")
	return text


def _stage(case: LoadedCase, value: Any) -> int:
	reached = {*case.case.stages_reached, int(case.document.current_stage or 0) or 1}
	text = str(value if value not in (None, "") else int(case.document.current_stage or 0) or 1)
	if not text.isdigit() or int(text) not in reached:
		refuse(BadInput, f"Stage: the case has not been at stage {text[:10]}.")
	return int(text)


def _refuse_ended(case: LoadedCase) -> None:
	state = case.document.workflow_state
	if state in ENDED:
		refuse(CaseClosed, f"This case is {state.lower()} and read only. Reopen it to change it.")


def panel(case: LoadedCase) -> dict[str, Any]:
	"""For the form: `stages` [{stage, label, informed, by, on, wishes, views, why_not, missing}] and `prompts`."""
	rows = {int(row.stage or 0): row for row in case.document.get("involvement") or ()}
	current = int(case.document.current_stage or 0) or 1
	return {
		"stages": [_row(case, number, rows) for number in sorted({*case.case.stages_reached, current})],
		"current": current,
		"open": case.case.open,
		"prompts": [prompt.__dict__ for prompt in prompts(case.policy, case.case)],
	}


def _row(case: LoadedCase, number: int, rows: dict[int, Any]) -> dict[str, Any]:
	row = rows.get(number)
	label = case.policy.stage_label(number)
	if row is None:
		return {"stage": number, "label": label, "missing": 0 not in rows}
	by = people.contact(row.informed_by) if row.informed_by else None
	return {
		"stage": number,
		"label": label,
		"missing": not (row.informed or row.views or row.representative_views or row.why_not),
		"informed": row.informed or "",
		"by": by.contact_name if by else "",
		"on": str(row.informed_on or ""),
		"wishes": row.wishes_followed_through or "",
		"views": row.views or "",
		"representative_views": row.representative_views or "",
		"why_not": row.why_not or "",
	}


def hint(case: LoadedCase, action: str) -> str:
	"""What a step out of a stage asks, where nothing is written of the adult's involvement; '' otherwise. Never a bar."""
	leaves = action.startswith("Escalate to") or action in ("Accept Resolution", "Make Recommendations")
	current = int(case.document.current_stage or 0)
	if not leaves or not current or {current, 0} & (case.case.involved or frozenset()):
		return ""
	label = case.policy.stage_label(current)
	return f"{label}: nothing is written yet of how the adult or their representative was involved."
