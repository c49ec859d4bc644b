"""Copies of a case: who is owed one, sending them, and that each was sent and received.

A queued mail is no copy. To somebody with an account a copy is access and a link: it counts as sent once the mail has
left the server or they have opened it, and as received once they have opened it (`copy_following`). To anybody else it
is a file that the user sends by their own secure email: it counts as sent when the user records that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.contacting import ALL, WHY_NOT, addresses_person
from safeguarding_escalation.engine.copies import CopyOwed, copies_owed
from safeguarding_escalation.engine.needs import epoch
from safeguarding_escalation.engine.terms import parse_term
from safeguarding_escalation.services import (
	actors,
	copy_making,
	copy_recipients,
	copy_register,
	log,
	people,
	printing_formats,
	projection,
	times,
	views,
)
from safeguarding_escalation.services.errors import BadInput, CaseClosed, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded, locked
from safeguarding_escalation.services.text import plain

MOST = 40  # copies in one click
METHODS = {"secure email": "email", "by hand": "in writing", "post": "in writing", "other": ""}
register = copy_register.register


def proposed(escalation: str) -> list[dict[str, Any]]:
	"""The copies that the policy's rules ask for now and that were not sent, and the standing ones.

	Each: `key`, `recipient` (the policy's words), `agency`, `candidates` [as `copy_recipients.Recipient`], `what`,
	`print_format`, `clause`, `owed_by`, `stage`, `due` and `overdue`, `continuing`, `standing`, `unseen` [sentences],
	`withheld` (why nobody is to be sent it; '' else), `prepared` (since when one waits to be sent; '' else).
	"""
	case = loaded(escalation)
	if case.document.workflow_state in ENDED:
		return []
	waiting = copy_register.prepared(case)
	return [_row(case, owed, waiting) for owed in _open(case)]


def _open(case: LoadedCase) -> list[CopyOwed]:
	"""What is owed and not sent, of a standing rule only the latest stage's."""
	found: dict[str, CopyOwed] = {}
	for owed in copies_owed(case.policy, case.case, epoch(case.effective_events)):
		key = f"standing {owed.rule.recipient}" if owed.rule.standing else owed.key
		if owed.sent is None:
			found[key] = owed
	return list(found.values())


def _row(case: LoadedCase, owed: CopyOwed, waiting: Mapping[str, datetime]) -> dict[str, Any]:
	rule = owed.rule
	due_at = _due(case, owed)
	withheld = addresses_person(rule.recipient) and case.case.do_not_contact == ALL
	return {
		"key": owed.key,
		"recipient": rule.recipient,
		"agency": owed.agency,
		"candidates": [] if withheld else [one.as_dict() for one in copy_recipients.of_owed(case, owed)],
		"what": owed.what,
		"print_format": rule.print_format or printing_formats.of_case(case.name),
		"clause": rule.clause,
		"owed_by": views.owed_by_label(case, rule.sender) if rule.sender else "",
		"stage": owed.stage,
		"due": times.show_due(due_at),
		"overdue": bool(due_at and due_at < case.now),
		"continuing": rule.continuing_access,
		"standing": rule.standing,
		"unseen": [f"{views.kind_label(event.kind)}, {times.show(event.at)}" for event in owed.unseen],
		"withheld": WHY_NOT if withheld else "",
		"prepared": times.show(waiting.get(owed.key)),
	}


def _due(case: LoadedCase, owed: CopyOwed) -> datetime | None:
	"""By when, where a clock of the policy runs until this copy is sent."""
	recipient = owed.rule.recipient.casefold()
	stops = {
		clock.id: [parse_term(stop) for stop in clock.stop if stop.split()[0] == "copied"]
		for clock in case.policy.clocks
	}
	for deadline in case.deadlines:
		runs = deadline.stage == owed.stage and not (deadline.met_at or deadline.ended_at)
		if runs and any(term.to in ("", recipient) for term in stops.get(deadline.clock, ())):
			return deadline.due_at
	return None


def send(
	escalation: str,
	recipients: Iterable[Mapping[str, Any]],
	left_out: Iterable[Mapping[str, Any]] = (),
	duty: str = "",
) -> dict[str, Any]:
	"""Prepare a copy for each of `recipients`: access and a mail for who has an account, a file for anybody else.

	A recipient: `duty` (the key of a proposal; '' for one that no rule asks for), `contact`, or `name`, `role`, `agency`
	and `address` of somebody outside the directory, `what`, `print_format`, `file_format` (PDF, DOCX), `continuing`, and for a letter `letter` (its
	kind) and `text`. Of what is proposed (with `duty`: of that alone) each is sent, or stands in `left_out` with its
	`duty` and a `reason`. Returns `prepared` [{copy, to, account, queued, address, warning, what}] beside the panel.
	Raises BadInput, CaseClosed, NotYours; nothing is prepared then.
	"""
	wanted, without = list(recipients), list(left_out)
	if not wanted and not without:
		refuse(BadInput, "Choose at least one recipient.")
	if len(wanted) > MOST:
		refuse(BadInput, f"{MOST} copies at once are the limit.")
	case = loaded(escalation)
	_check_open(case)
	owed = {one.key: one for one in _open(case)}
	reasons = _reasons(case, owed, wanted, without, duty)
	drafts = [copy_making.draft(case, one, owed.get(str(one.get("duty") or ""))) for one in wanted]
	with locked(escalation) as case:
		_check_open(case)
		_check_owed(case, {one.owed.key for one in drafts if one.owed} | reasons.keys())
		sender = actors.resolve(case, None)
		prepared = [copy_making.prepare(case, sender, one) for one in drafts]
		for key, reason in reasons.items():
			copy_making.leave_out(case, sender, owed[key], reason)
		projection.refresh(case)
	return {"prepared": prepared, **views.panel(escalation)}


def _check_open(case: LoadedCase) -> None:
	if case.document.workflow_state in ENDED:
		refuse(
			CaseClosed,
			f"This case is {case.document.workflow_state.lower()}: reopen it before sending copies.",
		)


def _check_owed(case: LoadedCase, keys: set[str]) -> None:
	"""Once more under the lock: while the prints were made somebody else may have sent one."""
	if keys - {one.key for one in _open(case)}:
		refuse(BadInput, copy_making.MEANWHILE)


def _reasons(
	case: LoadedCase,
	owed: Mapping[str, CopyOwed],
	wanted: Iterable[Mapping[str, Any]],
	left_out: Iterable[Mapping[str, Any]],
	duty: str,
) -> dict[str, str]:
	"""Why each proposal that is not sent is left out. Raises BadInput where one has neither."""
	given = {str(one.get("duty") or ""): plain(one.get("reason"), "Reason") for one in left_out}
	if given.keys() - owed.keys():
		refuse(BadInput, copy_making.MEANWHILE)
	chosen = {str(one.get("duty") or "") for one in wanted}
	waiting = copy_register.prepared(case)
	for key, one in owed.items():
		mine = not duty or key == duty
		withheld = addresses_person(one.rule.recipient) and case.case.do_not_contact == ALL
		if mine and key not in chosen and key not in waiting and not withheld and not given.get(key):
			refuse(BadInput, f"{one.text} Send it, or say why it is left out.")
	return {key: reason for key, reason in given.items() if reason and key not in chosen}


def record_sent(
	escalation: str, copy: str, method: str, sent_at: Any = None, evidence: str | None = None
) -> dict[str, Any]:
	"""Record that a file was sent to somebody without an account; see `api.copies.record_sent`."""
	with locked(escalation) as case:
		row = copy_register.mine(case, copy, for_update=True)
		if row.method == copy_making.HERE:
			refuse(BadInput, "This copy goes by access and a link: it counts as sent when the mail has left.")
		if row.sent_at or row.left_out:
			refuse(BadInput, "This copy is recorded as sent, or was left out. Correct that first.")
		if method not in METHODS:
			refuse(BadInput, f"How was it sent? Give one of {', '.join(METHODS)}.")
		copy_making.record_sent(
			case,
			row,
			times.happened(sent_at, "Sent at"),
			method,
			METHODS[method],
			plain(evidence, "How you know"),
		)
		projection.refresh(case)
	return views.panel(escalation)


def record_received(
	escalation: str, copy: str, received_at: Any = None, how: str | None = None, evidence: str | None = None
) -> dict[str, Any]:
	"""Record that a recipient has their copy; see `api.copies.record_received`."""
	with locked(escalation) as case:
		row = copy_register.mine(case, copy, for_update=True)
		known = plain(how, "How you know")
		if not row.sent_at:
			refuse(BadInput, "This copy is not recorded as sent. Record that first.")
		if row.received_at:
			refuse(BadInput, "This copy is recorded as received.")
		if not known:
			refuse(BadInput, "How do you know? For example: they answered, they confirmed it by telephone.")
		at = times.happened(received_at, "Received at")
		if at < times.aware(row.sent_at):
			refuse(
				BadInput,
				f"Received {times.show(at)} is before it was sent, {times.show(times.aware(row.sent_at))}.",
			)
		copy_making.record_received(case, row, at, known, plain(evidence, "Evidence"))
		projection.refresh(case)
	return views.panel(escalation)


def correct(escalation: str, copy: str, reason: str) -> dict[str, Any]:
	"""Strike out a wrong entry of the register, with a reason; it stays to be seen. See `api.copies.correct`."""
	said = plain(reason, "Reason")
	if not said:
		refuse(BadInput, "What is wrong with it? Give the reason: it is kept with the entry.")
	with locked(escalation) as case:
		row = copy_register.mine(case, copy, for_update=True)
		entry = next((each for each in case.rows if each.name == (row.stage_log or row.prepared_log)), None)
		if entry is None or entry.name in log.superseded(case.rows):
			refuse(BadInput, "This entry is struck out already.")
		case.append(
			log.Entry(
				kind="correction",
				occurred_at=case.now,
				stage=int(entry.stage or 1),
				corrects=entry.name,
				visibility=entry.visibility,
				note=said,
				**actors.resolve(case, None).columns(),
			)
		)
		projection.refresh(case)
	return views.panel(escalation)


def recipient(escalation: str, contact: str | None) -> dict[str, Any]:
	"""One possible recipient as `copy_recipients.Recipient`; see `api.copies.recipient`. Raises BadInput."""
	case = loaded(escalation)
	if not contact:
		return copy_recipients.other_board(case).as_dict()
	return copy_recipients.of_contact(case, people.named(contact, "Recipient")).as_dict()


def text_of(copy: str) -> Any:
	"""The stored text of a copy: {heading, body, file}; None where it is gone or was never kept."""
	found = frappe.db.get_value(
		"Escalation Copy Text", {"copy": copy}, ["heading", "body", "file"], as_dict=True
	)
	return found if found and found.body else None
