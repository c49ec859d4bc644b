"""What a copy holds: a print of the case as its recipient may read it, or a letter.

A copy leaves the agency, so it holds nothing that an agency keeps to itself, unless it goes to somebody of that very
agency; what is for the board goes to the board's posts alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import frappe
from frappe.www.printview import get_html_and_style

from safeguarding_escalation.engine.case import Person
from safeguarding_escalation.services import (
	actors,
	audit,
	audit_cases,
	docx,
	guard,
	pdf,
	printing_blocks,
	printing_formats,
)
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase

PDF, DOCX = FORMATS = ("PDF", "DOCX")


@dataclass(frozen=True)
class Content:
	"""A copy's text: `heading` is what its file is called, `body` HTML whose every value is escaped.

	`print_format` is the form it is in; '' for a letter.
	"""

	heading: str
	body: str
	print_format: str = ""

	def file(self, file_format: str = PDF) -> bytes:
		"""It as a file, one of FORMATS."""
		if file_format == DOCX:
			return docx.document(self.heading, printing_blocks.read(self.body))
		return pdf.document(self.heading, self.body)

	def digest(self) -> str:
		"""The SHA-256 of the text, by which one version is told from another."""
		return hashlib.sha256(f"{self.heading}\n{self.body}".encode()).hexdigest()


def of_case(case: LoadedCase, print_format: str, reader: Person) -> Content:
	"""The case in one of our formats, as `reader` may read what the session's user sends them.

	Raises BadInput for a format that is none of ours, NotYours for a user who may not print the case.
	"""
	chosen = print_format or printing_formats.of_case(case.name) or printing_formats.FALLBACK
	if not pdf.is_ours(pdf.DOCTYPE, chosen):
		refuse(BadInput, f"There is no print format “{str(chosen)[:60]}” for this case.")
	guard.allowed(case.name, "print")
	with actors.read_by(reader):
		body = get_html_and_style(doc=pdf.DOCTYPE, name=case.name, print_format=chosen)["html"]
	audit.note(case.name, "pdf", chosen)
	if audit_cases.identified_in(body, [case.name]):
		audit.note(case.name, "identity", chosen)
	return Content(pdf.title(case.name, chosen), body, chosen)


def letter(heading: str, text: str) -> Content:
	"""A letter as a page of its own: each line of the text a paragraph."""
	lines = "".join(f"<p>{frappe.utils.escape_html(line)}</p>" for line in text.split("\n"))
	style = (
		"<style>.se-letter{font-family:sans-serif;font-size:11pt;line-height:1.4}"
		".se-letter p{margin:0 0 .6em;min-height:1em}</style>"
	)
	return Content(heading, f'{style}<div class="se-letter">{lines}</div>')
