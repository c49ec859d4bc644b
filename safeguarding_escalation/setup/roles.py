"""The roles. What each may do is in the DocTypes' permissions; which cases it may do it to is in permissions.py.

No role sees a case by itself. System Manager configures (settings, directory, draft policies) and has no right on
case data by default: whoever hosts the site can give it any right, which is why SECURITY.md says so plainly.
"""

from __future__ import annotations

import frappe

from safeguarding_escalation.setup import created

PRACTITIONER = "Safeguarding Practitioner"
MANAGER = "Safeguarding Manager"
SENIOR_MANAGER = "Safeguarding Senior Manager"
BUSINESS_MANAGER = "Board Business Manager"
CHAIR = "Board Chair"
ADMINISTRATOR = "Safeguarding Administrator"
AUDITOR = "Safeguarding Auditor"
ROLES = (PRACTITIONER, MANAGER, SENIOR_MANAGER, BUSINESS_MANAGER, CHAIR, ADMINISTRATOR, AUDITOR)


def ensure_roles() -> None:
	"""Create the roles that are missing. Before install too, since Frappe makes the roles that a DocType names."""
	for role in ROLES:
		created.ensure("Role", role, {"role_name": role, "desk_access": 1})


def remove_roles() -> None:
	"""Remove the roles that we created, and every assignment of them."""
	for role in created.names("Role"):
		for doctype in ("Has Role", "DocPerm", "Custom DocPerm"):
			frappe.db.delete(doctype, {"role": role})
		frappe.delete_doc("Role", role, force=True, ignore_missing=True, delete_permanently=True)
