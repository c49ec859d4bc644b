"""What can be wrong with the records, copies and closing duties that a policy asks for, and with its other rows."""

from __future__ import annotations

from .schema import EFFECTS, OWED_BY, TABLES, ClosingDuty, CopyRule, PolicyData, Record
from .validator_terms import Reader
from .validator_words import (
	CONDITIONS,
	ESCALATION_FIELDS,
	GROUNDS,
	PERIODS,
	RECORD_TIMES,
	SENDERS,
	Problem,
	Problems,
	doubles,
	split,
	unknown,
)

# Steps that name a ground: only for these does a record with a ground apply.
_GROUNDED = ("raise", "enter")


def record_problems(policy: PolicyData) -> Problems:
	"""Everything about what must be on record, sent, done and printed."""
	reader = Reader.of(policy)
	for position, record in enumerate(policy.records, start=1):
		yield from _record(policy, record, f"Record {position} ({record.when} {record.stage})", reader)
	for position, rule in enumerate(policy.copy_rules, start=1):
		yield from _copy(policy, rule, f"Copy rule {position} (to {rule.recipient})", reader)
	yield from doubles("closing_duties", "duty", (row.duty for row in policy.closing_duties))
	for duty in policy.closing_duties:
		yield from _duty(policy, duty, reader)
	yield from _others(policy)
	yield from _clauses(policy)


def _stage(table: str, row: str, number: int, reader: Reader) -> Problems:
	if number and number not in reader.stages:
		yield Problem(
			"unknown_stage",
			table,
			row,
			f"{row}: there is no stage {number}; give one that exists, or 0 for any.",
		)


def _record(policy: PolicyData, record: Record, row: str, reader: Reader) -> Problems:
	yield from unknown("records", row, "step", [record.when], RECORD_TIMES)
	yield from unknown("records", row, "effect", [record.effect], EFFECTS)
	yield from unknown("records", row, "ground", [record.ground], ("", *GROUNDS))
	yield from _stage("records", row, record.stage, reader)
	if not record.needs:
		yield Problem(
			"needs_missing", "records", row, f"{row}: say what must be there: field, event or reason."
		)
	if not record.message.strip():
		yield Problem("message_missing", "records", row, f"{row}: give the sentence that people will read.")
	for need in record.needs:
		reader.need("records", row, need)
	yield from reader.taken()
	yield from _condition(policy, "records", row, record.condition)
	if _never_applies(policy, record, reader):
		yield Problem(
			"record_never_applies",
			"records",
			row,
			f"{row}: no move of the policy ever asks for it; change its step, stage or ground.",
		)


def _never_applies(policy: PolicyData, record: Record, reader: Reader) -> bool:
	if record.when == "recommend":
		return not (reader.recommending & {record.stage} if record.stage else reader.recommending)
	if not record.ground:
		return False
	return record.when not in _GROUNDED or not any(
		move.ground == record.ground and record.stage in (0, move.to_stage) for move in policy.moves
	)


def _copy(policy: PolicyData, rule: CopyRule, row: str, reader: Reader) -> Problems:
	yield from _stage("copy_rules", row, rule.stage, reader)
	reader.event("copy_rules", row, rule.event)
	yield from reader.taken()
	if not rule.recipient.strip():
		yield Problem("recipient_missing", "copy_rules", row, f"{row}: say to whom the copy goes.")
	yield from unknown("copy_rules", row, "sender", split(rule.sender) if rule.sender else [], SENDERS)
	yield from _condition(policy, "copy_rules", row, rule.condition)


def _condition(policy: PolicyData, table: str, row: str, condition: str) -> Problems:
	word, _, path = condition.partition(" ")
	if word == "field" and path.strip() in ESCALATION_FIELDS:
		return
	if word != "path":
		yield from unknown(table, row, "condition", [condition], CONDITIONS)
	elif path not in {known.name for known in policy.paths}:
		yield Problem(
			"unknown_path",
			table,
			row,
			f"{row}: there is no path {path!r}; give the name of one of the paths.",
		)


def _duty(policy: PolicyData, duty: ClosingDuty, reader: Reader) -> Problems:
	row = f"Closing duty {duty.duty!r}"
	if not duty.duty.strip():
		yield Problem(
			"duty_missing", "closing_duties", row, "A closing duty says nothing; say what is to be done."
		)
	yield from unknown("closing_duties", row, "owed by", split(duty.owed_by), OWED_BY)
	for need in duty.satisfied_by:
		if need.strip() == "reason":
			message = f"{row}: a reason comes with a move, not with a duty; name an event or a field."
			yield Problem("malformed_need", "closing_duties", row, message)
		else:
			reader.need("closing_duties", row, need)
	yield from reader.taken()
	yield from _condition(policy, "closing_duties", row, duty.condition)
	if not any(duty.from_stage <= stage <= duty.to_stage for stage in reader.stages):
		yield Problem(
			"duty_never_owed",
			"closing_duties",
			row,
			f"{row}: no stage lies between its from_stage and its to_stage.",
		)


def _others(policy: PolicyData) -> Problems:
	for exclusion in policy.exclusions:
		yield from unknown("exclusions", exclusion.text, "effect", [exclusion.effect], ("warn", "block"))
	yield from doubles("natures", "nature", (nature.label for nature in policy.natures))
	yield from doubles("returns", "return", (row.name for row in policy.returns))
	for row in policy.returns:
		yield from unknown("returns", row.name, "period", [row.period], PERIODS)
	yield from doubles("template_labels", "template order", (label.order for label in policy.template_labels))
	for label in policy.template_labels:
		given = [label.field] if label.field else []
		yield from unknown("template_labels", label.label, "field", given, ESCALATION_FIELDS)


def _clauses(policy: PolicyData) -> Problems:
	"""Every row cites its clause; a template's labels are all of the one form that `form_title` names."""
	for table in TABLES:
		for position, row in enumerate(getattr(policy, table), start=1):
			if not getattr(row, "clause", "form").strip():
				name = f"{table} row {position}"
				yield Problem("clause_missing", table, name, f"{name}: cite the clause of the source.")
