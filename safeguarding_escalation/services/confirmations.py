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
	"""Every request of these cases, oldest first, with the state as it is now and `words` (the answer's note).

	`state` is derived where a reply is overdue: expired, or not validly asked with the reason. Asks no permission.
	"""
	found = _stored(list(escalations))
	notes = _notes([row["stage_log"] for row in found if row["stage_log"]])
	late = [row for row in found if _is_late(row)]
	invalid = confirmation_silence.invalid(late)
	for row in found:
		if _is_late(row):
			row["reason"] = invalid.get(row["name"], "")
			row["state"] = INVALID if row["reason"] else EXPIRED
		row["words"] = notes.get(row["stage_log"], "")
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
		return (
			f"{row['state'].capitalize()} by {who} on {times.show(times.aware(row['answered_at']))}, {asked}"
		)
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


def of_case(case: LoadedCase, confirmation: Any) -> Any:
	"""One request of the case, as stored. Raises BadInput for any other name."""
	row = next((row for row in record_shown.last_of(case.name) if row.name == confirmation), None)
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


def _notes(entries: list[str]) -> dict[str, str]:
	table = frappe.qb.DocType("Stage Log Note")
	found: dict[str, str] = {}
	for start in range(0, len(entries), _CHUNK):
		query = frappe.qb.from_(table).select(table.stage_log, table.note)
		found.update(
			{
				name: note or ""
				for name, note in query.where(table.stage_log.isin(entries[start : start + _CHUNK])).run()
			}
		)
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
