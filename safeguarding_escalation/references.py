"""Rows of Frappe's own DocTypes that point at a case: files, comments, assignments, shares, follows, versions.

They are seen by whoever may see the case, whatever their own rights say, and made only by such people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from pypika.terms import Criterion

from safeguarding_escalation import compat, permissions

# DocType: (field with the DocType pointed at, field with the name).
REFERENCES = {
	"Access Log": ("export_from", "reference_document"),
	"Activity Log": ("reference_doctype", "reference_name"),
	"Comment": ("reference_doctype", "reference_name"),
	"Communication": ("reference_doctype", "reference_name"),
	"DocShare": ("share_doctype", "share_name"),
	"Document Follow": ("ref_doctype", "ref_docname"),
	"File": ("attached_to_doctype", "attached_to_name"),
	"Notification Log": ("document_type", "document_name"),
	"Tag Link": ("document_type", "document_name"),
	"ToDo": ("reference_type", "reference_name"),
	"Version": ("ref_doctype", "docname"),
	"View Log": ("reference_doctype", "reference_name"),
	"Workflow Action": ("reference_doctype", "reference_name"),
}
# What lets Frappe act on documents by itself, and the field that says on which: a DocType, or a report's name.
AUTOMATIONS = {
	"Assignment Rule": "document_type",
	"Auto Repeat": "reference_doctype",
	"Energy Point Rule": "reference_doctype",
	"Milestone Tracker": "document_type",
	"Prepared Report": "report_name",
	"Web Form": "doc_type",
	"Webhook": "webhook_doctype",
}
_BY_REPORT = ("Prepared Report",)
# Comments that a person writes; the rest (workflow, edit) the system adds to what that person just did.
_BY_HAND = ("Comment", "Like")


def criterion(doctype: str, user: str) -> Criterion:
	"""Rows that point at no case, or at one that `user` may read."""
	table = frappe.qb.DocType(doctype)
	kind, name = (table[field] for field in REFERENCES[doctype])
	condition = kind.isnull() | kind.notin(permissions.GUARDED_DOCTYPES)
	held = permissions.holding(user)
	for case_doctype in ("Escalation", *permissions.RECORDS, *permissions.REQUESTS, *permissions.SECRETS):
		allowed = permissions.criterion(case_doctype, user, held=held)
		if allowed is None:
			continue
		target = frappe.qb.DocType(case_doctype)
		seen = frappe.qb.from_(target).select(target.name).where(allowed)
		condition |= (kind == case_doctype) & name.isin(seen)
	return condition


def _query(doctype: str) -> Callable[..., str]:
	"""The permission_query_conditions hook of one of Frappe's DocTypes; it adds to Frappe's own."""

	def condition(user: str | None = None) -> str:
		user = user or frappe.session.user
		text = "1=1" if user == "Administrator" else permissions.sql(criterion(doctype, user))
		return permissions.marked(doctype, text)

	condition.__doc__ = f"Which rows of {doctype} that point at a case a user may list."
	return condition


access_log_query = _query("Access Log")
activity_log_query = _query("Activity Log")
comment_query = _query("Comment")
communication_query = _query("Communication")
docshare_query = _query("DocShare")
document_follow_query = _query("Document Follow")
file_query = _query("File")
notification_log_query = _query("Notification Log")
tag_link_query = _query("Tag Link")
todo_query = _query("ToDo")
version_query = _query("Version")
view_log_query = _query("View Log")
workflow_action_query = _query("Workflow Action")


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""The has_permission hook of the DocTypes above: False where they point at a case the user may not see.

	Both the stored reference and the document's own count: neither may be outside the user's cases. Otherwise no
	opinion, so that the DocType's own rule decides.
	"""
	user = user or frappe.session.user
	if doc.doctype == "Document Follow" and ptype == "create":
		return (
			compat.no_opinion()
		)  # `drop_follow` undoes it; refused, it would fail the save that it came with
	pointers = {_pointer(doc)}
	if isinstance(doc.name, str) and doc.name:
		stored = frappe.db.get_value(doc.doctype, doc.name, list(REFERENCES[doc.doctype]))
		pointers.add(tuple(stored) if stored else (None, None))
	if all(_readable(kind, name, user) for kind, name in pointers):
		return compat.no_opinion()
	return False


def _pointer(doc: Any) -> tuple[Any, Any]:
	kind, name = REFERENCES[doc.doctype]
	return doc.get(kind), doc.get(name)


def _readable(kind: Any, name: Any, user: str) -> bool:
	return kind not in permissions.GUARDED_DOCTYPES or permissions.may(kind, name, user)


def hidden(doctype: str, name: str, user: str) -> bool:
	"""Whether the stored row `name` of one of the DocTypes above points at a case that `user` may not see."""
	found = frappe.db.get_value(doctype, name, ["name", *REFERENCES[doctype]]) if name else None
	stored, kind, target = found or (None, None, None)
	# The database reads a text as a number where names are numbers: "12ab" would be row 12.
	return str(stored) == name and not _readable(kind, target, user)


def _points_at_case(doc: Any) -> bool:
	return _pointer(doc)[0] in permissions.GUARDED_DOCTYPES


def refuse_share(doc: Any, method: str | None = None) -> None:
	"""DocShare, validate: a case is never shared. A share overrides every rule and outlives the reason for it."""
	if _points_at_case(doc):
		frappe.throw(
			_("Cases are not shared. Name the person on the case, or record a copy to them."),
			frappe.PermissionError,
			title=_("Not possible"),
		)


def check_assignment(doc: Any, method: str | None = None) -> None:
	"""ToDo, validate: only people who may see a case assign it, and only to such people."""
	if not _points_at_case(doc):
		return
	kind, name = _pointer(doc)
	for user in (frappe.session.user, doc.allocated_to):
		if user and not _readable(kind, name, user):
			frappe.throw(
				_("{0} has no access to this case. Name them on the case first.").format(frappe.bold(user)),
				frappe.PermissionError,
				title=_("Cannot be assigned"),
			)


def drop_follow(doc: Any, method: str | None = None) -> None:
	"""Document Follow, after_insert: nobody follows a case by Frappe's mails, which carry what fields contain.

	Dropped without an error: Frappe follows by itself whatever such a user saves, and the save must not fail.
	"""
	if _points_at_case(doc):
		frappe.db.delete("Document Follow", {"name": doc.name})


def refuse_automation(doc: Any, method: str | None = None) -> None:
	"""Validate of what makes Frappe act on documents by itself: never on a case.

	Each of these reads the case as the scheduler or as the saver and sends, keeps or shows what it read to people
	whom the case's access doesn't name.
	"""
	field = AUTOMATIONS[doc.doctype]
	target = doc.get(field)
	if doc.doctype in _BY_REPORT and target:
		target = frappe.db.get_value("Report", target, "ref_doctype")
	linked = {row.options for row in doc.get("web_form_fields") or ()}
	if {target, *linked} & {*permissions.GUARDED_DOCTYPES}:
		frappe.throw(
			_(
				"{0} does not work on cases: it would pass on what a case holds to people without access to it."
			).format(_(doc.doctype)),
			frappe.PermissionError,
			title=_("Not possible"),
		)


def refuse_tag(doc: Any, method: str | None = None) -> None:
	"""Tag Link, validate: no tags on a case. Frappe shows a tag's words to everybody, whatever they are put on."""
	if _points_at_case(doc):
		frappe.throw(
			_("Cases carry no tags: everybody may read the words of a tag."),
			frappe.PermissionError,
			title=_("Not possible"),
		)


def check_event(doc: Any, method: str | None = None) -> None:
	"""Event, validate: only people who may see a case put it into a calendar."""
	for row in doc.get("event_participants") or ():
		if not _readable(row.reference_doctype, row.reference_docname, frappe.session.user):
			frappe.throw(_("There is no such case, or you have no access to it."), frappe.PermissionError)


def check_comment(doc: Any, method: str | None = None) -> None:
	"""Comment, validate: nobody comments on or likes a case that they may not see."""
	if _points_at_case(doc) and doc.comment_type in _BY_HAND:
		_require(doc)


def _require(doc: Any) -> None:
	kind, name = _pointer(doc)
	if not _readable(kind, name, frappe.session.user):
		frappe.throw(_("There is no such case, or you have no access to it."), frappe.PermissionError)


def follow_renamed_user(doc: Any, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""User, after_rename: access rows hold the account as text, so that Frappe does not rename it there."""
	access = frappe.qb.DocType("Escalation Access")
	frappe.qb.update(access).set(access.grantee, new).where(access.grantee == old).run()
