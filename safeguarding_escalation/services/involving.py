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

ROW = (
	"informed", "informed_by", "informed_on", "wishes_followed_through", "views", "representative_views", "why_not",
)  # fmt: skip
NOTHING = "Say whether they were informed, what their views are, or why they were not."
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
		values = _values(given)
		document = case.document
		row = next((row for row in document.get("involvement") or () if int(row.stage or 0) == number), None)
		before = {field: row.get(field) if row else None for field in ROW}
		_check({**before, **values})
		if row is None:
			if not any(values.values()):
				refuse(BadInput, NOTHING)
			row = document.append("involvement", {"stage": number})
		row.update(values)
		document.save()
		cleared = [field for field in ROW if before[field] and not row.get(field)]
		if document.workflow_state != DRAFT:
			_note(case, number, f"involvement: stage {number}", cleared)
	return views.panel(escalation)


def _values(given: dict[str, Any]) -> dict[str, Any]:
	"""What the caller gave: a field that is left out stays as it is, an empty one is cleared."""
	found: dict[str, Any] = {}
	for field in (field for field in ROW if given.get(field) is not None):
		value = given[field]
		if field in CHOICES:
			found[field] = _choice(value, CHOICES[field], field)
		elif field == "informed_by":
			found[field] = people.named(value, field).name if value else None
		elif field == "informed_on":
			found[field] = _past_day(value) if value else None
		else:
			found[field] = plain(value)
	if not found:
		refuse(BadInput, NOTHING)
	return found


def _past_day(value: Any) -> Any:
	day = times.given_day(value)
	if day > times.today():
		refuse(BadInput, "They cannot have been informed on a day to come.")
	return day


def _check(row: dict[str, Any]) -> None:
	"""4L-A5: a "No" says why, whoever writes it down and however."""
	if row["informed"] == "No" and not row["why_not"]:
		refuse(BadInput, "They were not informed: say why.")
	if row["wishes_followed_through"] == "No" and not row["why_not"]:
		refuse(BadInput, "They do not want it followed through: say why it goes on all the same.")


def _note(case: LoadedCase, stage: int, about: str, cleared: list[str]) -> None:
	"""That it was done, by whom and when, and which answers were taken away: what was said stays in the form."""
	from safeguarding_escalation.services import projection

	case.rows[:] = log.rows(case.name, for_update=True)
	case.forget()
	entry = log.Entry(
		kind="duty_done",
		occurred_at=case.now,
		stage=stage,
		relates_to=f"{about}, cleared: {', '.join(cleared)}"[:140] if cleared else about,
		**actors.resolve(case, None).columns(),
	)
	case.append(entry)
	projection.refresh(case)


def consider(escalation: str, **given: Any) -> dict[str, Any]:
	"""Answer the questions of capacity, advocacy and the Court of Protection; see `api.process.consider`."""
	with locked(escalation) as case:
		_refuse_ended(case)
		document = case.document
		before = {field: document.get(field) for field in (*CONSIDERED, *REASONS)}
		for field, choices in CONSIDERED.items():
			if given.get(field) is not None:
				document.set(field, _choice(given[field], choices, field))
		for field in REASONS:
			if given.get(field) is not None:
				document.set(field, plain(given[field]))
		if given.get("best_interests_dispute") is not None:
			document.best_interests_dispute = int(bool(given["best_interests_dispute"]))
		document.save()
		cleared = [field for field, value in before.items() if value and not document.get(field)]
		if cleared and document.workflow_state != DRAFT:
			_note(case, int(document.current_stage or 0) or 1, "capacity and advocacy", cleared)
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
		"informed_by": row.informed_by or "",
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
