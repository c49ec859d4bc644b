"""A case that the user may not see is to them a case that isn't there: refused alike, before and after the host.

Much of the host takes a DocType and a name and asks nobody, or answers 404 for a name that it doesn't know and 403
for one that it keeps; either would tell a stranger that the case exists. `refuse` stands before every request,
once it is known who asks; `even_out` behind every answer.
"""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe import _

from safeguarding_escalation import permissions, references
from safeguarding_escalation.services import asked
from safeguarding_escalation.services.errors import NotYours
from safeguarding_escalation.services.errors import refuse as refuse_with

SENTENCE = "There is no such record, or you have no access to it."
# These answer for themselves (api/lookups.py), or `name` is not a row's there.
_QUIET = {
	"frappe.client.get_count",
	"frappe.client.validate_link",
	"frappe.client.validate_link_and_fetch",
	"frappe.desk.reportview.save_report",
	"frappe.desk.search.get_link_title",
	"frappe.desk.search.search_link",
	"frappe.desk.search.search_widget",
}
# What a function's argument names without saying its DocType.
_IMPLIED = {
	"frappe.core.api.file.move_file": ("File", "file_list"),
	"frappe.core.api.file.unzip_file": ("File", "name"),
	"frappe.core.api.file.zip_files": ("File", "files"),
	"frappe.core.doctype.communication.email.mark_email_as_seen": ("Communication", "name"),
	"frappe.desk.form.utils.remove_attach": ("File", "fid"),
	"frappe.desk.form.utils.update_comment": ("Comment", "name"),
	"frappe.email.inbox.create_email_flag_queue": ("Communication", "names"),
	"frappe.email.inbox.mark_as_closed_open": ("Communication", "communication"),
	"frappe.email.inbox.mark_as_spam": ("Communication", "communication"),
	"frappe.email.inbox.mark_as_trash": ("Communication", "communication"),
	"frappe.email.inbox.move_email": ("Communication", "communication"),
	"frappe.email.relink": ("Communication", "name"),
}
_MAPPER = "frappe.model.mapper."
_EVENED = (401, 403, 404, 417)
# What the host answers by these says that a row is, or isn't, there; its other refusals are the user's own mistakes.
_TELLING = ("PermissionError", "DoesNotExistError", "LinkValidationError", "TimestampMismatchError")
_PRIVATE = "/private/files/"
_LONGEST_REFUSAL = 100_000


def refuse() -> None:
	"""auth_hooks: raise NotYours where the request names a row about a case that the user may not see, or that isn't.

	An account of another kind (an `Authorization` header of another app's) may be known only later: such a guest is
	left to the host, which gives a guest nothing.
	"""
	user = frappe.session.user
	if user == "Administrator" or (user == "Guest" and frappe.get_request_header("Authorization")):
		return
	path, arguments = frappe.request.path, frappe.form_dict or {}
	called = asked.function(path, arguments)
	if called in _QUIET or not (
		called or path.startswith("/api/")
	):  # a page answers by itself, see `even_out`
		return
	cases = {*permissions.GUARDED_DOCTYPES}
	for doctype, name in sorted(asked.rows(path, arguments, cases)):
		if not permissions.may(doctype, name, user):
			refuse_with(NotYours, _(SENTENCE))
	if not _sees_address(str(arguments.get("file_url") or "")):
		refuse_with(NotYours, _(SENTENCE))
	others = asked.rows(path, arguments, {*references.REFERENCES})
	if called.startswith(_MAPPER) and arguments.get("method") in _IMPLIED:  # which calls another function
		called = arguments["method"]
		arguments = {_IMPLIED[called][1]: arguments.get("source_name") or arguments.get("source_names")}
	if called in _IMPLIED:
		doctype, key = _IMPLIED[called]
		others |= {(doctype, name) for name in asked.names(arguments.get(key))}
	for doctype, name in sorted(others):
		if references.hidden(doctype, name, user) or (
			called in _IMPLIED and not frappe.db.exists(doctype, name)
		):
			refuse_with(NotYours, _(SENTENCE))


def even_out(response: Any, request: Any) -> None:
	"""after_request: one answer for what isn't there and for what is kept from the user, for rows about a case.

	Left as it is where the request names a row that the user may see: then the host's own words help.
	"""
	if response is None or not _tells(response):
		return
	path, arguments = request.path, dict(frappe.form_dict or {})
	doctypes = {*permissions.GUARDED_DOCTYPES, *references.REFERENCES}
	a_file = path.startswith(_PRIVATE) or str(arguments.get("file_url") or "").startswith(_PRIVATE)
	if not a_file and not asked.mentions(path, arguments, doctypes):
		return
	if asked.only_unsaved(path, arguments, doctypes):
		return
	named = asked.rows(path, arguments, doctypes)
	if response.status_code == 200 and not named:  # such as the settings of a list that has none
		return
	if any(_sees(doctype, name) for doctype, name in named):
		return
	response.status_code = 403
	if path.startswith("/api/"):
		response.set_data(json.dumps(_body(path)))
		response.mimetype = "application/json"
	else:
		response.set_data(f"<!DOCTYPE html><title>403</title><p>{_(SENTENCE)}</p>")
		response.mimetype = "text/html"


def _tells(response: Any) -> bool:
	"""Whether an answer refuses in a way that tells whether a row is there; Frappe's `getdoc` does so with 200."""
	if response.status_code not in (*_EVENED, 200) or response.direct_passthrough or response.is_streamed:
		return False
	if response.status_code in (401, 403, 404):
		return True
	text = response.get_data()[:_LONGEST_REFUSAL]
	return any(f'"exc_type":"{name}"'.encode() in text for name in _TELLING)


def _sees_address(address: str) -> bool:
	"""Whether an address of a private file stands for one that the user may see; any other address is nobody's secret."""
	if not address.startswith(_PRIVATE):
		return True
	table = frappe.qb.DocType("File")
	query = frappe.qb.from_(table).select(table.name).where(table.file_url == address)
	return bool(query.where(references.criterion("File", frappe.session.user)).limit(1).run())


def _sees(doctype: str, name: str) -> bool:
	user = frappe.session.user
	if doctype in permissions.GUARDED_DOCTYPES:
		return permissions.may(doctype, name, user)
	return str(frappe.db.exists(doctype, name)) == name and not references.hidden(doctype, name, user)


def _body(path: str) -> dict[str, Any]:
	"""The refusal as the asked version of the host's API words it."""
	message = {"message": _(SENTENCE), "title": _("Not possible"), "indicator": "red"}
	if path.startswith("/api/v2/"):
		return {"errors": [{"type": "PermissionError", **message}]}
	return {"exc_type": "PermissionError", "_server_messages": json.dumps([json.dumps(message)])}
