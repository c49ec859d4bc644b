"""What the form of a Board Return may call. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import (
	guard,
	returns_issuing,
	returns_people,
	returns_print,
	returns_rows,
	returns_tables,
	returns_texts,
)
from safeguarding_escalation.services.returns_view import INTERNAL


@frappe.whitelist(methods=["GET", "POST"])
def show(name: str, version: str = INTERNAL) -> dict[str, Any]:
	"""A return as it is read: sections of tables with their definitions (`returns_view.shown`), and whether the caller may
	write it. `version` is internal or published. Raises NotYours (403).
	"""
	returns_people.require(name)
	return returns_print.version_of(_stored(name), returns_print.known(version)) | {
		"may_write": returns_people.is_writer(name)
	}


@frappe.whitelist(methods=["POST"])
def recount(name: str) -> dict[str, Any]:
	"""Count a draft anew; {changed}. Raises NotYours (403), Frozen (417) for an issued return."""
	returns_people.require(name, write=True)
	return returns_issuing.recount(name)


@frappe.whitelist(methods=["POST"])
def issue(name: str) -> dict[str, Any]:
	"""Issue a draft for good; {digest}. Raises NotYours (403), Frozen and PreviewOutdated (417)."""
	returns_people.require(name, write=True)
	return returns_issuing.issue(name)


@frappe.whitelist(methods=["GET", "POST"])
def rows(name: str, cell: str) -> dict[str, Any]:
	"""The escalations behind a figure, as far as the caller may open them; see `returns_rows.rows`. Raises NotYours (403)."""
	returns_people.require(name)
	return returns_rows.rows(name, cell)


@frappe.whitelist(methods=["GET", "POST"])
def texts(name: str) -> list[dict[str, Any]]:
	"""What escalations of the period that the caller may read say of learning and policy; see `returns_texts.offered`."""
	returns_people.require(name, write=True)
	return returns_texts.offered(name)


@frappe.whitelist(methods=["POST"])
def adopt(name: str, escalation: str, field: str, words: str) -> dict[str, str]:
	"""Add the caller's own words about a case to a draft; {field, text}. Raises NotYours (403), BadInput (417) for names."""
	returns_people.require(name, write=True)
	guard.readable(escalation)
	return returns_texts.adopt(name, escalation, field, words)


@frappe.whitelist(methods=["GET", "POST"])
def export(name: str, version: str = INTERNAL, kind: str = "xlsx") -> None:
	"""A return as a file (csv, xlsx), in one version. Raises NotYours (403), BadInput (417)."""
	returns_people.require(name)
	returns_tables.answer(returns_print.version_of(_stored(name), returns_print.known(version)), kind)


@frappe.whitelist(methods=["GET", "POST"])
def pdf(name: str, version: str = INTERNAL) -> None:
	"""A return as a PDF with charts, in one version. Raises NotYours (403), BadInput (417)."""
	returns_people.require(name)
	returns_print.answer(_stored(name), returns_print.known(version))


def _stored(name: str) -> Any:
	return frappe.get_doc(returns_people.DOCTYPE, name)
