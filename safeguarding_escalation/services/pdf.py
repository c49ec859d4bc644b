"""PDFs of this app's prints, with page numbers on every host.

Frappe makes PDFs with wkhtmltopdf, and the one that Debian and Ubuntu package drops header, footer and page numbers
without a word. So the prints of this app are made with WeasyPrint, which Frappe itself requires. Where WeasyPrint's
system libraries (Pango) are missing, Frappe's way is the fallback: the templates carry its header and footer too.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import frappe
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.utils import escape_html
from frappe.www.printview import get_html_and_style
from pypdf import PdfReader, PdfWriter

from safeguarding_escalation.services import audit, audit_cases, guard, printing_formats
from safeguarding_escalation.services.errors import BadInput, refuse

DOCTYPE = "Escalation"
MODULE = "Safeguarding"
# What a print is made as, as the audit and Frappe's Access Log say it.
PDF, WORD, TEXT = "PDF", "Word", "plain text"
_PAGED = Path(__file__).resolve().parent.parent / "templates" / "prints" / "paged.css"
_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>{body}</body>
</html>"""


class RemoteRefused(ValueError):
	"""A print asked for something from the network or the disk; it never gets it."""


def is_ours(doctype: Any, print_format: Any) -> bool:
	"""Whether `print_format` is one of this app's own formats for an Escalation."""
	if doctype != DOCTYPE or not isinstance(print_format, str) or not print_format:
		return False
	found = frappe.db.get_value("Print Format", print_format, ["doc_type", "module", "standard", "disabled"])
	return bool(found) and tuple(found) == (DOCTYPE, MODULE, "Yes", 0)


def chosen(doctype: Any, print_format: Any, escalation: Any = None) -> Any:
	"""The format to print in: the one named, else the site's default for the DocType, else that of the case's policy."""
	if print_format or doctype != DOCTYPE:
		return print_format
	return frappe.get_meta(DOCTYPE).default_print_format or printing_formats.of_case(escalation)


def render(escalation: str, print_format: str) -> bytes:
	"""One of our prints of a stored case as a PDF, with the right of the session's user.

	Raises NotYours for a user who may not print the case.
	"""
	return document(title(escalation, print_format), body(escalation, print_format, PDF))


def body(escalation: str, print_format: str, made_as: str) -> str:
	"""The HTML of one of our prints of a stored case, noted as printed; `made_as` is PDF, WORD or TEXT.

	Raises NotYours for a user who may not print the case, and BadInput for a format that is not this app's where it
	is not to be a PDF: only what our own templates make can be told in another form.
	"""
	guard.allowed(escalation, "print")
	if made_as != PDF and not is_ours(DOCTYPE, print_format):
		refuse(BadInput, f"Choose one of this app's print formats to get it as {made_as}.")
	make_access_log(
		doctype=DOCTYPE, document=escalation, file_type=made_as, method="Print", page=print_format
	)
	html = get_html_and_style(doc=DOCTYPE, name=escalation, print_format=print_format)["html"]
	what = print_format if made_as == PDF else f"{print_format} ({made_as})"
	audit.note(escalation, "pdf" if made_as == PDF else "export", what)
	if audit_cases.identified_in(html, [escalation]):
		audit.note(escalation, "identity", what)
	return html


def document(heading: str, body: str) -> bytes:
	"""A PDF with page numbers of `body`, which is HTML whose every value is escaped; nothing is fetched for it."""
	make = _paged if _can_page() else _by_frappe
	return make(_PAGE.format(title=escape_html(heading), body=body))


def together(prints: Iterable[tuple[str, str]]) -> bytes:
	"""Several cases in one PDF, each in its format and with its own page numbers: (escalation, print format) pairs.

	Raises NotYours if one of them is not the user's.
	"""
	writer = PdfWriter()
	for name, print_format in prints:
		for page in PdfReader(BytesIO(render(name, print_format))).pages:
			writer.add_page(page)
	stream = BytesIO()
	writer.write(stream)
	return stream.getvalue()


def title(escalation: str, print_format: str) -> str:
	"""What the PDF is called: reference and format, never a name (decision 8)."""
	reference = frappe.db.get_value(DOCTYPE, escalation, "reference") or escalation
	return f"{reference} {print_format}"


def file_name(text: str, ending: str = "pdf") -> str:
	"""A title as a file's name."""
	kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in text)
	return f"{kept}.{ending}"


def _can_page() -> bool:
	"""Whether WeasyPrint loads: its Python package always comes with Frappe, its system libraries may be missing."""
	try:
		import weasyprint
	except (ImportError, OSError):
		frappe.logger("safeguarding_escalation").warning(
			"WeasyPrint cannot be loaded; PDFs are made by wkhtmltopdf"
		)
		return False
	return True


def _paged(page: str) -> bytes:
	from weasyprint import CSS, HTML

	style = CSS(string=_PAGED.read_text(encoding="utf-8"), url_fetcher=refuse_url)
	return HTML(string=page, url_fetcher=refuse_url).write_pdf(stylesheets=[style])


def refuse_url(url: str, *_: Any, **__: Any) -> NoReturn:
	"""WeasyPrint's url_fetcher: nothing is fetched, from nowhere. All style is inline and there are no images."""
	raise RemoteRefused(f"A print may not load {url[:80]}")


def _by_frappe(page: str) -> bytes:
	from frappe.utils.pdf import get_pdf

	return get_pdf(page)
