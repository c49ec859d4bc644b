"""One answer to one request, as the audit sees it: what was asked, what goes out, and which cases that tells."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from typing import Any

import frappe

from safeguarding_escalation.permissions import CASE_DOCTYPES, may
from safeguarding_escalation.services import audit, audit_cases, audit_lists
from safeguarding_escalation.services.audit import Note

# What people call the functions that the Desk calls most; others are noted by their own name.
SURFACES = {
	"frappe.desk.form.load.getdoc": "form",
	"frappe.desk.form.load.get_docinfo": "form",
	"frappe.desk.form.save.savedocs": "form, saved",
	"frappe.desk.reportview.get": "list",
	"frappe.desk.reportview.get_list": "list",
	"frappe.desk.reportview.export_query": "list, exported",
	"frappe.desk.search.search_link": "search",
	"frappe.desk.search.search_widget": "search",
	"frappe.utils.global_search.search": "search",
}
_ZIP = b"PK\x03\x04"
_ENCRYPTED = 0x1
_LONGEST_PART = 50_000_000
_TEXT = ("application/json", "text/", "application/xml", "image/svg")
_WHOLE = '"doctype":"Escalation"'
_FILE_ADDRESS = "/files/"
# Stronger says weaker too.
_STRENGTH = ("refused", "list", "read", "view", "print", "pdf", "export", "download")
_LONGEST_REQUEST = 5_000_000
_NOT_GIVEN = (401, 403, 404)


class Answer:
	"""A request and its response, which is None where Frappe refused without one."""

	def __init__(self, request: Any, response: Any) -> None:
		self.request = request
		self.response = response
		self.status = response.status_code if response is not None else 403
		self.refused = self.status >= 400

	@cached_property
	def text(self) -> str:
		"""The body where it is text, or the text of a spreadsheet's parts; else nothing."""
		if self.response is None or self.response.direct_passthrough:
			return ""
		body = self.response.get_data()
		if body.startswith(_ZIP) and zipfile.is_zipfile(BytesIO(body)):
			return _unpacked(body)
		return body.decode("utf-8", errors="ignore") if self._is_text() else ""

	def _is_text(self) -> bool:
		kind = self.response.mimetype or ""
		return kind.startswith(_TEXT) or kind == "text"

	@property
	def is_page(self) -> bool:
		return self.response is not None and self.response.mimetype == "text/html"

	@property
	def is_pdf(self) -> bool:
		return self.response is not None and self.response.mimetype == "application/pdf"

	@property
	def is_file(self) -> bool:
		"""Whether it is saved rather than shown: an export, a PDF, a stored file."""
		headers = self.response.headers if self.response is not None else {}
		return "Content-Disposition" in headers or "X-Accel-Redirect" in headers or not self._is_text()

	@cached_property
	def asked(self) -> str:
		"""Path and arguments of the request, as text."""
		return f"{self.request.path}\n{_flat(frappe.local.form_dict)}"[:_LONGEST_REQUEST]

	@property
	def surface(self) -> str:
		"""Through what the case was read: never a text that somebody typed."""
		given = frappe.local.form_dict or {}
		report = given.get("report_name")
		if isinstance(report, str) and frappe.db.exists("Report", report):
			return f"report {report}"
		command = audit.request_name()
		if command in SURFACES:
			return SURFACES[command]
		if command.startswith("/api/"):
			kind = next((name for name in CASE_DOCTYPES if name in self.request.path.split("/")), "")
			return f"REST {kind}".strip()
		return ".".join(command.removeprefix("safeguarding_escalation.").split(".")[-2:])

	@cached_property
	def _asked_names(self) -> set[str]:
		return audit_cases.candidates(self.asked.lower())

	@cached_property
	def _told_names(self) -> set[str]:
		return audit_cases.candidates(self.text)

	@cached_property
	def _told_references(self) -> set[str]:
		return audit_cases.references_in(self.text)

	@cached_property
	def _cases(self) -> dict[str, str]:
		return audit_cases.stored(self._asked_names | self._told_names, self._told_references)

	@cached_property
	def asked_cases(self) -> set[str]:
		"""The cases that the request names, by themselves or by one of their rows whose DocType it names too."""
		return self._asked_names & self._cases.keys() | audit_cases.of_rows_in(self.asked, self._asked_names)

	@cached_property
	def told_cases(self) -> set[str]:
		"""The cases that the body names; a page that only repeats its own address tells nothing of one."""
		told = {
			name
			for name, reference in self._cases.items()
			if name in self._told_names or reference in self._told_references
		}
		return told - audit_cases.candidates(self.request.path) if self.is_page else told

	@cached_property
	def files(self) -> list[str]:
		"""Addresses of files that the request names."""
		given = [self.request.path, *_strings(frappe.local.form_dict)]
		return [text for text in given if text.startswith((_FILE_ADDRESS, f"/private{_FILE_ADDRESS}"))]

	@cached_property
	def tells_little(self) -> bool:
		"""A yes, a no, a number or nothing: what a form asks about itself, and what a list without rows gives."""
		try:
			body = json.loads(self.text)
		except ValueError:
			return False
		return isinstance(body, dict) and not any(
			isinstance(value, str | list | dict) and value
			for key, value in body.items()
			if not key.startswith("_")
		)

	def may_tell(self) -> bool:
		"""Whether the answer could tell of a case, judged without the database: where the audit has failed."""
		return bool(
			audit.pending() or audit_lists.listed() or self.is_file or audit_cases.candidates(self.text)
		)


def read(answer: Answer) -> list[Note]:
	"""One note a case for everything that the answer tells, the strongest word for it; what was done beside it."""
	surface = answer.surface
	found: dict[str, Note] = {}
	further = []
	for each in (
		*_noted(answer),
		*_from_lists(answer),
		*_from_body(answer),
		*_from_files(answer),
		*_by_name(answer),
	):
		if each.action not in _STRENGTH:
			further.append(each)
			continue
		given = Note(each.escalation, each.action, each.what or surface)
		known = found.get(each.escalation)
		if known is None or _STRENGTH.index(known.action) < _STRENGTH.index(given.action):
			found[each.escalation] = given
	return [*found.values(), *further]


def reads_the_audit() -> bool:
	"""Whether the request has read rows of the audit itself."""
	return any(each.doctype == audit.DOCTYPE for each in audit_lists.listed()) or any(
		each.action == "audit" for each in audit.pending()
	)


def reads_nothing_else(answer: Answer) -> bool:
	"""Whether a request that has read the audit has read no case beside it."""
	return (
		_WHOLE not in answer.text
		and all(each.doctype == audit.DOCTYPE for each in audit_lists.listed())
		and all(each.action == "audit" for each in audit.pending())
	)


def refused_cases(answer: Answer) -> set[str]:
	"""The cases that a refused request asked for, by a file of theirs too.

	A case's own people meet refusals that have nothing to do with reading (a wrong entry): these are not counted.
	"""
	asked = answer.asked_cases | {
		case for cases in audit_cases.of_files(answer.files).values() for case in cases
	}
	if answer.status in _NOT_GIVEN:
		return asked
	return {case for case in asked if not may("Escalation", case, frappe.session.user)}


def _noted(answer: Answer) -> Iterator[Note]:
	"""What the functions that served the request have noted themselves: guards, prints, exports."""
	notes = [each for each in audit.pending() if each.action != "audit"]
	names = {given: _stored_name(given) for given in {each.escalation for each in notes}}
	made = {each.escalation for each in notes if each.action == "pdf"}
	for each in notes:
		case = names[each.escalation]
		if each.action == "print" and answer.is_pdf and each.escalation not in made:
			# Made by the host's own way, which shows nobody its text: taken to hold what the case holds.
			yield Note(case, "pdf", each.what)
			yield Note(case, "identity", each.what)
		else:
			yield Note(case, each.action, each.what)


def _stored_name(given: str) -> str:
	"""The case's own name: the database takes capitals, accents and trailing spaces for equal."""
	return next(iter(audit_cases.stored([given])), given) if given else ""


def _from_lists(answer: Answer) -> Iterator[Note]:
	"""What list queries gave where the body does not name it: columns without a name, and spreadsheets."""
	for each in audit_lists.listed():
		if each.names is not None and (answer.is_pdf or not answer.is_file):
			continue
		action = "export" if answer.is_file else "list"
		for case in sorted(audit_lists.cases_of(each)):
			yield Note(case, "read" if action == "list" and case in answer.asked_cases else action)


def _from_body(answer: Answer) -> Iterator[Note]:
	whole = _WHOLE in answer.text
	for case in sorted(answer.told_cases):
		if answer.is_file:
			yield Note(case, "export")
		elif whole and f'"name":"{case}"' in answer.text:
			yield Note(case, "view")
		else:
			yield Note(case, "read" if case in answer.asked_cases else "list")


def _from_files(answer: Answer) -> Iterator[Note]:
	"""Stored files, by address or by name (several in one archive), and the site's backups."""
	if not answer.is_file or (answer.is_pdf and not answer.files):
		return
	if answer.request.path.startswith("/backups"):
		yield Note("", "download", "backup of the site")
	for name, cases in audit_cases.of_files(answer.files, audit_cases.candidates(answer.asked)).items():
		for case in sorted(cases):
			yield Note(case, "download", f"file {name}")


def _by_name(answer: Answer) -> Iterator[Note]:
	"""What was asked for by name and answered without it: read by its people, tried by others."""
	if answer.is_page or answer.is_file or answer.tells_little:
		return
	for case in sorted(answer.asked_cases - answer.told_cases):
		yield Note(case, "read" if may("Escalation", case, frappe.session.user) else "refused")


def _unpacked(body: bytes) -> str:
	with zipfile.ZipFile(BytesIO(body)) as archive:
		every = archive.infolist()
		parts = [
			part for part in every if part.file_size <= _LONGEST_PART and not part.flag_bits & _ENCRYPTED
		]
		return "\n".join(archive.read(part).decode("utf-8", errors="ignore") for part in parts)


def _strings(given: Any) -> Iterator[str]:
	for value in (given or {}).values():
		if isinstance(value, str):
			yield value


def _flat(given: Any) -> str:
	return "\n".join(
		value if isinstance(value, str) else json.dumps(value, default=str)
		for value in (given or {}).values()
	)
