"""The other side's word on the record: who was asked about what, how, by when, and what came of it.

Nobody is asked by a machine: the panel proposes, a person asks. What is answered stands beside the record, as a row of
the log; silence is derived from the reply-by time, and only where somebody was validly asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe

from safeguarding_escalation.services import confirmation_silence, log, record_shown, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase

DOCTYPE = "Record Confirmation"
ASKED, CONFIRMED, CORRECTED, DISPUTED, WITHDRAWN, EXPIRED, INVALID = (
	"asked", "confirmed", "corrected", "disputed", "withdrawn", "expired", "not validly asked",
)  # fmt: skip
ANSWERS = {CONFIRMED: log.RECORD_CONFIRMED, CORRECTED: log.RECORD_CORRECTED, DISPUTED: log.RECORD_DISPUTED}
HERE, LINK, OUTSIDE = "in this system", "response link", "outside"
_CHUNK = 500  # names in one query


def rows(escalations: Iterable[str]) -> list[dict[str, Any]]:
	"""Every request of these cases, oldest first, with the state as it is now, `words` (the answer's
	note), `answered_name` and, where somebody else wrote the answer down, `evidence`.

	`state` is derived where a reply is overdue: expired, or not validly asked with the reason. Asks no permission.
	"""
	found = _stored(list(escalations))
	answers = _answers([row["stage_log"] for row in found if row["stage_log"]])
	late = [row for row in found if _is_late(row)]
	invalid = confirmation_silence.invalid(late)
	for row in found:
		if _is_late(row):
			row["reason"] = invalid.get(row["name"], "")
			row["state"] = INVALID if row["reason"] else EXPIRED
		said = answers.get(row["stage_log"]) or frappe._dict()
		row["words"] = said.note or ""
		row["answered_name"] = ", ".join(filter(None, (said.actor_name, said.actor_agency)))
		row["evidence"] = (said.evidence or "") if said.source == "reported" else ""
	return found


def outstanding(escalations: Iterable[str]) -> list[dict[str, Any]]:
	"""The requests of these cases that wait for an answer and whose reply-by time has not passed. Asks no permission."""
	return [row for row in rows(escalations) if row["state"] == ASKED]


def sentence(row: dict[str, Any]) -> str:
	"""What the register says of a request; silence is a date without a reply, never agreement."""
	who = ", ".join(filter(None, (row["contact_name"], row["agency"])))
	asked = f"asked on {times.show(times.aware(row['asked_at']))}"
	by = times.show_due(times.aware(row["reply_by"]))
	if row["state"] in ANSWERS:
		known = f" ({row['evidence']})" if row["evidence"] else ""
		at = times.show(times.aware(row["answered_at"]))
		return f"{row['state'].capitalize()} by {row['answered_name'] or who} on {at}{known}, {asked}"
	if row["state"] == EXPIRED:
		return f"{who}: {asked}, no reply by {by}"
	if row["state"] == INVALID:
		return f"{who}: not validly asked. {row['reason']}"
	if row["state"] == WITHDRAWN:
		return f"{who}: {asked}, withdrawn. {row['reason'] or ''}".strip()
	return f"{who}: {asked}" + (f", reply by {by}" if by else "")


def end(name: str, reason: str, state: str = WITHDRAWN) -> None:
	"""Close a request without an answer; its link ends with it."""
	from safeguarding_escalation.services import response_links

	values = {"state": state, "reason": reason}
	frappe.db.set_value(DOCTYPE, name, values, update_modified=False)
	response_links.end_of(name, reason)


def of_case(case: LoadedCase, confirmation: Any, *, for_update: bool = True) -> Any:
	"""One request of the case, as it is now unless `for_update` is off. Raises BadInput for any other name."""
	found = record_shown.last_of(case.name, for_update=for_update)
	row = next((row for row in found if row.name == confirmation), None)
	if row is None:
		refuse(BadInput, "There is no such request in this case.")
	return row


def _stored(escalations: list[str]) -> list[dict[str, Any]]:
	table = frappe.qb.DocType(DOCTYPE)
	found: list[dict[str, Any]] = []
	for start in range(0, len(escalations), _CHUNK):
		query = (
			frappe.qb.from_(table)
			.select(*(table[column] for column in record_shown.COLUMNS))
			.orderby(table.asked_at)
		)
		part = escalations[start : start + _CHUNK]
		found += [dict(row) for row in query.where(table.escalation.isin(part)).run(as_dict=True)]
	return found


def _answers(entries: list[str]) -> dict[str, frappe._dict]:
	"""Of the log's rows of answers: `note`, who said it, and how that is known where somebody else wrote it down."""
	row, note = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Stage Log Note")
	columns = (row.name, row.actor_name, row.actor_agency, row.source, row.evidence, note.note)
	query = frappe.qb.from_(row).left_join(note).on(note.stage_log == row.name).select(*columns)
	found: dict[str, frappe._dict] = {}
	for start in range(0, len(entries), _CHUNK):
		part = query.where(row.name.isin(entries[start : start + _CHUNK])).run(as_dict=True)
		found.update({each.name: each for each in part})
	return found


def _is_late(row: dict[str, Any]) -> bool:
	due = times.aware(row["reply_by"])
	return row["state"] == ASKED and due is not None and due < times.now()


def end_silent(case: LoadedCase, row: Any) -> None:
	"""Nobody replied in time: the log says since when and until when, and nothing of what it might mean."""
	case.append(
		log.Entry(
			kind=log.UNANSWERED,
			occurred_at=times.aware(row.reply_by),
			stage=int(row.stage or 1),
			side=row.side or "",
			due_at=times.aware(row.reply_by),
			relates_to=row.name,
			counterpart=row.contact,
			counterpart_name=row.contact_name or "",
			counterpart_agency=row.agency or "",
		)
	)
	frappe.db.set_value(DOCTYPE, row.name, "state", EXPIRED, update_modified=False)
