"""Moves, records, copies, duties and levels of a policy as sentences for somebody who is no programmer. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import PolicyError
from .policy_fields import WEEKDAYS
from .schema import ClosingDuty, CopyRule, Level, Move, PolicyData, Record, Stage
from .term_words import capacities_words, owers, stage_name, stages_listed, term_words
from .terms import parse_term
from .wording import SIDE_NAMES, listed, sentence

GROUNDS: Mapping[str, str] = {
	"next": "as the next step",
	"skip": "where stages are missed out",
	"immediate risk": "at immediate risk of significant harm",
	"policy issue": "where it raises a significant policy issue",
	"route": "by a route of its own",
}
SKIP_RULES: Mapping[str, str] = {
	"free": "no reason is asked for",
	"reason": "with a written reason",
	"manager and reason": "by a manager, with a written reason",
	"never": "not allowed",
}
EFFECTS: Mapping[str, str] = {
	"require": "Needed: the step is refused without it.",
	"warn": "Asked for: the step goes on with a warning.",
	"prompt": "A reminder only.",
}
STEPS: Mapping[str, str] = {
	"raise": "To raise the concern",
	"enter": "To enter {stage}",
	"resolve": "To record a resolution{at}",
	"recommend": "To make recommendations{at}",
	"close": "To close the case",
	"withdraw": "To withdraw the escalation",
	"reopen": "To reopen the case",
}
OUTCOMES: Mapping[str, str] = {
	"resolved": "a resolution",
	"recommendations": "recommendations",
	"advice": "advice",
}
_CONDITIONS: Mapping[str, str] = {
	"": "",
	"out of area": "for an adult from outside the area",
	"child concern": "where there is a concern about a child",
	"criminal matter": "where it is a criminal matter",
}


def who_talks(stage: Stage) -> str:
	"""Who talks to whom: `Practitioner with Practitioner`; one side alone where the other has nobody."""
	mine = capacities_words(stage.raising_capacities) if stage.raising_capacities else ""
	theirs = capacities_words(stage.responding_capacities) if stage.responding_capacities else ""
	if mine and theirs:
		return f"{mine} of the raising agency, with {theirs} of the responding agency"
	if mine:
		return f"{mine}, inside the raising agency"
	return f"{theirs}, inside the responding agency" if theirs else "whoever leads the case"


def level_words(level: Level) -> str:
	"""One level inside a stage: `Directorate: Chief Officer; may be left out`."""
	side = f" of {SIDE_NAMES.get(level.side, level.side)}" if level.side else ""
	return (
		f"{level.label}: {level.capacity}{side}; {'may be left out' if level.optional else 'always the last'}"
	)


def move_words(policy: PolicyData, move: Move) -> str:
	"""How a stage is entered, as one sentence: from where, on which ground, by which rule."""
	where = stages_listed(policy, sorted(move.from_stages))
	parts = [f"From {where or 'no stage'}, {_ground(policy, move)}"]
	if move.ground == "skip" or move.skip_rule != "free":
		parts.append(SKIP_RULES.get(move.skip_rule, f"by the rule “{move.skip_rule}”, which is not known"))
	if move.to_level:
		parts.append(f"straight to the level {move.to_level}")
	if move.agency_types:
		parts.append(f"for agencies of the type {listed(move.agency_types, 'or')}")
	return sentence("; ".join(parts))


def _ground(policy: PolicyData, move: Move) -> str:
	if move.ground == "skip":
		passed = range(max(move.from_stages, default=0) + 1, move.to_stage)
		if len(move.from_stages) != 1 or not passed:
			return "missing out the stages between"
		return f"missing out {listed(stage_name(policy, number) for number in passed)}"
	if move.ground == "route":
		paths = [path.label for path in policy.paths if path.enters_stage == move.to_stage]
		return GROUNDS["route"] + (f" ({listed(paths, 'or')})" if paths else "")
	if move.ground == "next" and set(move.from_stages) == {0}:
		return "as the concern is raised"
	return GROUNDS.get(move.ground, f"on the ground “{move.ground}”, which is not known")


def mover_words(move: Move) -> str:
	"""Who may make a move: `Manager or Senior Manager of either agency`."""
	return f"{capacities_words(move.capacities)} of {SIDE_NAMES.get(move.side, move.side)}"


def need_words(policy: PolicyData, need: str, labels: Mapping[str, str] | None = None) -> str:
	"""One alternative of a record or duty: `“Risk to the adult” filled in`, `an entry that …`, `a written reason`.

	`labels` names the escalation's fields as its form does; without it the fieldname is said with spaces.
	"""
	word, _, rest = need.strip().partition(" ")
	rest = rest.strip()
	if word == "field" and rest:
		return f"“{(labels or {}).get(rest) or rest.replace('_', ' ')}” filled in"
	if word == "event" and rest:
		try:
			parse_term(rest)
		except PolicyError:
			return f"“{need.strip()}” (this cannot be read)"
		return f"an entry that {term_words(policy, rest)}"
	return "a written reason" if need.strip() == "reason" else f"“{need.strip()}” (this cannot be read)"


def needs_words(policy: PolicyData, needs: tuple[str, ...], labels: Mapping[str, str] | None = None) -> str:
	"""The alternatives of a row, any of which will do."""
	return listed((need_words(policy, need, labels) for need in needs), "or") or "nothing that is named"


def record_words(policy: PolicyData, record: Record, labels: Mapping[str, str] | None = None) -> str:
	"""What must be on record before a step, as sentences: when, the policy's message, what satisfies it, how hard."""
	at = f" at {stage_name(policy, record.stage)}" if record.stage else ""
	entered = stage_name(policy, record.stage) if record.stage else "any stage"
	step = STEPS.get(record.when, f"For the step “{record.when}”, which is not known")
	step = step.format(stage=entered, at=at)
	ground = (
		f" {GROUNDS.get(record.ground, record.ground)}" if record.ground and record.when == "enter" else ""
	)
	effect = EFFECTS.get(record.effect, f"The effect “{record.effect}” is not known.")
	satisfied = needs_words(policy, record.needs, labels)
	condition = _condition(policy, record.condition)
	return f"{step}{ground}{condition}: {sentence(record.message or 'no message')} Satisfied by {satisfied}. {effect}"


def copy_words(policy: PolicyData, rule: CopyRule) -> str:
	"""A copy that is to be sent, as one sentence."""
	event = term_words(policy, rule.event)
	if rule.stage and " at " not in event and stage_name(policy, rule.stage) not in event:
		event = (
			f"{stage_name(policy, rule.stage)} starts"
			if rule.event.strip() == "stage_started"
			else f"{event} at {stage_name(policy, rule.stage)}"
		)
	what = "everything that is sent from then on" if rule.standing else rule.what or "a copy of the record"
	sender = f"; sent by {owers(policy, rule.sender)}" if rule.sender else ""
	condition = _condition(policy, rule.condition)
	access = "; they may read the case from then on" if rule.continuing_access else ""
	return sentence(f"When {event}{condition}: {what}, to {rule.recipient or 'nobody'}{sender}{access}")


def _condition(policy: PolicyData, condition: str) -> str:
	word, _, name = condition.partition(" ")
	if word == "path":
		label = next((path.label for path in policy.paths if path.name == name), name)
		return f", on the route “{label}”"
	if word == "field":
		return f", where “{name.replace('_', ' ')}” is filled in"
	words = _CONDITIONS.get(condition, f"on the condition “{condition}”, which is not known")
	return f", {words}" if words else ""


def duty_words(policy: PolicyData, duty: ClosingDuty, labels: Mapping[str, str] | None = None) -> str:
	"""Something owed before closing, as sentences: what, by whom, for which stages, whether closing waits."""
	numbers = [stage.number for stage in policy.stages if duty.from_stage <= stage.number <= duty.to_stage]
	span = "" if len(numbers) == len(policy.stages) else f", for a case settled at {_span(policy, numbers)}"
	done = f" Done by {needs_words(policy, duty.satisfied_by, labels)}." if duty.satisfied_by else ""
	wait = "Closing waits for it." if duty.required else "Closing does not wait for it."
	condition = _condition(policy, duty.condition)
	return f"{sentence(f'{duty.duty}: {owers(policy, duty.owed_by)}{span}{condition}')}{done} {wait}"


def _span(policy: PolicyData, numbers: list[int]) -> str:
	if len(numbers) > 2:
		return f"{stage_name(policy, numbers[0])} to {stage_name(policy, numbers[-1])}"
	return stages_listed(policy, numbers) or "no stage of this policy"


def outcome_words(stage: Stage) -> str:
	"""What may end a stage: `a resolution or recommendations`."""
	return listed((OUTCOMES.get(outcome, f"“{outcome}”") for outcome in stage.outcomes), "or")


def sight_words(policy: PolicyData, stage: Stage) -> str:
	"""Who of the board may see a case from this stage on; empty where nobody may yet."""
	posts = [policy.business_manager_label] if stage.board_sees else []
	posts += [policy.chair_label] if stage.chair_sees else []
	return f"The {listed(posts, 'and the')} may see the case from here on." if posts else ""


def asked_words(policy: PolicyData, asked_at: str) -> str:
	"""When one of the policy's own questions is asked: `once Stage 2 is reached`."""
	word, _, rest = asked_at.strip().partition(" ")
	rest = rest.strip()
	if word == "stage" and rest.isdigit():
		return f"once {stage_name(policy, int(rest))} is reached"
	if word == "path":
		label = next((path.label for path in policy.paths if path.name == rest), rest)
		return f"on the route “{label}”"
	return {
		"raise": "as the concern is raised",
		"resolve": "as it is resolved",
		"recommend": "as recommendations are made",
		"close": "as the case is closed",
	}.get(asked_at.strip(), f"at “{asked_at}”, which is not known")


def counting_words(policy: PolicyData) -> list[str]:
	"""How the policy counts days, as sentences."""
	off = [WEEKDAYS[day].capitalize() for day in sorted(policy.weekend)]
	nation = {"ENG": "England", "WLS": "Wales", "SCT": "Scotland", "NIR": "Northern Ireland"}
	first = (
		"counts as the first"
		if policy.count_event_day
		else "is not counted; the next working day is the first"
	)
	due = f"{policy.due_time:%H:%M}"
	said = [
		f"Working days are all days but {listed(off) or 'none'} and the bank holidays of "
		f"{nation.get(policy.nation, policy.nation)}.",
		f"The day on which something happens {first}.",
		f"What is due on a day is due by {'the end of it' if due == '23:59' else due}.",
	]
	if policy.closures:
		said.append(f"The board is also closed on {listed(str(day) for day in policy.closures)}.")
	if policy.office_close:
		said.append(f"What happens from {policy.office_close:%H:%M} on counts from the next working day.")
	return said
