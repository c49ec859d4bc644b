"""The DocTypes are those of the design and keep their own promises."""

import json
from pathlib import Path

import frappe
import pytest

from safeguarding_escalation.engine import EVENT_KINDS
from safeguarding_escalation.engine.schema import CAPACITIES
from safeguarding_escalation.engine.validator_words import AGENCY_TYPES, ESCALATION_FIELDS
from safeguarding_escalation.permissions import GUARDED_DOCTYPES, NotChangeable
from safeguarding_escalation.services import redacting
from safeguarding_escalation.services.log import RECORD_KINDS
from safeguarding_escalation.setup.roles import ROLES
from safeguarding_escalation.tests import factories

FOLDER = Path(__file__).resolve().parent.parent / "safeguarding" / "doctype"
DESIGN = {
	"Escalation": """reference other_references direction board policy path workflow_state current_stage
		current_level stage_label raising_agency raised_by raising_lead responding_agency responding_lead nature
		nature_other dispute_summary decision_challenged decision_maker evidence_reasons risk_to_adult
		outcome_sought safe_by scope_basis disagreement_at decision_received_at immediate_risk told_whom told_at
		interim_safety_actions protective_deadline agreed_timescale involvement advocacy_considered
		best_interests_dispute resolution_summary contingency_plan outstanding_issues_plan resolved_at
		stage_resolved actions signatures additional_notes dissatisfaction_remaining learning policy_gap theme
		theme_level complaint_made conference_chair enquiry_manager health_route out_of_area_board started_at
		completed_at next_due_at next_owed_by highest_stage working_days_to_resolution clocks_missed
		allowed_actions parties subjects""",
	"Stage Log": """escalation kind stage level occurred_at recorded_at recorded_by actor actor_name actor_role
		actor_agency side counterpart mode two_way attendees source confirmed_by visibility rule relates_to due_at
		note_digest corrects previous_hash hash sequence""",
	"Escalation Deadline": """escalation clock instance stage starts_at policy_due_at due_at capped_by met_at
		ended_at kind owed_by clause policy next_alert_at""",
	"Escalation Spell": "escalation number board state stage highest came_from begins ends from_at to_at skipped ground working_days",
	"Escalation Access": "escalation grantee active since until reason",
	"Escalation Alert": "escalation clock instance due_at rung recipient sent_at email_queue",
	"Escalation Subject": """subject_name date_of_birth address local_reference kind representative_name
		representative_role do_not_contact_or_copy""",
	"Escalation Party": "agency side lead team aim view satisfied own_record_reference filed_on",
	"Safeguarding Contact": """contact_name agency user job_title capacity team line_manager phone out_of_hours
		from_date to_date verified_on""",
}


def definitions():
	"""Every DocType of ours, as its file says."""
	return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*/*.json"))]


def definition(name):
	return next(each for each in definitions() if each["name"] == name)


def columns(name):
	return {field["fieldname"]: field for field in definition(name)["fields"]}


@pytest.mark.parametrize("doctype", DESIGN)
def test_a_doctype_has_the_fields_of_the_design(doctype):
	assert set(DESIGN[doctype].split()) <= set(columns(doctype))


def test_an_escalation_has_every_field_that_a_policy_may_ask_for():
	assert set(columns("Escalation")) >= ESCALATION_FIELDS


@pytest.mark.parametrize("each", definitions(), ids=lambda each: each["name"])
def test_house_rules_of_a_doctype(each):
	assert each["engine"] == "InnoDB"
	assert each["module"] == "Safeguarding"
	assert not each["allow_rename"]
	assert each["sort_field"] == "modified"
	assert not any(field.get("in_global_search") for field in each["fields"])
	assert not any(row.get("share") or row.get("email") for row in each["permissions"])
	assert {row["role"] for row in each["permissions"]} <= {*ROLES, "System Manager"}


@pytest.mark.parametrize("name", GUARDED_DOCTYPES)
def test_case_data_has_hash_names_and_nobody_deletes_or_exports_it(name):
	each = definition(name)
	assert each["autoname"] == "hash"
	for row in each["permissions"]:
		assert row["role"] not in ("System Manager", "Safeguarding Auditor")
		assert not {right for right in ("delete", "export", "import") if row.get(right)}
		assert name == "Escalation" or not (row.get("create") or row.get("write"))


def test_only_three_fields_of_an_escalation_are_mandatory_whatever_the_policy():
	mandatory = {name for name, field in columns("Escalation").items() if field.get("reqd")}
	assert mandatory == {"board", "raising_agency", "direction"}
	assert definition("Escalation")["title_field"] == "reference"


def test_vocabularies_are_those_of_the_engine():
	assert columns("Stage Log")["kind"]["options"].split("\n") == [*EVENT_KINDS, *RECORD_KINDS]
	assert columns("Safeguarding Contact")["capacity"]["options"].split("\n") == list(CAPACITIES)
	assert columns("Safeguarding Contact Capacity")["capacity"]["options"].split("\n") == list(CAPACITIES)
	assert columns("Partner Agency")["agency_type"]["options"].split("\n") == list(AGENCY_TYPES)


def test_the_log_is_append_only_for_the_administrator_too(world):
	case = factories.escalation(world)
	row = frappe.get_doc("Stage Log", {"escalation": case.name})
	row.kind = "closed"
	for change in (
		row.save,
		row.delete,
		lambda: frappe.rename_doc("Stage Log", row.name, "other", force=True),
	):
		with pytest.raises(NotChangeable):
			change()


def test_a_note_is_changed_by_a_redaction_only(world):
	case = factories.escalation(world)
	row = factories.entry(case.name, note="Text")
	note = frappe.get_doc("Stage Log Note", {"stage_log": row})
	note.note = "Other"
	for change in (note.save, note.delete, note.db_update, lambda: note.db_set("note", "Other")):
		with pytest.raises(NotChangeable):
			change()
	assert redacting.blank_note(note.name, "Names a third person")
	assert frappe.db.get_value("Stage Log Note", note.name, ["redacted", "salt"]) == (1, "")


@pytest.mark.parametrize(
	("doctype", "key"),
	[
		("Stage Log", {"escalation": "x", "sequence": 1}),
		(
			"Escalation Alert",
			{"escalation": "x", "clock": "C", "instance": None, "rung": "due", "recipient": "r"},
		),
	],
)
def test_what_must_be_unique_is_so_in_the_database(doctype, key):
	given = {"kind": "closed", "occurred_at": "2025-03-11", "recorded_at": "2025-03-11", "recorded_by": "r"}
	row = {"doctype": doctype, "due_at": "2025-03-12 10:00:00", **given, **key}

	def insert():
		document = frappe.get_doc(row)
		document.flags.ignore_links = document.flags.appended = True
		document.insert()

	insert()
	with pytest.raises(frappe.UniqueValidationError):
		insert()


def test_a_row_of_the_form_is_not_saved_or_deleted_by_itself(world):
	row = factories.escalation(world).subjects[0]
	row = frappe.get_doc("Escalation Subject", row.name)
	row.subject_name = "Somebody else"
	for change in (row.save, row.delete):
		with pytest.raises(NotChangeable):
			change()


def test_a_case_does_not_take_a_row_out_of_another(world):
	other, mine = factories.escalation(world), factories.escalation(world)
	taken = other.subjects[0].as_dict()
	mine.append("subjects", taken | {"parent": mine.name})
	mine.subjects[-1].name = taken.name
	with pytest.raises(NotChangeable, match="does not belong"):
		mine.save()
	assert frappe.db.get_value("Escalation Subject", taken.name, "parent") == other.name


def test_allowed_actions_is_text_that_no_client_can_forge(world, monkeypatch):
	case = factories.escalation(world)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		document = frappe.get_doc("Escalation", case.name)
		assert "Raise Concern" in document.as_dict()["allowed_actions"].splitlines()
	forged = frappe.get_doc(case.as_dict() | {"allowed_actions": "Close"})
	assert "Close" not in forged.allowed_actions.splitlines()

	def fail(_document):
		raise RuntimeError

	monkeypatch.setattr("safeguarding_escalation.services.lifecycle.allowed_actions", fail)
	assert document.allowed_actions == ""


@pytest.mark.parametrize("prefix", ["A", "A-B", "ELEVENCHARS", "é1"])
def test_a_reference_prefix_is_short_and_plain(prefix):
	settings = frappe.get_doc("Safeguarding Settings")
	settings.reference_prefix = prefix
	with pytest.raises(frappe.ValidationError, match=r"(?i)prefix"):
		settings.save()


@pytest.mark.parametrize(
	("change", "refused"),
	[
		({"agency": "Northgate Police"}, True),
		({"capacity": "Manager"}, True),
		({"team": "South"}, True),
		({"user": None}, True),
		({"other_capacities": [{"capacity": "Chair"}]}, True),
		({"phone": "020 7946 0000"}, False),
	],
)
def test_only_an_administrator_changes_what_gives_an_account_access(world, change, refused):
	contact = frappe.get_doc("Safeguarding Contact", world.contact(world.raising, "Practitioner"))
	keeper = next(
		email for (_agency, capacity), email in world.users.items() if capacity == "Business Manager"
	)
	with factories.as_user(keeper):
		contact.update(change)
		if refused:
			with pytest.raises(frappe.PermissionError, match="Safeguarding Administrator"):
				contact.save()
		else:
			contact.save()
