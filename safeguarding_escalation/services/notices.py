"""What Frappe itself sends or shows outside a case about it: assignments, mentions, reminders, reports, error logs.

They carry the reference alone (decision 7), whatever somebody typed; what cannot be kept to that is refused.
"""

from __future__ import annotations

import re
from typing import Any

import frappe
from frappe import _
from frappe.desk.notifications import extract_mentions
from frappe.utils import escape_html, get_fullname

from safeguarding_escalation import permissions
from safeguarding_escalation.services import identity
from safeguarding_escalation.services.errors import NotYours, refuse

_WORDS = {
	"Mention": "{0} mentioned you in a comment on escalation {1}",
	"Assignment": "{0} changed who is assigned to escalation {1}",
	"Share": "{0} shared escalation {1}",
}
_OTHER = "There is news on escalation {1}"
# Frappe prints each frame's variables under its line of code, six spaces in; a value may go on over several lines.
_VARIABLE = " " * 6
_GOES_ON = re.compile(r"^(  File |[A-Za-z_][\w.]*(:|$)|Traceback |The above |During )")


def neutral_notification(log: Any, method: str | None = None) -> None:
	"""Notification Log, before_insert: the reference, who did it, and no word that anybody typed.

	Frappe mails these rows, and shows their subject to whoever they are for. Someone who may not see the case is told
	nothing of it: neither its reference nor that it is one.
	"""
	if log.document_type not in permissions.CASE_DOCTYPES:
		return
	log.email_content = log.attached_file = None
	if not permissions.may(log.document_type, log.document_name, log.for_user):
		# Frappe's mail needs some document to link to: the user's own page tells nothing.
		log.document_type, log.document_name, log.link = "User", log.for_user, None
		log.subject = _("You have a notification")
		return
	person = get_fullname(log.from_user) if log.from_user else ""
	words = _WORDS.get(log.type, _OTHER) if person else _OTHER
	log.subject = _(words).format(escape_html(person), escape_html(_reference(log)))


def _reference(log: Any) -> str:
	case = log.document_name
	if log.document_type in permissions.RECORDS:
		case = frappe.db.get_value(log.document_type, case, "escalation")
	elif log.document_type in permissions.ROWS:
		case = frappe.db.get_value(log.document_type, case, "parent")
	return frappe.db.get_value("Escalation", case, "reference") or ""


def check_mentions(comment: Any, method: str | None = None) -> None:
	"""Comment, validate: only people who may see the case are mentioned in it. Raises NotYours."""
	if comment.reference_doctype not in permissions.CASE_DOCTYPES or not comment.content:
		return
	for user in extract_mentions(str(comment.content)):
		if not permissions.may(comment.reference_doctype, comment.reference_name, user):
			refuse(
				NotYours, "Somebody whom you mention has no access to this case. Name them on the case first."
			)


def plain_assignment(todo: Any, method: str | None = None) -> None:
	"""ToDo, before_validate: its text stands in lists, so it names nobody of the case."""
	if todo.reference_type == "Escalation" and todo.description:
		todo.description = identity.without(todo.description, identity.names(todo.reference_name))


def refuse_notification(notification: Any, method: str | None = None) -> None:
	"""Notification, validate: Frappe's own alerts mail fields of a case to everybody with a role. Raises NotYours."""
	if notification.document_type in permissions.CASE_DOCTYPES and notification.enabled:
		refuse(
			NotYours,
			"Escalations send their own alerts, which name nobody. A Notification would mail their fields.",
		)


def refuse_mailed_report(report: Any, method: str | None = None) -> None:
	"""Auto Email Report, validate: a report about cases is looked at, not mailed. Raises NotYours."""
	if frappe.db.get_value("Report", report.report, "ref_doctype") in permissions.CASE_DOCTYPES:
		refuse(
			NotYours,
			"Reports about escalations are not mailed. Open them here; an alert says when something is due.",
		)


def plain_error(error: Any, method: str | None = None) -> None:
	"""Error Log, before_insert: no values of variables where a case may be among them."""
	text = str(error.error or "")
	if "safeguarding_escalation" in text or "Escalation" in text:
		error.error = without_variables(text)


def without_variables(traceback: str) -> str:
	"""A traceback without the values that Frappe prints under each frame."""
	kept: list[str] = []
	inside = False
	for line in traceback.splitlines():
		inside = line.startswith(_VARIABLE) or (inside and not _GOES_ON.match(line))
		if not inside:
			kept.append(line)
	return "\n".join(kept)
