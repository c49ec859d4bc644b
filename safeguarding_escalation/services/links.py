"""Addresses of this site for mails and pages, made of its own configuration.

Never of what a request says its host is: whoever sends a request writes that, and others would get the link.
"""

from __future__ import annotations

import frappe
from frappe.utils import get_url_to_form


def site(path: str) -> str:
	"""The address of a path that begins with a slash."""
	host = str(frappe.conf.get("host_name") or frappe.conf.get("hostname") or frappe.local.site).rstrip("/")
	if not host.startswith(("http://", "https://")):
		host = f"{'https' if frappe.conf.get('ssl_certificate') else 'http'}://{host}"
	return f"{host}{path}"


def form(doctype: str, name: str) -> str:
	"""The address of a document's form, whose path the host knows."""
	return site("/" + get_url_to_form(doctype, name).split("/", 3)[3])
