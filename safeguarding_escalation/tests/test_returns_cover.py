"""A draft's link while the Business Manager is away goes to who stands in; and no way of the host's changes an issued return."""

from __future__ import annotations

import inspect
import json
from datetime import timedelta

import frappe
import frappe.api
import frappe.client
import pytest
from frappe.core.doctype.data_import.importer import Importer
from frappe.desk import reportview
from frappe.desk.doctype.bulk_update import bulk_update
from frappe.desk.form.save import savedocs
from frappe.model import rename_doc
from werkzeug.test import EnvironBuilder

from safeguarding_escalation.api import returns as api
from safeguarding_escalation.services import (
	returns_chair,
	returns_content,
	returns_drafting,
	returns_issuing,
	returns_people,
	times,
)
from safeguarding_escalation.tests import factories, test_returns
from safeguarding_escalation.tests.return_cases import BOARD
from safeguarding_escalation.tests.test_absences import away

accounts, office, stories = test_returns.accounts, test_returns.office, test_returns.stories
MANAGER, COVER = test_returns.MANAGER, "seaham.cover@example.test"


def mailed(name: str) -> list[str]:
	queued = frappe.get_all(
		"Email Queue", {"reference_doctype": "Board Return", "reference_name": name}, pluck="name"
	)
	return frappe.get_all("Email Queue Recipient", {"parent": ("in", queued or [""])}, pluck="recipient")


def test_the_link_goes_to_who_covers_for_an_absent_business_manager(office):
	manager = frappe.db.get_value("Safeguarding Board", BOARD, "business_manager")
	factories.user(COVER, "Board Business Manager")
	cover = factories.contact("Cover Seaham", office, "Manager", COVER)
	absence = away(manager, cover)
	draft = test_returns.drafted(user="Administrator")
	assert returns_drafting.tell(draft)
	assert mailed(draft.name) == [COVER]
	with factories.as_user(COVER):
		assert api.show(draft.name)["may_write"]
	# Who stands in without the post's role may not issue it: the link stays the Business Manager's own.
	frappe.get_doc("User", COVER).remove_roles("Board Business Manager")
	assert returns_people.told(BOARD, returns_people.BOARDS) == [MANAGER]
	frappe.get_doc("User", COVER).add_roles("Board Business Manager")
	assert returns_people.told(BOARD, returns_people.BOARDS) == [COVER]
	absence.db_set("ends_at", times.stored(times.now() - timedelta(minutes=1)))
	assert returns_people.told(BOARD, returns_people.BOARDS) == [MANAGER]
	with factories.as_user(COVER):
		assert not returns_people.is_writer(draft.name)


WORDS, FIELD = "Written over.", "commentary_overview"


def of_form(name, **values):
	return json.dumps({**frappe.get_doc("Board Return", name).as_dict(), FIELD: WORDS, **values}, default=str)


def imported(name):
	"""Frappe's Data Import of one row, "Update Existing Records"."""
	rows = f"ID,{frappe.get_meta('Board Return').get_label(FIELD)},Status\n{name},{WORDS},Draft\n"
	told = {"doctype": "File", "file_name": f"{name}.csv", "content": rows, "is_private": 1}
	file = frappe.get_doc(told).insert()
	given = {"reference_doctype": "Board Return", "import_type": "Update Existing Records"}
	document = frappe.get_doc({"doctype": "Data Import", **given, "import_file": file.file_url}).insert()
	try:
		Importer("Board Return", data_import=document).import_data()
	finally:
		file.delete()
	assert not frappe.db.get_value("Data Import", document.name, "template_warnings")


def put(name):
	"""The host's REST handler, as a request comes in."""
	told = {FIELD: WORDS, "status": "Draft", "figures": "{}"}
	path = f"/api/resource/Board Return/{name}"
	frappe.local.request = EnvironBuilder(path=path, method="PUT", json=told).get_request()
	frappe.local.form_dict = frappe._dict(told)
	handle = frappe.api.handle
	try:
		handle(*([frappe.local.request] if inspect.signature(handle).parameters else []))
	finally:
		del frappe.local.request


def form(name):
	frappe.local.response = frappe._dict(docs=[])
	savedocs(of_form(name), "Save")


def bulk(name):
	"""*Edit* of the list's menu."""
	bulk_update.submit_cancel_or_update_docs("Board Return", json.dumps([name]), "update", {FIELD: WORDS})


def all_at_once(name):
	doc = {"doctype": "Board Return", "docname": name, FIELD: WORDS}
	assert not frappe.parse_json(frappe.client.bulk_update(json.dumps([doc])))["failed_docs"]


# Each writes WORDS into a return, if it can.
WRITING = {
	"Data Import": imported,
	"REST PUT": put,
	"client.set_value": lambda name: frappe.client.set_value("Board Return", name, FIELD, WORDS),
	"client.set_value of several": lambda name: frappe.client.set_value(
		"Board Return", name, json.dumps({FIELD: WORDS, "status": "Draft"})
	),
	"client.save": lambda name: frappe.client.save(of_form(name)),
	"the form": form,
	"bulk edit": bulk,
	"client.bulk_update": all_at_once,
}
# Each would remove an issued return, rename it, submit, cancel or amend it.
REMOVING = {
	"client.delete": lambda name: frappe.client.delete("Board Return", name),
	"delete of a list": lambda name: reportview.delete_bulk("Board Return", [name]),
	"client.rename_doc": lambda name: frappe.client.rename_doc("Board Return", name, "another"),
	"bulk rename": lambda name: rename_doc.bulk_rename("Board Return", [[name, "another"]]),
	"form's cancel": lambda name: savedocs(of_form(name, docstatus=2), "Cancel"),
	"client.submit": lambda name: frappe.client.submit(of_form(name)),
	"client.cancel": lambda name: frappe.client.cancel("Board Return", name),
	"amend": lambda name: frappe.copy_doc(
		frappe.get_doc("Board Return", name)
	).update({"amended_from": name, FIELD: WORDS}).insert(),
}  # fmt: skip


def row_of(name):
	return frappe.db.get_value("Board Return", name, "*", as_dict=True)


def test_an_issued_return_is_changed_by_no_way_of_the_host_s(office, monkeypatch):
	"""Data Import and the lists' actions commit and roll back by themselves: here both stay within this test."""
	back = frappe.db.rollback
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(
		frappe.db, "rollback", lambda *, save_point=None: save_point and back(save_point=save_point)
	)
	draft = test_returns.drafted("2024-01-01", user="Administrator").name
	issued = test_returns.issued("2024-04-01").name
	before, count = row_of(issued), frappe.db.count("Board Return")
	for way, write in WRITING.items():
		frappe.db.savepoint("a_way")
		write(draft)
		assert row_of(draft)[FIELD] == WORDS, f"{way} does not even write a draft"
		back(save_point="a_way")
		for user in ("Administrator", MANAGER):
			frappe.set_user(user)
			try:
				write(issued)
			except Exception as refusal:
				frappe.logger().debug(f"{way}: {refusal}")
			frappe.set_user("Administrator")
			assert row_of(issued) == before, (way, user)
	for way, remove in REMOVING.items():
		try:
			remove(issued)
		except Exception as refusal:
			frappe.logger().debug(f"{way}: {refusal}")
		assert row_of(issued) == before, way
		assert frappe.db.count("Board Return") == count, way
	assert returns_issuing.verify(issued)


def test_a_figure_that_an_issued_return_had_not_yet_is_no_correction_of_it(stories, monkeypatch):
	firsts = ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")
	with monkeypatch.context() as older:
		older.setattr(returns_content, "VERSION", 1)
		older.setattr(returns_chair, "cells", lambda *_: {})
		quarters = [test_returns.issued(first) for first in firsts]
	before = [row_of(quarter.name) for quarter in quarters]
	year = test_returns.content(test_returns.drafted("2025-01-01", "free dates", to_date="2025-12-31"))
	assert year["cells"]["chair_put"] > 0
	assert not [line for line in year["year"]["lines"] if line[0].startswith("chair")]
	assert {line[-1] for line in year["year"]["lines"]} == {0}
	assert test_returns.content(test_returns.drafted("2026-01-01"))["late"] == []
	with factories.as_user(MANAGER):
		assert "Put to the Chair" not in json.dumps(api.show(quarters[0].name))
		assert "Put to the Chair" in json.dumps(api.show(test_returns.issued("2026-04-01").name))
	assert [row_of(quarter.name) for quarter in quarters] == before
