"""Sites that ran before: the versions, comment columns and file names that they hold tell who the adult is."""

from __future__ import annotations

from pathlib import Path

import frappe

from safeguarding_escalation.services import files, identity


def execute() -> None:
	"""Mask what is stored already, as everything new is masked. May run again: nothing then changes."""
	for row in frappe.get_all("Version", {"ref_doctype": "Escalation"}, ["name", "docname", "data"]):
		data = identity.masked(row.data or "", row.docname)
		if data != row.data:
			frappe.db.set_value("Version", row.name, "data", data, update_modified=False)
	for name in frappe.get_all("Escalation", {"_comments": ("is", "set")}, pluck="name"):
		identity.clear_comments(name)
	for name in frappe.get_all("File", {"attached_to_doctype": "Escalation", "is_folder": 0}, pluck="name"):
		rename(name)


def rename(name: str) -> None:
	"""Give a case's file a neutral name; does nothing to one that has it, or whose bytes are elsewhere."""
	file = frappe.db.get_value("File", name, ["file_name", "file_url", "attached_to_name"], as_dict=True)
	folder = Path(frappe.get_site_path("private", "files"))
	old = folder / Path(file.file_url or "none").name
	if files.NAMED.match(old.name) or not str(file.file_url).startswith(files.FOLDER) or not old.is_file():
		return
	extension = old.suffix.lstrip(".").lower()
	new_name = files.next_name(file.attached_to_name, extension if extension.isalnum() else "bin")
	url, content = files.FOLDER + new_name, old.read_bytes()
	(folder / new_name).write_bytes(content)
	changed = {"file_name": new_name, "file_url": url, "is_private": 1, "owner": "Administrator"}
	changed["content_hash"] = files.fingerprint(url, content)
	frappe.db.set_value("File", name, changed, update_modified=False)
	if not frappe.db.exists("File", {"file_url": file.file_url}):
		old.unlink()
	_rename_in_comments(file, url, new_name)


def _rename_in_comments(file: frappe._dict, url: str, new_name: str) -> None:
	told = {
		"reference_name": file.attached_to_name,
		"comment_type": "Attachment",
		"content": ("like", f"%{file.file_name}%"),
	}
	for comment in frappe.get_all("Comment", told, pluck="name"):
		text = f"Added <a href='{url}' target='_blank'>{new_name}</a>"
		frappe.db.set_value("Comment", comment, "content", text, update_modified=False)
