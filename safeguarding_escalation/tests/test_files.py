"""Files of a case: private, neutral, of a known kind, its own bytes, for the case's people, while it is open."""

from io import BytesIO
from pathlib import Path

import frappe
import pytest
from frappe.core.doctype.file.file import File as FrappeFile
from PIL import Image

from safeguarding_escalation import case_file
from safeguarding_escalation.services import files
from safeguarding_escalation.services.errors import BadInput, CaseClosed, NotYours
from safeguarding_escalation.tests import factories

CANARY = "Zephyrine Canary discharge.pdf"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def picture(kind: str) -> bytes:
	written = BytesIO()
	Image.new("RGB", (2, 2), "red").save(written, kind)
	return written.getvalue()


PNG = picture("PNG")
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


@pytest.fixture
def case(world):
	return factories.escalation(world)


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


@pytest.fixture
def stranger(world):
	return world.user(world.other, "Practitioner")


def attached(case, content=PDF, name=CANARY, **values):
	values = {"attached_to_doctype": "Escalation", "attached_to_name": case.name, "is_private": 1, **values}
	return frappe.get_doc({"doctype": "File", "file_name": name, "content": content, **values}).insert()


def on_disk(file) -> Path:
	return Path(frappe.get_site_path(*file.file_url.strip("/").split("/")))


def test_a_file_is_private_under_a_neutral_name_whatever_it_came_as(case, raiser):
	reference = frappe.db.get_value("Escalation", case.name, "reference")
	with factories.as_user(raiser):
		first = attached(case, is_private=0, folder="Home", attached_to_field="Zephyrine")
		second = attached(case, PNG, "Zephyrine Canary.PNG")
	assert (first.file_name, second.file_name) == (f"{reference}-file-1.pdf", f"{reference}-file-2.png")
	assert first.file_url == f"/private/files/{first.file_name}"
	assert first.is_private
	assert on_disk(first).read_bytes() == PDF
	stored = frappe.db.sql(
		"select * from tabFile where name in %s", [(first.name, second.name)], as_dict=True
	)
	comments = frappe.get_all(
		"Comment", {"reference_name": case.name, "comment_type": "Attachment"}, ["content", "comment_email"]
	)
	assert len(comments) == 2
	assert {row.comment_email for row in comments} == {raiser}
	assert "Zephyrine" not in frappe.as_json([stored, comments])
	first.delete(ignore_permissions=True)
	with factories.as_user(raiser):
		assert attached(case).file_name == f"{reference}-file-3.pdf"  # a number is never given twice


@pytest.mark.parametrize(
	("name", "content"),
	[
		("letter.docx", b"PK\x03\x04" + b"\0" * 60),
		("old.doc", OLE),
		("mail.msg", OLE),
		("note.txt", b"Spoke at 10:00, a < b"),
		("rows.csv", b"\xef\xbb\xbfa,b\n1,2\n"),
		("photo.jpeg", picture("JPEG")),
		("memo.rtf", rb"{\rtf1 Hello}"),
	],
)
def test_the_kinds_that_people_attach_are_taken(case, raiser, name, content):
	with factories.as_user(raiser):
		kept = attached(case, content, name)
	assert kept.file_name.endswith("." + name.rpartition(".")[2])


@pytest.mark.parametrize(
	("name", "content", "says"),
	[
		("page.html", b"<html><script>alert(1)</script>", "kind"),
		("picture.svg", b"<svg onload=alert(1)>", "kind"),
		("all.zip", b"PK\x03\x04", "kind"),
		("tool.exe", b"MZ", "kind"),
		("no ending", b"text", "kind"),
		("note.txt", b"\xef\xbb\xbf <!DOCTYPE html><script>", "ending"),
		("note.txt", b"<svg xmlns='x' onload='alert(1)'>", "ending"),
		("note.txt", PDF, "ending"),
		("photo.png", b"<svg onload=alert(1)>", "ending"),
		("photo.png", PDF, "ending"),
		("broken.jpg", bytes.fromhex("ffd8ffe000104a464946") + b"\0" * 20, "ending"),
		("broken.png", bytes.fromhex("89504e470d0a1a0a0000000d49484452"), "ending"),
		("letter.pdf", b"MZ not a PDF", "ending"),
		("letter.doc", b"<html>", "ending"),
		("letter.pdf", b"", "empty"),
		("letter.pdf", ["a", "list"], "empty|whole"),
	],
)
def test_other_kinds_and_disguises_are_refused(case, raiser, name, content, says):
	with factories.as_user(raiser), pytest.raises(BadInput, match=says):
		attached(case, content, name)


def test_two_cases_with_the_same_bytes_share_nothing(world, case, raiser, stranger):
	other = factories.escalation(world)
	with factories.as_user(raiser):
		here, there, again = attached(case), attached(other), attached(case)
	assert len({file.file_url for file in (here, there, again)}) == 3
	assert len({file.content_hash for file in (here, there, again)}) == 3
	with factories.as_user(raiser):
		frappe.delete_doc("File", here.name)
	assert not on_disk(here).exists()
	assert on_disk(there).exists()
	assert on_disk(again).exists()
	with factories.as_user(stranger):
		own = frappe.get_doc(
			{"doctype": "File", "file_name": "mine.pdf", "content": PDF, "is_private": 1}
		).insert()
	assert own.file_url.startswith("/private/files/mine"), "the upload tells that a case holds the same bytes"
	own.delete(ignore_permissions=True)
	assert on_disk(there).exists()


def test_an_uploader_who_lost_access_reads_it_no_more(case, raiser):
	with factories.as_user(raiser):
		kept = attached(case)
		assert frappe.get_doc("File", kept.name).is_downloadable()
	frappe.db.set_value("Escalation Access", {"escalation": case.name}, "active", 0)
	frappe.db.delete("Escalation Access", {"escalation": case.name})
	with factories.as_user(raiser):
		assert not frappe.get_doc("File", kept.name).is_downloadable()
		assert not frappe.has_permission("File", "read", doc=kept.name)
		assert not frappe.get_list("File", {"name": kept.name})


def test_strangers_neither_attach_nor_list_nor_read(case, raiser, stranger):
	with factories.as_user(raiser):
		kept = attached(case)
	with factories.as_user(stranger):
		with pytest.raises(frappe.PermissionError):
			attached(case)
		assert not frappe.get_list("File", {"name": kept.name})
		assert not frappe.get_doc("File", kept.name).is_downloadable()


@pytest.mark.parametrize(
	"values",
	[
		{"file_url": "{url}"},
		{"file_url": "{url}?fid=x"},
		{"file_url": "/private/files/x/../{name}"},
		{"file_url": "/private/files/%2e/{name}"},
		{"file_url": "https://elsewhere.example/private/files/{name}"},
		{"file_name": "{name}"},
		{"file_name": "{name}", "file_url": ""},
		{"file_name": "a.pdf", "file_url": "{name}"},
	],
)
@pytest.mark.parametrize("private", [0, 1])
def test_nobody_lays_hold_of_a_cases_file_by_its_address(case, raiser, stranger, values, private):
	with factories.as_user(raiser):
		kept = attached(case)
	given = {key: value.format(url=kept.file_url, name=kept.file_name) for key, value in values.items()}
	for user in (stranger, raiser):
		with factories.as_user(user), pytest.raises(frappe.PermissionError):
			frappe.get_doc({"doctype": "File", "is_private": private, **given}).insert()


def test_a_forged_record_reads_and_writes_nothing(case, raiser, stranger):
	with factories.as_user(raiser):
		kept = attached(case, PNG, "photo.png")
	forged = {
		"doctype": "File", "name": "new-file-1", "file_url": kept.file_url, "file_name": "x.png",
		"is_private": 0, "owner": stranger, "file_size": 10,
	}  # fmt: skip
	with factories.as_user(stranger):
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc(forged).get_content()
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc(forged).optimize_file()


def test_a_file_of_a_case_stays_as_and_where_it_is(world, case, raiser):
	other = factories.escalation(world)
	with factories.as_user(raiser):
		kept = attached(case)
		own = frappe.get_doc(
			{"doctype": "File", "file_name": "own.pdf", "content": PDF, "is_private": 1}
		).insert()
		for name, change in (
			(kept.name, {"attached_to_name": other.name}),
			(kept.name, {"attached_to_doctype": None, "attached_to_name": None}),
			(kept.name, {"attached_to_doctype": "User", "attached_to_name": raiser}),
			(kept.name, {"is_private": 0}),
			(kept.name, {"file_url": "/files/x.pdf"}),
			(kept.name, {"file_name": "Zephyrine.pdf"}),
			(own.name, {"attached_to_doctype": "Escalation", "attached_to_name": case.name}),
			(own.name, {"file_url": kept.file_url}),
		):
			document = frappe.get_doc("File", name)
			document.update(change)
			with pytest.raises(frappe.PermissionError):
				document.save()
		with pytest.raises(BadInput, match="kept as they were given"):
			frappe.get_doc("File", attached(case, PNG, "photo.png").name).optimize_file()
		with pytest.raises(BadInput, match="Unpack"):
			frappe.get_doc("File", kept.name).unzip()
		assert frappe.get_doc("File", kept.name).make_thumbnail() is None
	own.delete(ignore_permissions=True)


def test_a_link_is_not_attached_and_rows_of_a_case_hold_no_files(case, raiser):
	entry = frappe.get_all("Stage Log", {"escalation": case.name}, pluck="name")[0]
	with factories.as_user(raiser):
		with pytest.raises(BadInput, match="Upload the file itself"):
			attached(case, None, "a.pdf", file_url="https://elsewhere.example/a.pdf")
		with pytest.raises(BadInput, match="to the escalation itself"):
			attached(case, attached_to_doctype="Stage Log", attached_to_name=entry)
		row = case.subjects[0]
		with pytest.raises(BadInput, match="to the escalation itself"):
			attached(case, attached_to_doctype="Escalation Subject", attached_to_name=row.name)


def test_files_come_and_go_while_the_case_is_open_and_their_going_is_noted(case, raiser, world):
	with factories.as_user(raiser):
		kept, gone = attached(case), attached(case)
		frappe.delete_doc("File", gone.name)
	removed = frappe.get_all(
		"Comment",
		{"reference_name": case.name, "comment_type": "Attachment Removed"},
		["content", "comment_email"],
	)
	assert [(row.content, row.comment_email) for row in removed] == [(f"Removed {gone.file_name}", raiser)]
	with factories.as_user(world.user(world.other, "Manager")), pytest.raises(frappe.PermissionError):
		frappe.delete_doc("File", kept.name)
	frappe.db.set_value("Escalation", case.name, "workflow_state", "Closed")
	with factories.as_user(raiser):
		with pytest.raises(CaseClosed):
			frappe.delete_doc("File", kept.name)
		with pytest.raises(CaseClosed):
			attached(case)
	with pytest.raises(CaseClosed):
		frappe.delete_doc("File", kept.name)  # the Administrator too
	assert on_disk(kept).exists()


def test_where_another_app_keeps_the_files_none_of_a_case_is_taken(case, raiser):
	taken = FrappeFile(
		{
			"doctype": "File", "file_name": CANARY, "content": PDF, "is_private": 1,
			"attached_to_doctype": "Escalation", "attached_to_name": case.name,
		}
	)  # fmt: skip
	with factories.as_user(raiser), pytest.raises(frappe.PermissionError, match="Another app"):
		taken.insert()
	assert isinstance(frappe.new_doc("File"), case_file.CaseFile)


def test_files_that_are_no_cases_business_work_as_ever(raiser):
	with factories.as_user(raiser):
		public = frappe.get_doc({"doctype": "File", "file_name": "a b.html", "content": b"<p>x</p>"}).insert()
		twin = frappe.get_doc({"doctype": "File", "file_name": "c.html", "content": b"<p>x</p>"}).insert()
		assert twin.file_url == public.file_url  # Frappe's own sharing
		public.is_private = 1
		public.save()
		assert public.is_downloadable()
	for file in (twin, public):
		frappe.get_doc("File", file.name).delete(ignore_permissions=True)


def test_not_yours_is_a_refusal_of_rights():
	assert issubclass(NotYours, frappe.PermissionError)
