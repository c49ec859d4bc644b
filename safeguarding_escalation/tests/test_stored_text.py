"""No markup is stored anywhere, none reaches a print, and what is too much is refused with a sentence."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services.errors import BadInput
from safeguarding_escalation.services.text import MOST_ROWS, TEXTS, limit_of
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

PAYLOAD = "<img src=http://evil.example/x.png onerror=alert(1)>&lt;script&gt;alert(2)&lt;/script&gt;<x onclick=alert(3)>Q"
LIVE = ("<img", "<script", "<x ", "evil.example", "onclick=alert(3)>")
COMPUTED = {"reference", "stage_label", "next_owed_by", "current_level"}


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


def filled(doctype: str, keep: tuple[str, ...] = ()) -> dict[str, str]:
	"""Every text that somebody may type into a DocType."""
	return {
		field.fieldname: PAYLOAD[: limit_of(field)]
		for field in frappe.get_meta(doctype).fields
		if field.fieldtype in TEXTS
		and not field.get("is_virtual")
		and not field.read_only
		and field.options != "Email"
		and field.fieldname not in (*COMPUTED, *keep)
	}


@pytest.fixture
def case(world, raiser):
	made = factories.escalation(
		world,
		**{
			**filled("Escalation"),
			"subjects": [{**filled("Escalation Subject"), "kind": "Adult"}],
			"parties": [
				{**filled("Escalation Party"), "agency": world.raising, "side": "raising"},
				{**filled("Escalation Party"), "agency": world.responding, "side": "responding"},
			],
			"involvement": [{**filled("Escalation Involvement"), "stage": 1, "informed": "No"}],
			"actions": [{**filled("Escalation Action"), "stage": 1}],
		},
	)
	with as_user(raiser):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00", note=PAYLOAD)
		typed = ("note", "attendees", "evidence", "relates_to", "to")
		api.record(
			made.name,
			"discussed",
			occurred_at="2025-03-13 10:00:00",
			**dict.fromkeys(typed, PAYLOAD[:140]),
		)
	return made


def texts(case) -> str:
	"""Everything stored about the case in our tables."""
	rows = [frappe.get_doc("Escalation", case.name).as_dict()]
	for doctype in ("Stage Log", "Stage Log Note", "Escalation Deadline", "Escalation Access"):
		rows += frappe.get_all(doctype, {"escalation": case.name}, ["*"])
	return frappe.as_json(rows)


def test_no_field_and_no_argument_stores_markup(case):
	stored = texts(case)
	for piece in (*LIVE[:2], "&lt;script"):
		assert piece not in stored
	assert "alert(2)" in stored, "what stands between tags is kept as text"


@pytest.mark.parametrize(
	"print_format",
	[
		"4LSAB Annex B", "Stockport Appendix Two", "Redbridge Escalation Record", "Buckinghamshire Appendix B",
		"Suffolk Appendix 1", "Escalation Chronology", "Escalation Notice",
	],
)  # fmt: skip
def test_no_print_holds_a_live_tag_even_of_what_was_stored_before(case, raiser, print_format):
	"""As a database may hold it that an earlier version, an import or an administrator wrote to."""
	for doctype in (
		"Escalation",
		"Escalation Subject",
		"Escalation Party",
		"Escalation Involvement",
		"Escalation Action",
	):
		for name in frappe.get_all(
			doctype, {"name" if doctype == "Escalation" else "parent": case.name}, pluck="name"
		):
			frappe.db.set_value(doctype, name, filled(doctype), update_modified=False)
	frappe.db.set_value("Partner Agency", case.raising_agency, "phone", PAYLOAD[:140])
	with as_user(raiser):
		page = frappe.get_print("Escalation", case.name, print_format)
	# The notice repeats nothing that somebody typed; the others do, or this test would show nothing.
	assert ("alert(2)" in page) is (print_format != "Escalation Notice")
	for piece in ("<img src", "<script>alert", "<x onclick"):
		assert piece not in page


@pytest.mark.parametrize(
	("doctype", "values"),
	[
		("Partner Agency", {"agency_name": "Payload Trust", "agency_type": "Health"}),
		("Safeguarding Contact", {"capacity": "Practitioner"}),
	],
)
def test_the_directory_stores_no_markup_either(doctype, values):
	keep = tuple(values)
	document = frappe.get_doc({"doctype": doctype, **filled(doctype, keep), **values}).insert()
	stored = frappe.as_json(frappe.db.get_value(doctype, document.name, "*", as_dict=True))
	for piece in LIVE[:2]:
		assert piece not in stored


def test_a_board_and_the_settings_store_no_markup():
	board = frappe.get_doc("Safeguarding Board", factories.BOARD)
	board.area_covered = PAYLOAD
	board.save(ignore_permissions=True)
	settings = frappe.get_doc("Safeguarding Settings")
	settings.help_text = PAYLOAD
	settings.flags.ignore_mandatory = True
	settings.save(ignore_permissions=True)
	for text in (board.area_covered, settings.help_text):
		assert "<img" not in text
		assert "<x " not in text


def test_too_many_rows_are_refused_with_a_sentence(world):
	with pytest.raises(BadInput, match=f"{MOST_ROWS} rows are the limit"):
		factories.escalation(world, subjects=[{"subject_name": "A", "kind": "Adult"}] * (MOST_ROWS + 1))


@pytest.mark.parametrize(
	("field", "length"), [("theme", 141), ("dispute_summary", 20_001), ("told_whom", 141)]
)
def test_too_long_a_text_is_refused_with_a_sentence(world, field, length):
	with pytest.raises(BadInput, match="too many"):
		factories.escalation(world, **{field: "x" * length})
	factories.escalation(world, **{field: "x" * (length - 1)})
