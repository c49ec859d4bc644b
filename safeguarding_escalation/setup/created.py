"""What setup has created in tables that other apps share, so that uninstall removes that and nothing else."""

from __future__ import annotations

import json

import frappe

_KEY = "safeguarding_escalation_created"


def remember(kind: str, name: str) -> None:
	"""Note that we created `name`. `kind` is its DocType, or a word of ours for what is seeded only once."""
	created = all_created()
	if name not in created.setdefault(kind, []):
		created[kind].append(name)
		frappe.db.set_default(_KEY, json.dumps(created))


def names(kind: str) -> list[str]:
	"""What we created of a kind, in the order in which we did."""
	return all_created().get(kind, [])


def all_created() -> dict[str, list[str]]:
	"""Every name by its kind. Kept among the site's defaults, which exist before our own DocTypes do."""
	# From the table: while an app installs, the cache of defaults lags behind it.
	value = frappe.db.get_value("DefaultValue", {"defkey": _KEY, "parent": "__default"}, "defvalue")
	return json.loads(value or "{}")


def forget() -> None:
	"""Remove the note itself and what else we keep among the defaults; the last step of an uninstall."""
	frappe.db.delete("DefaultValue", {"defkey": ("like", "safeguarding\\_escalation\\_%")})
	frappe.clear_cache()


def ensure(doctype: str, name: str, values: dict[str, object]) -> None:
	"""Create the record `name` with `values` unless there is one, and remember it if we did."""
	if frappe.db.exists(doctype, name):
		return
	frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
	remember(doctype, name)
