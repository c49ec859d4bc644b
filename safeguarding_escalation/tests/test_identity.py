"""Who the adult is stays in the case's own fields: no list, version, comment column or automatic text tells it."""

import json
from pathlib import Path

import frappe
import pytest

import safeguarding_escalation
from safeguarding_escalation.services import identity
from safeguarding_escalation.tests import factories

NAME = "Zephyrine Canary"
SUBJECT = {
	"subject_name": NAME,
	"kind": "Adult",
	"date_of_birth": "1941-02-03",
	"local_reference": "CANARY-0207",
	"address": "1 Canary Row",
	"representative_name": "Wren Canary",
	"representative_role": "Daughter and attorney",
	"do_not_contact_reason": "He reads her post",
}
SECRETS = (NAME, "Canary", "CANARY", "1941", "Daughter", "reads her post", "Peregrine")


@pytest.fixture
def case(world):
	return factories.escalation(world, subjects=[SUBJECT])


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


def saved(case, user, **values):
	with factories.as_user(user):
		document = frappe.get_doc("Escalation", case.name)
		document.update(values)
		document.flags.ignore_version = False
		frappe.flags.in_test = False
		try:
			return document.save()
		finally:
			frappe.flags.in_test = True


def versions(case) -> str:
	return "\n".join(frappe.get_all("Version", {"docname": case.name}, pluck="data"))


def latest(case):
	names = frappe.get_all("Version", {"docname": case.name}, order_by="creation desc", pluck="data")
	return json.loads(names[0])


# DocTypes and their JSON


def doctypes():
	folder = Path(safeguarding_escalation.__file__).parent / "safeguarding" / "doctype"
	found = [json.loads(path.read_text()) for path in folder.glob("*/*.json")]
	assert len(found) > 20
	return {row["name"]: row for row in found if row.get("doctype") == "DocType"}


SHOWING = ("in_list_view", "in_standard_filter", "in_preview", "in_global_search", "in_filter", "bold")


def test_no_field_of_identity_is_shown_in_a_list_a_filter_a_preview_or_the_search():
	known = doctypes()
	for doctype, fields in identity.FIELDS.items():
		rows = {field["fieldname"]: field for field in known[doctype]["fields"]}
		assert set(fields) <= set(rows)
		# The rows of the form's own table are the form itself: no list shows them (permissions: child rows).
		shown = [flag for flag in SHOWING if not (known[doctype].get("istable") and flag == "in_list_view")]
		for name in fields:
			assert not [flag for flag in shown if rows[name].get(flag)], f"{doctype}.{name}"
		for option in ("title_field", "image_field", "subject_field", "sender_field"):
			assert known[doctype].get(option) not in fields
		assert not set(str(known[doctype].get("search_fields") or "").split(",")) & set(fields)


def test_nothing_of_a_case_is_in_the_global_search_and_its_title_is_the_reference():
	for name, row in doctypes().items():
		assert not row.get("index_web_pages_for_search") or not row.get("has_web_view"), name
		assert not [field["fieldname"] for field in row["fields"] if field.get("in_global_search")], name
	escalation = doctypes()["Escalation"]
	assert escalation["title_field"] == "reference"
	assert escalation["search_fields"] == "reference,stage_label"
	lists = {field["fieldname"] for field in escalation["fields"] if field.get("in_list_view")}
	assert lists == {"board", "reference", "stage_label", "next_due_at", "next_owed_by"}


def test_every_text_of_an_escalation_that_names_somebody_is_known():
	"""A new field whose label speaks of a name, a birth, an address or a relation is identity, or is listed here."""
	professional = {"out_of_area_board", "informed_by", "signatory_name", "led_for"}
	words = ("name", "birth", "address", "representative", "relation", "do not contact", "reference")
	for doctype in ("Escalation", *identity.FIELDS, "Escalation Involvement", "Escalation Signature"):
		for field in doctypes()[doctype]["fields"]:
			if field["fieldtype"] not in ("Data", "Date", "Small Text"):
				continue
			text = f"{field['fieldname']} {field.get('label') or ''}".lower()
			if any(word in text.replace("_", " ") for word in words):
				known = field["fieldname"] in (*identity.FIELDS.get(doctype, ()), *professional)
				assert known or field["fieldname"] in ("reference", "representative_views"), field[
					"fieldname"
				]


# Versions


def test_a_version_says_that_identity_changed_and_not_what_it_was(case, raiser):
	document = frappe.get_doc("Escalation", case.name)
	first = document.subjects[0].as_dict()
	saved(
		case,
		raiser,
		subjects=[
			{
				**first,
				"subject_name": "Zephyrine Peregrine",
				"date_of_birth": "1942-02-03",
				"address": "2 Canary Row",
			},
			{"subject_name": "Peregrine Second", "kind": "Child", "local_reference": "CANARY-9"},
		],
		counterparty_name="Peregrine Third",
		dispute_summary="Mrs Canary and Zephyrine  Canary were not seen; nor was Peregrine, Zephyrine.",
	)
	told = versions(case)
	for secret in SECRETS:
		assert secret not in told, told
	changes = latest(case)
	assert ["counterparty_name", None, "(changed)"] in changes["changed"]
	row = {field: (old, new) for field, old, new in changes["row_changed"][0][3]}
	assert row["subject_name"] == ("(not shown)", "(changed)")
	assert "date_of_birth" in row
	assert changes["added"][0][1]["kind"] == "Child"
	assert changes["added"][0][1]["subject_name"] == "(not shown)"
	assert "Mrs the adult and the adult were not seen" in told
	saved(case, raiser, subjects=[], counterparty_name="")
	told = versions(case)
	assert [row[0] for row in latest(case)["removed"]] == ["subjects", "subjects"]
	for secret in SECRETS:
		assert secret not in told, told


def test_what_is_no_identity_keeps_its_old_and_new_value(case, raiser):
	saved(case, raiser, outcome_sought="A review is held.", theme="Neglect")
	changed = {row[0]: row[1:] for row in latest(case)["changed"]}
	assert changed["outcome_sought"] == ["The enquiry is reopened.", "A review is held."]
	assert changed["theme"][1] == "Neglect"


@pytest.mark.parametrize(
	"data", ["", "no JSON", "[1]", "null", '{"changed": null}', '{"added": [["subjects", {}]]}']
)
def test_a_version_of_another_kind_is_left_alone(case, data):
	made = frappe.get_doc(
		{"doctype": "Version", "ref_doctype": "Escalation", "docname": case.name, "data": data}
	)
	made.insert(ignore_permissions=True)
	assert (
		json.loads(made.data) == json.loads(data)
		if data[:1] in "[{n" and data != "no JSON" and data
		else made.data == data
	)


# Names in texts


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("Zephyrine Canary was seen", "the adult was seen"),
		("ZEPHYRINE   CANARY was seen", "the adult was seen"),
		("Canary, Zephyrine", "the adult"),
		("Mrs Canary's home", "Mrs the adult's home"),
		("the canary in the cage", "the canary in the cage"),
		("Canarys", "Canarys"),
		("", ""),
		(None, ""),
	],
)
def test_a_name_becomes_the_adult(text, expected):
	assert identity.without(text, ["Zephyrine Canary"]) == expected


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("Zephyrine told the ward", True),
		("zephyrine canary", True),
		("Canary", True),
		("a canary sang", False),
		("the plan for the adult", False),
		("", False),
	],
)
def test_whether_a_text_names_somebody(text, expected):
	assert identity.named(text, ["Zephyrine Canary"]) is expected


def test_names_of_any_letters_are_found():
	for name in ("O'Brien-Smith", "Łucja Żak", "José (Pepe) Ñandú", "李小龙", "a.b*c"):
		assert identity.without(f"with {name}.", [name]) == "with the adult."


# Comments


def test_what_people_write_in_comments_is_not_copied_into_lists(case, raiser):
	with factories.as_user(raiser):
		comment = case.add_comment("Comment", f"{NAME} was seen")
		comment.content = f"{NAME} was seen twice"
		comment.save(ignore_permissions=True)
		listed = frappe.get_list("Escalation", {"name": case.name}, ["name", "reference", "_comments"])[0]
	assert "Canary" not in listed._comments
	assert len(json.loads(listed._comments)) == 1


def test_a_site_that_ran_before_is_masked_once(case, raiser):
	"""As an earlier version left it: a telling version, comment column and file name."""
	from safeguarding_escalation.patches import take_identity_out

	data = json.dumps(
		{"changed": [["dispute_summary", "Zephyrine Canary was ill", "x"]], "added": [["subjects", SUBJECT]]}
	)
	version = frappe.get_doc(
		{"doctype": "Version", "ref_doctype": "Escalation", "docname": case.name, "data": "{}"}
	)
	version.insert(ignore_permissions=True)
	version.db_set("data", data)
	frappe.db.set_value("Escalation", case.name, "_comments", json.dumps([{"comment": NAME, "by": raiser}]))
	with factories.as_user(raiser):
		kept = frappe.get_doc(
			{
				"doctype": "File", "file_name": "a.txt", "content": b"text", "attached_to_doctype": "Escalation",
				"attached_to_name": case.name,
			}
		).insert()  # fmt: skip
	folder = Path(frappe.get_site_path("private", "files"))
	old = folder / "Zephyrine Canary.txt"
	(folder / kept.file_name).rename(old)
	kept.db_set(
		{
			"file_name": "Zephyrine Canary.txt",
			"file_url": "/private/files/Zephyrine Canary.txt",
			"owner": raiser,
		}
	)
	frappe.db.set_value(
		"Comment",
		{"reference_name": case.name, "comment_type": "Attachment"},
		"content",
		"Added Zephyrine Canary.txt",
	)
	for _ in range(2):
		take_identity_out.execute()
		kept.reload()
		assert kept.file_name == f"{frappe.db.get_value('Escalation', case.name, 'reference')}-file-2.txt"
		stored = [
			frappe.db.get_value("Version", version.name, "data"),
			frappe.db.get_value("Escalation", case.name, "_comments"),
			frappe.get_all("Comment", {"reference_name": case.name}, ["content"]),
			kept.as_dict(),
		]
		assert "Canary" not in frappe.as_json(stored)
		assert not old.exists()
		assert (folder / kept.file_name).read_text() == "text"
	(folder / kept.file_name).unlink()
