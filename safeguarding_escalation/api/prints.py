"""What Frappe's own print buttons call: our formats are made with page numbers, everything else is left to Frappe.

hooks.py puts these in the place of Frappe's functions of the same names (`override_whitelisted_methods`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe

from safeguarding_escalation.services import docx, guard, pdf, plain_text, printing_formats
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.text import yes_or_no
from safeguarding_escalation.services.unpacking import unpacked


@frappe.whitelist(allow_guest=True)
def download_pdf(
	doctype: str,
	name: str,
	format: str | None = None,
	doc: Any = None,
	no_letterhead: Any = 0,
	language: str | None = None,
	letterhead: str | None = None,
	pdf_generator: str | None = None,
) -> None:
	"""A PDF of one document. Of an Escalation in one of our formats, from the stored case, never from `doc`.

	Without a `format` an Escalation is printed in the one that its policy names.

	Raises NotYours (403) for a user who may not print the case, a guest with a share key included.
	"""
	chosen = pdf.chosen(doctype, format, name)
	if not pdf.is_ours(doctype, chosen):
		frappe.call(
			_frappes("download_pdf"),
			doctype=doctype,
			name=name,
			format=format,
			doc=doc,
			no_letterhead=no_letterhead,
			language=language,
			letterhead=letterhead,
			pdf_generator=pdf_generator,
		)
		return
	guard.allowed(name, "print")
	_answer(pdf.render(name, chosen), pdf.title(name, chosen))


@frappe.whitelist()
def download_multi_pdf(
	doctype: Any,
	name: Any,
	format: str | None = None,
	no_letterhead: Any = False,
	letterhead: str | None = None,
	options: Any = None,
) -> None:
	"""The list's "Print" of several documents; `name` is a JSON list. Ours as in `download_pdf`."""
	names = _names(name) if doctype == pdf.DOCTYPE else []
	chosen = [(each, pdf.chosen(doctype, format, each)) for each in names]
	if not chosen or not all(pdf.is_ours(doctype, print_format) for _, print_format in chosen):
		frappe.call(
			_frappes("download_multi_pdf"),
			doctype=doctype,
			name=name,
			format=format,
			no_letterhead=no_letterhead,
			letterhead=letterhead,
			options=options,
		)
		return
	for each in names:
		guard.allowed(each, "print")
	formats = {print_format for _, print_format in chosen}
	_answer(pdf.together(chosen), f"Escalations {formats.pop() if len(formats) == 1 else ''}".strip())


@frappe.whitelist(methods=["GET", "POST"])
def word(escalation: str, print_format: str | None = None) -> None:
	"""One of our prints of a stored case as a Word document; without a `print_format` the one that its policy names.

	Raises NotYours (403) for a user who may not print the case, BadInput (417) for a format that is not this app's.
	"""
	guard.allowed(escalation, "print")
	chosen = _ours(escalation, print_format)
	content = docx.render(escalation, chosen)
	frappe.local.response.filename = pdf.file_name(pdf.title(escalation, chosen), "docx")
	frappe.local.response.filecontent = content
	frappe.local.response.content_type = docx.CONTENT_TYPE
	frappe.local.response.type = "download"


@frappe.whitelist(methods=["GET", "POST"])
def text(
	escalation: str, print_format: str | None = None, wrapped: bool | int | str = False
) -> dict[str, str]:
	"""One of our prints of a stored case as plain text, to paste into an agency's own case system.

	`wrapped` breaks lines at 76 characters; else each paragraph is one line. Returns `text` and `print_format`.
	Raises as `word`.
	"""
	guard.allowed(escalation, "print")
	chosen = _ours(escalation, print_format)
	return {
		"text": plain_text.render(escalation, chosen, yes_or_no(wrapped, "wrapped")),
		"print_format": chosen,
	}


def _ours(escalation: str, print_format: str | None) -> str:
	"""The format that is named; else the one that the case is offered first, if it is ours, else what any case has."""
	if print_format:
		return print_format
	chosen = pdf.chosen(pdf.DOCTYPE, None, escalation)
	return chosen if pdf.is_ours(pdf.DOCTYPE, chosen) else printing_formats.FALLBACK


def _names(given: Any) -> list[str]:
	"""The names of several documents, as a JSON list or as a list."""
	names = unpacked(given)
	if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
		refuse(BadInput, "Which documents? Give a list of their names.")
	return names


def _frappes(name: str) -> Callable[..., None]:
	"""Frappe's own function; imported late, since its module opens a log file of the site."""
	from frappe.utils import print_format

	return getattr(print_format, name)


def _answer(content: bytes, title: str) -> None:
	frappe.local.response.filename = pdf.file_name(title)
	frappe.local.response.filecontent = content
	frappe.local.response.type = "pdf"
