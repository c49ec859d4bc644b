"""Copies of a case: what is owed, sending, and what became of each. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import copies as service
from safeguarding_escalation.services import copy_content, docx, guard, letter_texts, pdf
from safeguarding_escalation.services import sent_to_me as _sent_to_me
from safeguarding_escalation.services.incoming import rows_given


@frappe.whitelist(methods=["GET", "POST"])
def proposed(escalation: str) -> list[dict[str, Any]]:
	"""The copies that the policy asks for now and that were not sent, and the standing ones; see `copies.proposed`."""
	guard.writable(escalation)
	return service.proposed(escalation)


@frappe.whitelist(methods=["GET", "POST"])
def recipient(escalation: str, contact: str | None = None) -> dict[str, Any]:
	"""One contact of the directory as a possible recipient: account or address, and what to mind.

	Without a `contact` it is that of the board in whose area the adult is placed. Raises BadInput.
	"""
	guard.writable(escalation)
	return service.recipient(escalation, contact)


@frappe.whitelist(methods=["POST"])
def send(
	escalation: str,
	recipients: list | str,
	left_out: list | str | None = None,
	duty: str | None = None,
) -> dict[str, Any]:
	"""Prepare copies: access and a link for who has an account, a file to send for anybody else; see `copies.send`.

	Returns `prepared` [{copy, to, account, queued, address, warning, what}] beside what `escalation.deadlines` does.
	"""
	guard.writable(escalation)
	wanted, without = rows_given(recipients, "recipients"), rows_given(left_out or [], "left_out")
	return service.send(escalation, wanted, without, duty or "")


@frappe.whitelist(methods=["POST"])
def record_sent(
	escalation: str, copy: str, method: str, sent_at: str | None = None, evidence: str | None = None
) -> dict[str, Any]:
	"""Record that a file went: `method` secure email, by hand, post or other; that meets the duty. Returns the panel."""
	guard.writable(escalation)
	return service.record_sent(escalation, copy, method, sent_at, evidence)


@frappe.whitelist(methods=["POST"])
def record_received(
	escalation: str, copy: str, how: str, received_at: str | None = None, evidence: str | None = None
) -> dict[str, Any]:
	"""Record that a recipient has their copy, and `how` that is known. Returns the panel."""
	guard.writable(escalation)
	return service.record_received(escalation, copy, received_at, how, evidence)


@frappe.whitelist(methods=["POST"])
def correct(escalation: str, copy: str, reason: str) -> dict[str, Any]:
	"""Strike out a wrong entry of the register; it stays to be seen, and what it had met is owed again."""
	guard.writable(escalation)
	return service.correct(escalation, copy, reason)


@frappe.whitelist(methods=["GET", "POST"])
def register(escalation: str) -> dict[str, Any]:
	"""The register of copies as the caller may see it; see `copies.register`."""
	guard.readable(escalation)
	return service.register(escalation)


@frappe.whitelist(methods=["GET", "POST"])
def letter(
	escalation: str, kind: str, clock: str | None = None, instance: str | None = None, name: str | None = None
) -> dict[str, Any]:
	"""A ready-worded letter about the case, to edit: {kind, subject, text}. Saves and sends nothing.

	`kind` is chase, referral, confirmation or notice; `clock` the deadline that it is about, else the most pressing one.
	`name`, which the caller types, stands where the letter says whom it is about; the case's own names never do.
	"""
	guard.writable(escalation)
	return letter_texts.letter(escalation, kind, clock, instance, name)


@frappe.whitelist(methods=["GET", "POST"])
def download(escalation: str, copy: str) -> None:
	"""The file of a copy, for the agency that sends it. Raises BadInput, NotYours (403)."""
	guard.writable(escalation)
	_answer(*_sent_to_me.download(escalation, copy))


@frappe.whitelist(methods=["GET", "POST"])
def sent_to_me() -> dict[str, Any]:
	"""Copies and questions that were sent to the caller, beside the cases that are theirs; see `sent_to_me.items`."""
	guard.listable()
	return _sent_to_me.items()


@frappe.whitelist(methods=["GET", "POST"])
def open_copy(copy: str) -> None:
	"""The file of a copy that was sent to the caller. Raises NotYours (403) for any other, whether it exists or not."""
	guard.listable()
	_answer(*_sent_to_me.open_copy(copy))


def _answer(title: str, content: bytes, made_as: str) -> None:
	frappe.local.response.filecontent = content
	if made_as == copy_content.PDF:
		frappe.local.response.filename = pdf.file_name(title)
		frappe.local.response.type = "pdf"
		return
	frappe.local.response.filename = pdf.file_name(title, "docx")
	frappe.local.response.content_type = docx.CONTENT_TYPE
	frappe.local.response.type = "download"
