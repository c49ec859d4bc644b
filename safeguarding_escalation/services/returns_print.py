"""A return on paper: what its print formats show, with charts drawn here as SVG, and the PDF. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.utils import escape_html
from markupsafe import Markup

from safeguarding_escalation.services import pdf, returns_content, returns_publishing, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.returns_view import INTERNAL, PUBLISHED, shown

MARKINGS = {
	INTERNAL: "INTERNAL VERSION: not for publication. It has counts under five.",
	PUBLISHED: "PUBLISHED VERSION: counts under five are left out.",
}
_LONGEST_LABEL = 44
# Of a chart, in its own units: a row's height, where bars begin, the longest bar, the whole width.
_ROW, _LEFT, _LONGEST, _WIDTH = 20, 250, 330, 640


def known(version: str) -> str:
	"""One of the two versions. Raises BadInput for another word."""
	if version not in MARKINGS:
		refuse(BadInput, f"A return has an {INTERNAL} and a {PUBLISHED} version.")
	return version


def content_of(doc: Any, version: str) -> dict[str, Any]:
	"""The content of a stored return in a version; a draft's published version as it would be issued now."""
	figures = returns_content.stored(doc.figures)
	if version == INTERNAL:
		return figures
	return (
		returns_content.stored(doc.published)
		if doc.status == "Issued"
		else returns_publishing.publish(doc, figures)
	)


def version_of(doc: Any, version: str) -> dict[str, Any]:
	"""A stored return as it is shown in one version."""
	return shown(doc, content_of(doc, version), version)


def both(doc: Any) -> dict[str, dict[str, Any]]:
	"""What the print formats show: the internal version and the published one, with charts."""
	return {version: _printable(version_of(doc, version)) for version in (INTERNAL, PUBLISHED)}


def _printable(found: dict[str, Any]) -> dict[str, Any]:
	for section in found["sections"]:
		for table in section["tables"]:
			table["chart"] = chart(table) if section["charted"] and len(table["columns"]) == 1 else ""
	found["marking"] = MARKINGS[found["version"]]
	found["version_words"] = f"{found['version']} version".upper()
	if found["year"]:
		found["year"]["missing_words"] = ", ".join(found["year"].get("missing") or ())
	found["printed"] = {"by": frappe.utils.get_fullname(frappe.session.user), "at": times.show(times.now())}
	return found


def chart(table: Mapping[str, Any]) -> Markup | str:
	"""Horizontal bars of a table of one column as SVG, each with its number; '' for one row or for nothing but zeros.

	A number that is left out has an empty, dashed box in its place. The table beside it says the same.
	"""
	rows = [(row["label"], row["cells"][0]["value"], row["cells"][0]["text"]) for row in table["rows"]]
	most = max((value or 0 for _, value, _ in rows), default=0)
	if len(rows) < 2 or not most:
		return ""
	height = _ROW * len(rows) + 6
	title = escape_html(table["title"] or "Escalations")
	bars = "".join(_bar(number, *row, most) for number, row in enumerate(rows))
	return Markup(  # noqa: S704 (each label in it is escaped)
		f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="100%" role="img" '
		f'aria-label="Chart: {title}. The table has the same numbers."><title>{title}</title>'
		f'<g font-family="Liberation Sans, Arial, sans-serif" font-size="11" fill="#111">{bars}</g></svg>'
	)


def _bar(number: int, label: str, value: int | None, text: str, most: int) -> str:
	top = number * _ROW + 3
	short = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
	length = _LONGEST * (value or 0) / most
	said = f'<text x="{_LEFT - 8}" y="{top + 12}" text-anchor="end">{escape_html(short)}</text>'
	if value is None:
		box = f'<rect x="{_LEFT}" y="{top + 1}" width="18" height="14" fill="none" stroke="#5d6b72" stroke-dasharray="3 2"/>'
		return f'{said}{box}<text x="{_LEFT + 24}" y="{top + 12}">{escape_html(text)}</text>'
	box = f'<rect x="{_LEFT}" y="{top + 1}" width="{length:.1f}" height="14" fill="#1f4e5f"/>'
	return f'{said}{box}<text x="{_LEFT + length + 6:.1f}" y="{top + 12}">{escape_html(text)}</text>'


def answer(doc: Any, version: str) -> None:
	"""Put the PDF of a version into the response, to be saved."""
	title = f"{doc.reference} {version}"
	frappe.response["filecontent"] = render(doc, version)
	frappe.response["filename"] = pdf.file_name(title[:120])
	frappe.response["type"] = "pdf"


def render(doc: Any, version: str) -> bytes:
	"""A version of a stored return as a PDF."""
	template = "safeguarding_escalation/templates/prints/board_return.html"
	found = _printable(version_of(doc, version))
	return pdf.document(f"{doc.reference} {version}", frappe.render_template(template, {"record": found}))
