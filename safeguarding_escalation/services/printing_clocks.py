"""The deadlines in a print: each clock with its due date, when it was met, and why it has that date."""

from __future__ import annotations

from safeguarding_escalation.engine import Deadline
from safeguarding_escalation.engine.deadline_row import Expiry
from safeguarding_escalation.engine.wording import clause_words, listed
from safeguarding_escalation.services import times, views
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_stages import label
from safeguarding_escalation.services.printing_words import joined

# What a clock that is not simply a maximum is, so that nobody takes a nudge for a breach.
_KINDS = {"preference": "preferred", "advisory": "advisory", "local target": "local target, not policy"}
# What starts a clock, as it reads after "2 working days after …".
_STARTS = {
	"disagreement": "the disagreement",
	"decision_received": "the decision was received",
	"immediate_risk": "immediate risk was recorded",
	"concern_raised": "the concern was raised",
	"unresolved": "it was recorded as unresolved",
	"resolved": "the resolution",
	"received": "it was received",
	"recommended": "the recommendations",
	"action_agreed": "the action was agreed",
	"review_set": "the review was set",
}
_CAPS = {
	"protective_deadline": "the timescale that protects the adult from harm",
	"agreed_timescale": "the agreed timescale",
}


def deadlines(case: LoadedCase) -> list[dict[str, str]]:
	"""Every clock that ran or runs, in the order of their start."""
	return [
		_row(case, deadline)
		for deadline in sorted(case.deadlines, key=lambda row: (row.starts_at, row.due_at))
	]


def _row(case: LoadedCase, deadline: Deadline) -> dict[str, str]:
	shown = views.deadline_row(case, deadline)
	ended = times.show(deadline.met_at) or (
		f"Not met; ended {times.show(deadline.ended_at)}" if deadline.ended_at else ""
	)
	return {
		"label": named(deadline),
		"stage": label(case, deadline.stage),
		"owed_by": shown["owed_by_label"],
		"clause": clause_words(deadline.clause),
		"due": times.show_due(deadline.due_at),
		"met": ended or "–",
		"state": joined(shown["status_label"], shown["time_left"], by=", "),
		"late": "yes" if shown["status"] in ("overdue", "met_late", "missed") else "",
		"reason": reason(case, deadline),
	}


def named(deadline: Deadline) -> str:
	"""What is due, and what the clock is if it is no simple maximum: "Move this on (local target, not policy)"."""
	kind = f"({_KINDS[deadline.kind]})" if deadline.kind in _KINDS else ""
	return joined(deadline.label.removesuffix(f" ({deadline.kind})"), kind, by=" ")


def reason(case: LoadedCase, deadline: Deadline) -> str:
	"""Why the clock has its date, in one sentence: what is counted from when, what was skipped, what made it earlier."""
	parts = [_count(case, deadline)]
	skipped = _holidays(deadline)
	if skipped:
		parts.append(f"not counting {listed(skipped)}")
	if deadline.capped_by:
		own = times.show_due(deadline.policy_due_at)
		cap = _CAPS.get(deadline.capped_by) or getattr(deadline.capping, "label", deadline.capped_by)
		earlier = (
			f"; the policy's own date would be {own}" if deadline.policy_due_at > deadline.due_at else ""
		)
		parts.append(f"brought forward by {cap}{earlier}")
	return ", ".join(parts) + "."


def _count(case: LoadedCase, deadline: Deadline) -> str:
	clock, start = deadline.rule.clock, _start(case, deadline)
	units = {
		"same working day": f"The same working day as {start}",
		"instant": f"At once: {start}",
		"case date": f"The date that was set: {start}",
	}
	if clock.unit in units:
		return units[clock.unit]
	number = deadline.rule.length or 0
	unit = clock.unit.removesuffix("s") if number == 1 else clock.unit
	return f"{number} {unit} after {start}"


def _start(case: LoadedCase, deadline: Deadline) -> str:
	origin, when = deadline.origin, times.show(deadline.starts_at)
	if isinstance(origin, Expiry):
		return f"“{origin.source.label}” was due unmet ({when})"
	if origin.kind == "stage_started":
		name = f"{label(case, origin.stage)} was entered" if origin.stage else "the stage was entered"
	else:
		name = _STARTS.get(origin.kind) or f"“{views.kind_label(origin.kind)}”"
	return f"{name} ({when})"


def _holidays(deadline: Deadline) -> list[str]:
	"""The bank holidays and closures between start and due, by name; weekends go without saying."""
	found = []
	for step in deadline.steps:
		inside = step.date <= deadline.policy_due_at.date()
		if step.counted or not inside or deadline.calendar.is_working_day(step.date):
			continue
		name = deadline.calendar.name_of(step.date)
		if name and name != f"{step.date:%A}":
			found.append(f"{name} ({step.date:%a} {step.date.day} {step.date:%b})")
	return list(dict.fromkeys(found))
