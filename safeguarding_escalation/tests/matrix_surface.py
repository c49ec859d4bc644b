"""What a surface is: one request that somebody may send, and who should get something out of it.

In `path` and `data`, `<label>` stands for what the probe holds under that label: `<case>`, `<row of Stage Log>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from safeguarding_escalation.tests.matrix_case import Probe
from safeguarding_escalation.tests.matrix_people import Somebody

METHOD = "/api/method/"
OURS = "safeguarding_escalation.api."
# One or more of each family of surfaces: tried by each role in each agency.
WHOLE = {
	"GET /api/resource/<doctype>: Escalation", "GET /api/resource/<doctype>/<row>: Escalation",
	"GET /api/resource/Escalation", "GET /api/resource/<doctype>: Stage Log",
	"GET /api/resource/<doctype>: Stage Log Note",
	"frappe.client.get_list: Escalation", "frappe.client.get_list (as a child): Escalation Subject",
	"frappe.client.get: Escalation", "frappe.client.get_value: Escalation", "frappe.client.get_count: Escalation",
	"frappe.client.get_count (by a word)", "frappe.client.validate_link: Escalation",
	"frappe.client.get_list (by a word)", "frappe.desk.reportview.get: Escalation",
	"frappe.desk.reportview.export_query", "frappe.desk.listview.get_group_by_count",
	"frappe.desk.search.search_link (by reference)", "frappe.desk.search.search_widget",
	"frappe.desk.search.get_link_title", "frappe.utils.global_search.search",
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get (heatmap)",
	"frappe.desk.doctype.number_card.number_card.get_result", "frappe.desk.calendar.get_events",
	"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count",
	"frappe.desk.query_report.run (My Cases)", "frappe.desk.query_report.run (My Team Today)",
	"frappe.desk.query_report.run (Board Cases)", "frappe.desk.query_report.run (Everything Due)",
	"frappe.desk.form.load.getdoc", "frappe.desk.form.load.get_docinfo", "frappe.desk.form.linked_with.get",
	"frappe.www.printview.get_html_and_style", "frappe.utils.print_format.download_pdf",
	"frappe.realtime.can_subscribe_doc", "GET <file url>", "frappe.client.get_list (files)",
	"frappe.client.get_list (Comment)", "frappe.client.get_list (Communication)", "frappe.client.get_list (ToDo)",
	"frappe.client.get_list (Version)", "frappe.client.get_list (Notification Log)",
	"frappe.client.get_list (Workflow Action)", "frappe.client.set_value", "frappe.client.insert (access)",
	"frappe.model.workflow.get_transitions", "frappe.model.workflow.apply_workflow",
	"frappe.desk.form.assign_to.add", "frappe.share.add", "frappe.desk.form.utils.add_comment",
	"frappe.desk.like.toggle_like", "upload_file",
}  # fmt: skip
_LABEL = re.compile(r"<([a-zA-Z][^<>]*)>")

# Who gets in. NOBODY: it is only asked that outsiders get nothing; CLOSED: that the case's own people get nothing either.
READERS, WRITERS, RAISER, NOBODY, CLOSED = "readers", "writers", "raiser", "nobody", "closed"
# Who sees one thing that was sent to them, and nothing else of the case: by their standing.
ADVISER, COPIED_ONCE, SENT_TO = "adviser", "copied once", "adviser, copied once"
_SENT_TO = (ADVISER, COPIED_ONCE, SENT_TO)


@dataclass(frozen=True)
class Surface:
	"""One request. `finds` is the label of what the right people's answer holds, or `~pattern`; empty: just no error.

	`for_whom` says who gets in; `writes` that it would change something, so that the case is compared before and
	after; `few` limits how many of the right people try what is slow.
	"""

	name: str
	verb: str
	path: str
	data: dict[str, Any] = field(default_factory=dict)
	finds: str = ""
	for_whom: str = READERS
	writes: bool = False
	few: int = 0
	upload: dict[str, Any] | None = None

	@property
	def whole(self) -> bool:
		"""Whether everybody tries it; what is much like another surface is tried by one of each kind of people."""
		return self.name in WHOLE or (self.method.startswith(OURS) and self.for_whom != NOBODY)

	@property
	def method(self) -> str:
		"""The whitelisted function that is asked; empty for a page or a resource."""
		return self.path.removeprefix(METHOD) if self.path.startswith(METHOD) else ""

	def request(
		self, probe: Probe, somebody: Somebody
	) -> tuple[str, str, dict[str, Any], dict[str, Any] | None]:
		"""What `somebody` sends; `<nobody>` is their own account."""
		values = {**probe.values, "nobody": somebody.user or "Guest"}
		return self.verb, filled(self.path, values), filled(self.data, values), self.upload

	def lets_in(self, somebody: Somebody) -> bool:
		if self.for_whom in (NOBODY, CLOSED):
			return False
		if self.for_whom in _SENT_TO:
			return somebody.standing in self.for_whom.split(", ")
		if self.for_whom == RAISER:
			return somebody.standing == "raising" and somebody.role == "Safeguarding Practitioner"
		return somebody.writes if self.for_whom == WRITERS else somebody.reads

	def keeps_out(self, somebody: Somebody) -> bool:
		"""Whether it is tried that this one gets nothing."""
		if self.for_whom in _SENT_TO:
			return not somebody.reads and not self.lets_in(somebody)
		return not somebody.reads or self.for_whom == CLOSED


def filled(value: Any, values: dict[str, str]) -> Any:
	"""`value` with every label in it replaced by its value."""
	if isinstance(value, str):
		return _LABEL.sub(lambda found: values.get(found[1], found[0]), value)
	if isinstance(value, dict):
		return {filled(key, values): filled(item, values) for key, item in value.items()}
	if isinstance(value, list | tuple):
		return [filled(item, values) for item in value]
	return value


def call(method: str, finds: str = "", /, *, verb: str = "POST", called: str = "", **given: Any) -> Surface:
	"""A surface that is a whitelisted function; keywords that a Surface has go there, all others are arguments."""
	own = {key: given.pop(key) for key in ("for_whom", "writes", "few", "upload") if key in given}
	name = f"{method} ({called})" if called else method
	return Surface(name, verb, METHOD + method, given, finds, **own)


def page(path: str, finds: str = "", /, **given: Any) -> Surface:
	"""A surface that is an address to GET."""
	own = {key: given.pop(key) for key in ("for_whom", "writes", "few", "verb") if key in given}
	verb = own.pop("verb", "GET")
	called = ", ".join(
		f"{key}={value}" for key, value in given.items() if key in ("doctype", "format", "key", "fid")
	)
	return Surface(f"{verb} {path}" + (f" ({called})" if called else ""), verb, path, given, finds, **own)


def for_each(surface: Surface, doctypes: Iterable[str]) -> list[Surface]:
	"""The surface once for each DocType: `<doctype>` and `<row>` stand for it and for its row."""

	def put(value: Any, doctype: str) -> Any:
		if isinstance(value, str):
			own = "<case>" if doctype == "Escalation" else f"<row of {doctype}>"
			return value.replace("<doctype>", doctype).replace("<row>", own)
		if isinstance(value, dict):
			return {key: put(item, doctype) for key, item in value.items()}
		return [put(item, doctype) for item in value] if isinstance(value, list) else value

	return [
		replace(
			surface,
			name=f"{surface.name}: {doctype}",
			path=put(surface.path, doctype),
			data=put(surface.data, doctype),
			finds=("case" if doctype == "Escalation" else f"row of {doctype}")
			if surface.finds == "row"
			else surface.finds,
		)
		for doctype in doctypes
	]
