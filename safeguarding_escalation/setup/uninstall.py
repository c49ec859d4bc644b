"""What happens when the app is uninstalled: nothing of it stays on the site.

Frappe drops our DocTypes and what belongs to our module. It leaves roles, the workflow and its masters, counters,
jobs, and every comment, file or version about a case, which hold personal data.
"""

from __future__ import annotations

import frappe

from safeguarding_escalation.references import REFERENCES
from safeguarding_escalation.services import saved_reports
from safeguarding_escalation.setup import created, roles, triggers, workflow

APP = "safeguarding_escalation"
# Further tables that point at a DocType by name.
POINTERS = {
	"Custom DocPerm": "parent",
	"Custom Field": "dt",
	"Deleted Document": "deleted_doctype",
	"Document Naming Rule": "document_type",
	"Email Queue": "reference_doctype",
	"List Filter": "reference_doctype",
	"List View Settings": "name",
	"Property Setter": "doc_type",
	"User Permission": "allow",
}


def before_uninstall() -> None:
	"""Only note which DocTypes and counters are ours: Frappe calls this on a dry run too."""
	frappe.flags.safeguarding_doctypes = frappe.get_all("DocType", {"module": "Safeguarding"}, pluck="name")
	frappe.flags.safeguarding_prefix = frappe.db.get_single_value("Safeguarding Settings", "reference_prefix")


def after_uninstall() -> None:
	"""Remove what Frappe leaves. Does nothing after a dry run, which leaves the app installed."""
	if APP in frappe.get_installed_apps():
		return
	remove_traces(frappe.flags.safeguarding_doctypes or [], frappe.flags.safeguarding_prefix)
	triggers.remove()
	# Frappe has committed before it calls this, and does not again.
	frappe.db.commit()


def remove_traces(doctypes: list[str], prefix: str | None) -> None:
	"""Remove everything outside our own tables: what points at them, jobs, counters, workflow, roles."""
	_remove_references(doctypes)
	frappe.db.delete("Scheduled Job Type", {"method": ("like", f"{APP}.%")})
	frappe.db.delete("Patch Log", {"patch": ("like", f"{APP}.%")})
	if prefix:
		series = frappe.qb.DocType("Series")
		counters = series.name.like(f"{prefix}-____-") | series.name.like(f"{prefix}-____-____%-file-")
		frappe.qb.from_(series).delete().where(counters).run()
	saved_reports.remove()
	workflow.remove_workflow()
	roles.remove_roles()
	created.forget()


def _remove_references(doctypes: list[str]) -> None:
	if not doctypes:
		return
	ours = ("in", doctypes)
	for name in frappe.get_all("File", {REFERENCES["File"][0]: ours}, pluck="name"):
		# Deleting a file asks the document that it hangs on, which is gone.
		frappe.db.set_value("File", name, {"attached_to_doctype": None, "attached_to_name": None})
		frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)
	for doctype, (kind, _name) in REFERENCES.items():
		frappe.db.delete(doctype, {kind: ours})
	for doctype, field in POINTERS.items():
		if frappe.db.table_exists(doctype):
			frappe.db.delete(doctype, {field: ours})
	frappe.db.delete("Singles", {"doctype": ours})
	# What Frappe itself has just deleted of ours: DocTypes, reports, print formats, the module.
	frappe.db.delete("Deleted Document", {"data": ("like", '%"module": "Safeguarding"%')})
	frappe.db.delete("Deleted Document", {"deleted_doctype": "Module Def", "deleted_name": "Safeguarding"})
