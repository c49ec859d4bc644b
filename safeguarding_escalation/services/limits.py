"""How many prints and exports of cases one account gets in an hour.

The host limits a site's work as a whole, and by network address, which is the same for everybody in a hospital. So
each account is counted by itself: whoever has a stolen session does not empty the site in a minute, and nobody else
is held up by it. `safeguarding_limits` in site_config.json sets other numbers; 0 stands for no limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.utils import cint, now_datetime

from safeguarding_escalation import compat, permissions
from safeguarding_escalation.services.errors import TooOften, refuse
from safeguarding_escalation.services.unpacking import unpacked

PRINT, EXPORT = "print", "export"
AN_HOUR: Mapping[str, int] = {PRINT: 200, EXPORT: 60}
_SECONDS = 3600
_PRINTS = (
	"frappe.utils.print_format.download_pdf",
	"frappe.utils.print_format.download_multi_pdf",
	"frappe.utils.weasyprint.download_pdf",
	"frappe.www.printview.get_html_and_style",
)
_OUR_PRINTS = (
	"safeguarding_escalation.api.prints.text",
	"safeguarding_escalation.api.prints.word",
)
_EXPORTS = (
	"frappe.core.doctype.data_export.exporter.export_data",
	"frappe.desk.query_report.export_query",
	"frappe.desk.reportview.export_query",
)
_OUR_EXPORTS = (
	"safeguarding_escalation.api.subject_access.produce",
	"safeguarding_escalation.api.returns.export",
	"safeguarding_escalation.api.simulator.export",
)
_WORDS = {PRINT: "prints", EXPORT: "exports"}


def check() -> None:
	"""before_request: count this request if it prints or exports cases. Raises TooOften (429) beyond the hour's limit."""
	given = frappe.local.form_dict
	kind = _kind(frappe.local.request.path, given if isinstance(given, Mapping) else {})
	if kind and frappe.session.user != "Guest":
		count(kind, _papers(given))


def count(kind: str, papers: int = 1) -> int:
	"""Count `papers` more prints or exports of the session's user; returns how many there were in this hour.

	Raises TooOften beyond the limit of the hour.
	"""
	limit = cint((frappe.conf.get("safeguarding_limits") or {}).get(kind, AN_HOUR[kind]))
	now = now_datetime()
	cache = compat.cache()
	key = cache.make_key(f"safeguarding:{kind}:{frappe.session.user}:{now:%Y-%m-%d %H}")
	counted = int(cache.incrby(key, papers))
	cache.expire(key, _SECONDS)
	if limit and counted > limit:
		refuse(
			TooOften,
			f"That is more than {limit} {_WORDS[kind]} of cases within an hour. Go on at {(now.hour + 1) % 24}:00, "
			"or ask your administrator, who can allow more.",
		)
	return counted


def _kind(path: str, given: Mapping[str, Any]) -> str:
	command = given.get("cmd") or path.rpartition("/method/")[2]
	if path.rstrip("/") == "/printview" or command in _PRINTS:
		return PRINT if given.get("doctype") in permissions.CASE_DOCTYPES else ""
	if command in _OUR_PRINTS:
		return PRINT
	if command in _OUR_EXPORTS:
		return EXPORT
	ours = given.get("doctype") in permissions.CASE_DOCTYPES or _is_our_report(given.get("report_name"))
	return EXPORT if command in _EXPORTS and ours else ""


def _is_our_report(name: Any) -> bool:
	return isinstance(name, str) and frappe.db.get_value("Report", name, "module") == "Safeguarding"


def _papers(given: Mapping[str, Any]) -> int:
	"""How many cases one request prints: the list's "Print" names several."""
	names = unpacked(given.get("name"))
	return max(len(names), 1) if isinstance(names, list) else 1
