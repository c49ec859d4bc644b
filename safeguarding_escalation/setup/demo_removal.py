"""Takes the demo away, straight from the tables: cases refuse to be deleted, and nothing of it is worth keeping."""

from __future__ import annotations

import frappe
from frappe.utils.password import delete_all_passwords_for

from safeguarding_escalation.permissions import RECORDS, ROWS, SECRETS
from safeguarding_escalation.references import REFERENCES
from safeguarding_escalation.services import audit, permits, reference

# What Frappe keeps of an account beside its own rows, by the field that names it.
_OF_AN_ACCOUNT = {"DefaultValue": "parent", "DocShare": "user", "Notification Settings": "name"}


def remove_cases(names: list[str]) -> None:
	"""Cases and everything about them, the rows of other apps that point at them included."""
	mine = ("in", names)
	reference.remember_removed(frappe.get_all("Escalation", {"name": mine}, pluck="reference"))
	for doctype in ROWS:
		frappe.db.delete(doctype, {"parent": mine, "parenttype": "Escalation"})
	for doctype, (kind, name) in REFERENCES.items():
		frappe.db.delete(doctype, {kind: "Escalation", name: mine})
	for case in names:
		with permits.removing(case):
			for doctype in (*RECORDS, *SECRETS, audit.DOCTYPE):
				frappe.db.delete(doctype, {"escalation": case})
			frappe.db.delete("Related Escalation", {"related_to": case})
			erase("Escalation", [case])


def remove_accounts(users: list[str]) -> None:
	"""Accounts, their passwords, and the address book entries that Frappe made of them.

	Not by `delete_doc`: it refuses where no System Manager would remain, though Administrator does.
	"""
	erase("Contact", frappe.get_all("Contact", {"user": ("in", users)}, pluck="name"))
	for doctype, field in _OF_AN_ACCOUNT.items():
		frappe.db.delete(doctype, {field: ("in", users)})
	for user in users:
		delete_all_passwords_for("User", user)
	erase("User", users)


def erase(doctype: str, names: list[str]) -> None:
	"""Delete records with their rows, versions and comments."""
	if not names:
		return
	mine = ("in", names)
	for field in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(field.options, {"parent": mine, "parenttype": doctype})
	for other, (kind, name) in (("Version", REFERENCES["Version"]), ("Comment", REFERENCES["Comment"])):
		frappe.db.delete(other, {kind: doctype, name: mine})
	frappe.db.delete(doctype, {"name": mine})
