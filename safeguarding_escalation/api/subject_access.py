"""What the Desk and REST may call on a subject access request. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import (
	guard,
	subject_access,
	subject_access_export,
	subject_access_review,
)


@frappe.whitelist(methods=["POST"])
def create(
	requester_kind: str,
	subject: str,
	received_on: str,
	requester: str | None = None,
	authority: str | None = None,
	handler: str | None = None,
) -> dict[str, Any]:
	"""Take down a request to the caller's own agency. Returns as `subject_access.shown`.

	Raises BadInput (417) with a sentence, NotYours (403) for who has no Safeguarding Contact.
	"""
	guard.listable("Access Request")
	given = {"requester": requester, "authority": authority, "handler": handler}
	return subject_access.create(requester_kind, subject, received_on, **given)


@frappe.whitelist(methods=["POST"])
def confirm_identity(request: str, how: str, checked_on: str | None = None) -> dict[str, Any]:
	"""Record how the requester's identity was checked."""
	subject_access.readable(request)
	return subject_access.confirm_identity(request, how, checked_on)


@frappe.whitelist(methods=["POST"])
def extend(request: str, reason: str) -> dict[str, Any]:
	"""Extend a complex request by two months, once, within its first month."""
	subject_access.readable(request)
	return subject_access.extend(request, reason)


@frappe.whitelist(methods=["POST"])
def hand_to(request: str, handler: str) -> dict[str, Any]:
	"""Give the request to another handler of the agency, a Safeguarding Contact."""
	subject_access.readable(request)
	return subject_access.hand_to(request, handler)


@frappe.whitelist(methods=["POST"])
def add_case(request: str, escalation: str) -> dict[str, Any]:
	"""Let the request cover a case. NotYours (403) unless the caller may export the case."""
	subject_access.readable(request)
	guard.allowed(escalation, "export")
	return subject_access.add_case(request, escalation)


@frappe.whitelist(methods=["POST"])
def remove_case(request: str, escalation: str) -> dict[str, Any]:
	"""Leave a case out of the request."""
	subject_access.readable(request)
	guard.allowed(escalation, "export")
	return subject_access.remove_case(request, escalation)


@frappe.whitelist(methods=["POST"])
def gather(request: str) -> dict[str, Any]:
	"""Take the pieces of each case, and mark those that appear to name other people."""
	subject_access.exportable(request)
	return subject_access_review.gather(request)


@frappe.whitelist(methods=["GET", "POST"])
def review(request: str) -> dict[str, Any]:
	"""The pieces as the caller may see them, and the exemptions to choose from."""
	subject_access.exportable(request)
	return {"items": subject_access_review.review(request), "exemptions": subject_access_review.EXEMPTIONS}


@frappe.whitelist(methods=["POST"])
def decide(
	request: str,
	items: list[str] | str,
	decision: str,
	reason: str | None = None,
	redacted_text: str | None = None,
) -> dict[str, Any]:
	"""Release, redact or withhold pieces: `items` are their names, as a list or as JSON."""
	subject_access.exportable(request)
	return subject_access_review.decide(request, items, decision, reason or "", redacted_text)


@frappe.whitelist(methods=["POST"])
def finish(request: str) -> dict[str, Any]:
	"""End the review. Refused while a marked piece has no decision, or the case has changed."""
	subject_access.exportable(request)
	return subject_access_review.finish(request)


@frappe.whitelist(methods=["POST"])
def produce(request: str) -> None:
	"""Download the export: a ZIP with a PDF, JSON and the released files. It is not stored."""
	subject_access.exportable(request)
	name, made = subject_access_export.produce(request)
	frappe.local.response.filename = name
	frappe.local.response.filecontent = made
	frappe.local.response.type = "download"


@frappe.whitelist(methods=["POST"])
def end(request: str, state: str, why: str, on: str | None = None) -> dict[str, Any]:
	"""Close the request as Sent, Refused or Withdrawn, with how or why."""
	subject_access.readable(request)
	return subject_access.end(request, state, why, on)


@frappe.whitelist(methods=["POST"])
def erase(request: str) -> dict[str, Any]:
	"""Erase names, texts and pieces of a request that has ended, when your own retention schedule says so."""
	subject_access.readable(request)
	return subject_access.erase(request)
