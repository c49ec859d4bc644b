"""Who sees which row of ours: a query condition and a has_permission for every DocType, from one access rule.

The rule: a case is yours while an active Escalation Access row names you, or your agency's capacity and team.
Everything is decided from database rows by name, never from the fields of a document that a client sent.
Rows of other apps' DocTypes that point at a case are in `references.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from pypika.terms import Criterion

from safeguarding_escalation import compat

# Rows that the escalation's own form holds: they follow their parent.
ROWS = (
	"Escalation Action",
	"Escalation Answer",
	"Escalation Involvement",
	"Escalation Nature",
	"Escalation Party",
	"Escalation Signature",
	"Escalation Subject",
)
# Everything else about a case, by its field `escalation`.
RECORDS = (
	"Stage Log",
	"Stage Log Note",
	"Stage Log Seal",
	"Advice Request",
	"Escalation Access",
	"Escalation Alert",
	"Escalation Copy",
	"Escalation Copy Text",
	"Escalation Deadline",
	"Related Escalation",
	"Record Confirmation",
	"Escalation Spell",
)
# Of these a row says itself who may read it, as an entry of the log does.
ENTRIES = ("Stage Log", "Advice Request", "Escalation Copy Text")
CASE_DOCTYPES = ("Escalation", *RECORDS, *ROWS)
# Subject access requests: seen by their handler and their agency's Information Governance contacts.
REQUESTS = ("Access Request", "Access Request Case", "Access Request Item")
# What holds secrets, if only as digests: nobody lists or opens one, whatever they may see of the case.
SECRETS = ("Response Link",)
# All that is decided here, row by row.
GUARDED_DOCTYPES = (*CASE_DOCTYPES, *REQUESTS, *SECRETS)

# The mark that `marked` sets.
MARK = re.compile(r"/\* audited: ([\w ]+) \*/")

# Frappe's rights on a document by the access rule's. Its "write" is saving, and a move is a save too: of a closed case,
# which may be reopened, what else may change is for the controller to refuse.
RIGHT_OF = {
	"read": "read",
	"select": "read",
	"report": "read",
	"print": "print",
	"email": "export",
	"export": "export",
	"write": "move",
}


class NotChangeable(frappe.ValidationError):
	"""A row that is never changed by hand, or not by itself."""


def grantees(user: str) -> tuple[str, ...]:
	"""The keys by which Escalation Access may name `user`: the account, and the teams of the contacts in post.

	Nothing once every contact of the user has left: leaving ends access at once. Contacts are people of a case;
	a user who never was one is named by the account alone.
	"""
	return holding(user).grantees()


def holding(user: str) -> Any:
	"""What `user` holds now; see `services.holding`. Made once for several conditions, never kept."""
	from safeguarding_escalation.services.holding import Holding

	return Holding(user)


def accessible(user: str, write: bool = False) -> Any:
	"""The subquery of cases that `user` may read now, or work on; None if there can be none."""
	return holding(user).cases(write)


def criterion(doctype: str, user: str, write: bool = False, held: Any = None) -> Criterion | None:
	"""The condition on `doctype`'s table for the rows that `user` may read (or write); None for no row at all.

	Who asks for several conditions gives `held`, the user's `holding`.
	"""
	if doctype in SECRETS:
		return None
	if doctype in REQUESTS:
		return _of_requests(doctype, user)
	held = held or holding(user)
	cases = held.cases(write)
	if cases is None:
		return None
	table = frappe.qb.DocType(doctype)
	if doctype == "Escalation":
		return table.name.isin(cases)
	if doctype in ROWS:
		return (table.parenttype == "Escalation") & table.parent.isin(cases)
	if doctype == "Related Escalation":
		# Who sees one end only must not learn that the other is there.
		return table.escalation.isin(cases) & table.related_to.isin(cases)
	if doctype in ENTRIES:
		return table.escalation.isin(cases) & held.entries(table)
	if doctype == "Stage Log Note":
		entries = frappe.qb.DocType("Stage Log")
		seen = frappe.qb.from_(entries).select(entries.name)
		return table.stage_log.isin(seen.where(entries.escalation.isin(cases)).where(held.entries(entries)))
	return table.escalation.isin(cases)


def _of_requests(doctype: str, user: str) -> Criterion | None:
	"""Rows of the requests that `user` handles or answers for; a piece of a case only with that case, and its entry."""
	table = frappe.qb.DocType(doctype)
	mine = _handled(frappe.qb.DocType("Access Request") if doctype != "Access Request" else table, user)
	if mine is None or doctype == "Access Request":
		return mine
	request = frappe.qb.DocType("Access Request")
	seen = frappe.qb.from_(request).select(request.name).where(mine)
	if doctype == "Access Request Case":
		return (table.parenttype == "Access Request") & table.parent.isin(seen)
	held = holding(user)
	cases = held.cases()
	if cases is None:
		return None
	entries = frappe.qb.DocType("Stage Log")
	visible = frappe.qb.from_(entries).select(entries.name)
	visible = visible.where(entries.escalation.isin(cases)).where(held.entries(entries))
	entry = table.stage_log.isnull() | (table.stage_log == "") | table.stage_log.isin(visible)
	return table.access_request.isin(seen) & table.escalation.isin(cases) & entry


def _handled(request: Any, user: str) -> Criterion | None:
	"""Requests whose handler `user` is, still in the agency that answers, or whose agency's Information Governance."""
	from safeguarding_escalation.services import people

	found = None
	for row in people.contacts_of(user):
		if not row.agency or "\\" in row.agency:
			continue
		mine = request.agency == row.agency
		if "Information Governance" not in people.capacities(row):
			mine &= request.handler == row.name
		found = mine if found is None else found | mine
	return found


def sql(condition: Criterion | None) -> str:
	"""A criterion as Frappe's list queries take it: parenthesised text, since they are joined raw."""
	if condition is None:
		return "(1=0)"
	quote = compat.quote_char()
	text = condition.get_sql(quote_char=quote, secondary_quote_char="'", with_namespace=True, subquery=True)
	return f"({text})"


def marked(doctype: str, condition: str) -> str:
	"""A condition that says of which DocType's rows it is, so that the audit knows what a list query gave."""
	return f"({condition} /* audited: {doctype} */)"


def _query(doctype: str) -> Callable[..., str]:
	"""The permission_query_conditions hook of one of our DocTypes. Never empty: it carries the audit's mark."""

	def condition(user: str | None = None) -> str:
		user = user or frappe.session.user
		return marked(doctype, "1=1" if user == "Administrator" else sql(criterion(doctype, user)))

	condition.__doc__ = f"Which rows of {doctype} a user may list."
	return condition


escalation_query = _query("Escalation")
stage_log_query = _query("Stage Log")
stage_log_note_query = _query("Stage Log Note")
stage_log_seal_query = _query("Stage Log Seal")
escalation_access_query = _query("Escalation Access")
escalation_alert_query = _query("Escalation Alert")
escalation_copy_query = _query("Escalation Copy")
escalation_copy_text_query = _query("Escalation Copy Text")
advice_request_query = _query("Advice Request")
escalation_deadline_query = _query("Escalation Deadline")
related_escalation_query = _query("Related Escalation")
escalation_spell_query = _query("Escalation Spell")
escalation_action_query = _query("Escalation Action")
escalation_answer_query = _query("Escalation Answer")
escalation_involvement_query = _query("Escalation Involvement")
escalation_nature_query = _query("Escalation Nature")
escalation_party_query = _query("Escalation Party")
escalation_signature_query = _query("Escalation Signature")
escalation_subject_query = _query("Escalation Subject")
access_request_query = _query("Access Request")
access_request_case_query = _query("Access Request Case")
access_request_item_query = _query("Access Request Item")
record_confirmation_query = _query("Record Confirmation")
response_link_query = _query("Response Link")


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool:
	"""The has_permission hook of all our case DocTypes: strictly True or False, from the stored row.

	Creating an Escalation is for the user's roles to allow; nothing else of a case is created, deleted or shared
	through the document API.
	"""
	user = user or frappe.session.user
	ptype = ptype or "read"
	if user == "Administrator":
		return True
	if ptype == "create":
		return doc.doctype == "Escalation"
	right = RIGHT_OF.get(ptype)
	if right is None:
		return False
	if doc.doctype == "Escalation":
		return getattr(_rights(doc.name, user), right)
	return may(doc.doctype, doc.name, user, write=right in ("move", "export"))


def _rights(name: Any, user: str) -> Any:
	from safeguarding_escalation.services import rights

	return rights.rights_of(name, user)


def may(doctype: str, name: Any, user: str, write: bool = False) -> bool:
	"""Whether `user` may read (or write) the stored row `name` of one of our case DocTypes."""
	if user == "Administrator":
		return True
	condition = criterion(doctype, user, write)
	if condition is None or not isinstance(name, str) or not name:
		return False
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(table.name == name).where(condition)
	return bool(query.limit(1).run())


def refuse_change(doc: Any) -> None:
	"""Throw: rows of the log are appended and never changed, rows of a form are saved with their escalation."""
	if doc.doctype in ROWS:
		sentence = _("This row belongs to an escalation. Change it in the escalation's own form.")
	elif doc.doctype in REQUESTS:
		sentence = _("A subject access request is changed by its own buttons, which check and log each step.")
	elif doc.doctype == "Escalation":
		sentence = _("An escalation keeps its name. Its reference is what people use.")
	else:
		sentence = _("The record of a case is never changed or deleted. Record a correction instead.")
	frappe.throw(sentence, NotChangeable, title=_("Not possible"))


def refuse_foreign_rows(doc: Any) -> None:
	"""Throw if a saved escalation carries the rows of another case.

	Frappe updates a child row by its name alone: a row named in a request would otherwise be taken out of a case
	that the sender cannot see.
	"""
	for field in doc.meta.get_table_fields():
		names = [row.name for row in doc.get(field.fieldname) or () if row.name and not row.get("__islocal")]
		if not names:
			continue
		rows = frappe.qb.DocType(field.options)
		query = frappe.qb.from_(rows).select(rows.name).where(rows.name.isin(names))
		if query.where((rows.parent != doc.name) | (rows.parenttype != doc.doctype)).limit(1).run():
			frappe.throw(
				_("A row of {0} does not belong to this escalation. Reload the form.").format(_(field.label)),
				NotChangeable,
			)
