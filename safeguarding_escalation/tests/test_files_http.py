"""Files of a case over HTTP: every known way in for somebody of another agency, and every way out to the public."""

from __future__ import annotations

import base64
import io
import os
from typing import Any

import frappe
import pytest
import requests
from PIL import Image

from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.browsing import Client

SECRET = b"Zephyrine Canary lives at 1 Canary Row"
PDF = b"%PDF-1.4\n" + SECRET + b"\n%%EOF"
API = "/api/method/"


@pytest.fixture(scope="module")
def clients(world):
	return {
		"raiser": Client(world.user(world.raising, "Practitioner")),
		"stranger": Client(world.user(world.other, "Manager")),
	}


@pytest.fixture(scope="module")
def case(world):
	frappe.set_user("Administrator")
	made = factories.escalation(world)
	frappe.db.commit()
	return made


def upload(
	client: Client, content: bytes, name: str, doctype: str | None, docname: str | None, **data: Any
) -> requests.Response:
	given = {
		"is_private": "1",
		"folder": "Home",
		**({"doctype": doctype, "docname": docname} if doctype else {}),
	}
	return client.session.post(
		f"{client.url}{API}upload_file",
		files={"file": (name, content)},
		data={**given, **data},
		headers=client.csrf(),
		timeout=60,
	)


@pytest.fixture(scope="module")
def kept(clients, case) -> dict[str, Any]:
	"""A PDF on the case, uploaded as a public file under a telling name."""
	answer = upload(clients["raiser"], PDF, "Zephyrine Canary.pdf", "Escalation", case.name, is_private="0")
	assert answer.status_code == 200, answer.text
	assert "Zephyrine" not in answer.text
	return answer.json()["message"]


@pytest.fixture(scope="module")
def picture(clients, case) -> dict[str, Any]:
	written = io.BytesIO()
	Image.new("RGB", (40, 40), "red").save(written, "PNG")
	answer = upload(clients["raiser"], written.getvalue(), "Canary.png", "Escalation", case.name)
	return answer.json()["message"]


def public_files() -> set[str]:
	return {name for _, _, names in os.walk(frappe.get_site_path("public", "files")) for name in names}


def test_a_public_upload_is_never_public(clients, kept):
	name = kept["file_name"]
	assert kept["file_url"] == f"/private/files/{name}"
	assert kept["is_private"] == 1
	assert name not in public_files()
	guest = requests.Session()
	for path in (
		f"/files/{name}",
		"/files/Zephyrine%20Canary.pdf",
		kept["file_url"],
		f"/files/../private/files/{name}",
	):
		answer = guest.get(clients["raiser"].url + path, timeout=60)
		# Frappe's development server answers 500 for a public file that isn't there.
		assert answer.status_code != 200, path
		assert SECRET not in answer.content, path


def test_the_cases_people_read_it_under_its_neutral_name(clients, kept):
	url = kept["file_url"]
	answer = clients["raiser"].get(url)
	assert answer.status_code == 200
	assert SECRET in answer.content
	assert answer.headers["X-Content-Type-Options"] == "nosniff"
	assert "no-store" in answer.headers["Cache-Control"]
	answer = clients["raiser"].get(API + "download_file", file_url=url)
	assert SECRET in answer.content
	assert kept["file_name"] in answer.headers["Content-Disposition"]


def test_what_could_run_in_a_browser_is_saved_not_shown(clients, case):
	made = upload(clients["raiser"], b"Spoke with the ward.", "note.txt", "Escalation", case.name).json()[
		"message"
	]
	answer = clients["raiser"].get(made["file_url"])
	assert answer.headers["Content-Disposition"] == f'attachment; filename="{made["file_name"]}"'
	for name in ("page.html", "drawing.svg", "data.xml"):
		answer = upload(clients["raiser"], b"<svg onload='alert(1)'></svg>", name, "Escalation", case.name)
		assert answer.status_code == 417, answer.text
		assert "kind" in answer.text


def ways_in(kept: dict[str, Any], case: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
	"""What somebody of another agency may try: (verb, path, data)."""
	url, name, row = kept["file_url"], kept["file_name"], kept["name"]
	own = {"doctype": "File", "is_private": 1}
	return {
		"the address": ("GET", url, {}),
		"the address and its row": ("GET", url, {"fid": row}),
		"a longer way to it": ("GET", url.replace("files/", "files/./"), {}),
		"download_file": ("GET", API + "download_file", {"file_url": url}),
		"the File's download_file": ("GET", API + "frappe.core.doctype.file.file.download_file", {"file_url": url}),
		"the row": ("GET", f"/api/resource/File/{row}", {}),
		"the list": (
			"GET", "/api/resource/File",
			{"filters": f'[["attached_to_name","=","{case}"]]', "fields": '["name","file_url"]'},
		),
		"search": ("POST", API + "frappe.core.api.file.get_files_by_search_text", {"text": name}),
		"the zip": ("POST", API + "frappe.core.api.file.zip_files", {"files": [row]}),
		"unzip": ("POST", API + "frappe.core.api.file.unzip_file", {"name": row}),
		"optimise": ("POST", API + "run_doc_method", {"dt": "File", "dn": row, "method": "optimize_file"}),
		"a forged optimise": (
			"POST", API + "run_doc_method",
			{"method": "optimize_file", "docs": {**own, "name": "new-file-1", "file_url": url, "file_name": "x.png",
				"is_private": 0, "file_size": 9, "modified": "2025-01-01 00:00:00"}},
		),
		"one's own row with its address": ("POST", "/api/resource/File", {"data": {**own, "file_url": url}}),
		"a public row with its address": ("POST", "/api/resource/File", {"data": {**own, "is_private": 0, "file_url": url}}),
		"one's own row with its name": ("POST", "/api/resource/File", {"data": {**own, "file_name": name}}),
		"one's own row, by a detour": (
			"POST", "/api/resource/File", {"data": {**own, "file_url": f"/private/files/x/../{name}"}},
		),
		"re-attaching it": ("PUT", f"/api/resource/File/{row}", {"data": {"attached_to_doctype": "User"}}),
		"publishing it": ("PUT", f"/api/resource/File/{row}", {"data": {"is_private": 0}}),
		"set_value": (
			"POST", API + "frappe.client.set_value",
			{"doctype": "File", "name": row, "fieldname": "is_private", "value": "0"},
		),
		"deleting it": ("DELETE", f"/api/resource/File/{row}", {}),
		"remove_attach": (
			"POST", API + "frappe.desk.form.utils.remove_attach", {"fid": row, "dt": "Escalation", "dn": case},
		),
		"attach_file": (
			"POST", API + "frappe.client.attach_file",
			{"filename": "a.txt", "filedata": "x", "doctype": "Escalation", "docname": case},
		),
		"the library": (
			"POST", API + "upload_file",
			{"library_file_name": row, "doctype": "", "docname": ""},
		),
		"uploadfile": (
			"POST", API + "uploadfile",
			{"from_form": "1", "doctype": "Escalation", "docname": case, "filename": "a.txt",
				"filedata": base64.b64encode(b"x").decode(), "file_url": ""},
		),
		"a mail of one's own with it": (
			"POST", API + "frappe.core.doctype.communication.email.make",
			{"doctype": "", "name": "", "subject": "x", "content": "x", "attachments": [row], "send_email": "0"},
		),
		"a mail about the case": (
			"POST", API + "frappe.core.doctype.communication.email.make",
			{"doctype": "Escalation", "name": case, "subject": "x", "content": "x", "recipients": "a@example.test"},
		),
		"a move to another folder": (
			"POST", API + "frappe.core.api.file.move_file",
			{"file_list": [{"name": row}], "new_parent": "Home", "old_parent": "Home/Attachments"},
		),
	}  # fmt: skip


WAYS = sorted(ways_in({"file_url": "/private/files/x", "file_name": "x", "name": "x"}, "x"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("which", ["kept", "picture"])
def test_another_agency_neither_gets_nor_changes_it(request, clients, case, way, which):
	kept = request.getfixturevalue(which)
	frappe.db.rollback()
	before = frappe.db.sql("select * from tabFile where attached_to_name = %s order by name", case.name)
	shared = frappe.db.count("File", {"file_url": kept["file_url"]})
	disk = public_files()
	verb, path, data = ways_in(kept, case.name)[way]
	answer = send(clients["stranger"], verb, path, data)
	frappe.db.rollback()
	for content in (SECRET, b"PNG\r\n"):
		assert content not in answer.content, way
	asked = str(data) + path
	for word in (kept["file_name"], kept["name"], case.name):
		assert word in asked or word not in answer.text, f"{way} tells a stranger {word}"
	assert (
		frappe.db.sql("select * from tabFile where attached_to_name = %s order by name", case.name) == before
	)
	assert frappe.db.count("File", {"file_url": kept["file_url"]}) == shared, way
	assert public_files() == disk, way


def send(client: Client, verb: str, path: str, data: dict[str, Any]) -> requests.Response:
	if verb == "GET":
		return client.get(path, **data)
	if "data" in data:
		return client.session.request(
			verb, client.url + path, json=data["data"], headers=client.csrf(), timeout=60
		)
	if verb == "DELETE":
		return client.session.delete(client.url + path, headers=client.csrf(), timeout=60)
	return client.post(path, **data)


def test_an_upload_of_the_same_bytes_tells_nothing(clients, kept):
	answer = upload(clients["stranger"], PDF, "mine.pdf", None, None)
	assert answer.status_code == 200, answer.text
	assert kept["file_name"] not in answer.text
	assert answer.json()["message"]["file_url"].startswith("/private/files/mine")
	send(clients["stranger"], "DELETE", f"/api/resource/File/{answer.json()['message']['name']}", {})
	assert SECRET in clients["raiser"].get(kept["file_url"]).content


@pytest.mark.parametrize("number", [1, 2, 777])
def test_a_name_of_a_cases_file_is_taken_whether_there_is_one_or_not(clients, kept, number):
	name = kept["file_name"].replace("-file-1.", f"-file-{number}.")
	answer = upload(clients["stranger"], PDF, name, None, None)
	assert answer.status_code == 403
	assert "belong to cases" in answer.text


def test_an_upload_that_is_too_big_or_broken_gets_a_sentence(clients, case):
	answer = clients["raiser"].post(
		API + "frappe.client.attach_file",
		filename="a.pdf", filedata="@@@ no base64", doctype="Escalation", docname=case.name, decode_base64="1",
	)  # fmt: skip
	assert answer.status_code == 417, answer.text
	answer = upload(
		clients["raiser"], b"%PDF-1.4" + b"0" * (26 * 1024 * 1024), "big.pdf", "Escalation", case.name
	)
	assert answer.status_code in (413, 417)
	assert "Traceback" not in answer.text


def test_pictures_in_a_comment_are_files_of_the_case(clients, case, picture):
	"""Frappe takes pictures out of a comment's text and attaches them, under the name that they came with."""
	pixel = base64.b64encode(clients["raiser"].get(picture["file_url"]).content).decode()
	content = f'<p>See</p><img src="data:image/png;filename=Zephyrine Canary.png;base64,{pixel}">'
	answer = clients["raiser"].post(
		API + "frappe.desk.form.utils.add_comment",
		reference_doctype="Escalation", reference_name=case.name, content=content,
		comment_email="elm.practitioner@example.test", comment_by="Elm",
	)  # fmt: skip
	assert answer.status_code == 200, answer.text
	assert "Zephyrine" not in answer.text
	assert "/private/files/" in answer.json()["message"]["content"]
