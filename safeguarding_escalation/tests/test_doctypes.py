"""The DocTypes are those of the design, mirror the policy schema, and keep their own promises."""

import json
from dataclasses import MISSING, fields
from pathlib import Path

import frappe
import pytest

from safeguarding_escalation.engine import EVENT_KINDS, load_policy
from safeguarding_escalation.engine.policy import policy_ids
from safeguarding_escalation.engine.schema import CAPACITIES, TABLES, PolicyData
from safeguarding_escalation.engine.validator_words import AGENCY_TYPES, ESCALATION_FIELDS
from safeguarding_escalation.permissions import CASE_DOCTYPES, NotChangeable
from safeguarding_escalation.services import policies
from safeguarding_escalation.services.policy_mapping import DOCTYPES, HEADER, dict_to_doc_values, fieldname
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
	"Escalation Access": "escalation grantee active since until reason",
	"Escalation Alert": "escalation clock instance due_at rung recipient sent_at email_queue",
	"Escalation Subject": """subject_name date_of_birth address local_reference kind representative_name
		representative_role do_not_contact_or_copy""",
	"Escalation Party": "agency side lead team aim view satisfied own_record_reference filed_on",
	"Safeguarding Contact": """contact_name agency user job_title capacity team line_manager phone out_of_hours
		from_date to_date verified_on""",
}
TYPES = {
	"str": {"Data", "Small Text", "Select"},
	"Terms": {"Small Text"},
	"int": {"Int"},
	"bool": {"Check"},
	"date | None": {"Date"},
	# Frappe fills an empty Time with the present time, so times of day are text that the engine reads.
	"time": {"Data"},
	"time | None": {"Data"},
	# An Int cannot be empty in Frappe.
	"int | None": {"Data"},
	"tuple[int, ...]": {"Small Text"},
	"tuple[date, ...]": {"Small Text"},
}


def definitions():
	"""Every DocType of ours, as its file says."""
	return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*/*.json"))]


def definition(name):
	return next(each for each in definitions() if each["name"] == name)


def columns(name):
	return {field["fieldname"]: field for field in definition(name)["fields"]}


def policy_values(**changes):
	"""A Redbridge policy under another name, as frappe.get_doc takes it."""
	data = load_policy("redbridge-2022").to_dict() | {"id": "a-test-policy"}
	return dict_to_doc_values(data) | changes


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


@pytest.mark.parametrize("name", CASE_DOCTYPES)
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
	assert columns("Stage Log")["kind"]["options"].split("\n") == list(EVENT_KINDS)
	assert columns("Safeguarding Contact")["capacity"]["options"].split("\n") == list(CAPACITIES)
	assert columns("Safeguarding Contact Capacity")["capacity"]["options"].split("\n") == list(CAPACITIES)
	assert columns("Partner Agency")["agency_type"]["options"].split("\n") == list(AGENCY_TYPES)


@pytest.mark.parametrize(
	("doctype", "row_type"),
	[(HEADER, PolicyData), *((DOCTYPES[table], row_type) for table, row_type in TABLES.items())],
)
def test_a_policy_doctype_mirrors_its_dataclass(doctype, row_type):
	stored = columns(doctype)
	for field in fields(row_type):
		if field.name in TABLES:
			assert stored[field.name]["fieldtype"] == "Table"
			assert stored[field.name]["options"] == DOCTYPES[field.name]
			continue
		column = stored[fieldname(doctype, field.name)]
		assert column["fieldtype"] in TYPES[field.type], field.name
		if field.default is MISSING:
			assert column.get("reqd") or field.type == "int", field.name
			continue
		default = column.get("default", "0" if field.type in ("int", "bool") else "")
		wanted = field.default if field.default is not None else ""
		wanted = int(wanted) if isinstance(wanted, bool) else wanted
		if column["fieldtype"] == "Select" and not default:
			default = column["options"].split("\n")[0]
		assert default == ("\n".join(map(str, wanted)) if isinstance(wanted, tuple) else str(wanted)), (
			field.name
		)


@pytest.mark.parametrize("policy_id", policy_ids())
def test_a_shipped_policy_reads_back_from_the_desk_as_it_was(policy_id):
	assert frappe.db.get_value("Board Policy", policy_id, "docstatus") == 1
	assert policies.policy(policy_id) == load_policy(policy_id)


def test_a_policy_with_an_unknown_field_is_refused_rather_than_shortened():
	with pytest.raises(KeyError, match="surprise"):
		dict_to_doc_values({"id": "x", "title": "X", "surprise": 1})


def test_a_nonsensical_policy_is_kept_as_a_draft_and_not_submitted():
	policy = frappe.get_doc(policy_values(due_time="00:00")).insert()
	assert "midnight" in str(frappe.local.message_log[-1])
	with pytest.raises(frappe.ValidationError, match="midnight"):
		policy.submit()


def test_a_cell_that_cannot_be_read_is_refused_at_once():
	with pytest.raises(frappe.ValidationError, match="closures"):
		frappe.get_doc(policy_values(closures="next Tuesday")).insert()


def test_a_submitted_policy_never_changes():
	policy = frappe.get_doc(policy_values())
	policy.submit()
	policy.title = "Another"
	with pytest.raises(frappe.ValidationError):
		policy.save()
	policy.reload()
	with pytest.raises(frappe.ValidationError, match="never cancelled"):
		policy.cancel()
	policy.reload()
	with pytest.raises(frappe.ValidationError):
		policy.delete()
	amended = frappe.copy_doc(policy)
	amended.update({"policy_name": "a-test-policy-1", "amended_from": policy.name, "docstatus": 0})
	with pytest.raises(frappe.ValidationError, match="not amended"):
		amended.insert()


def test_a_new_version_belongs_to_the_family_of_the_one_it_supersedes():
	first = frappe.get_doc(policy_values())
	first.submit()
	second = frappe.get_doc(policy_values(policy_name="a-test-policy-2", supersedes=first.name)).insert()
	assert (first.policy_key, first.policy_version) == ("a-test-policy", 1)
	assert (second.policy_key, second.policy_version) == ("a-test-policy", 2)


def test_a_board_adopts_submitted_policies_only_and_one_from_a_date():
	draft = frappe.get_doc(policy_values()).insert()
	board = frappe.get_doc("Safeguarding Board", "Redbridge")
	board.append("policies", {"policy": draft.name, "from_date": "2030-01-01"})
	with pytest.raises(frappe.ValidationError, match="still a draft"):
		board.save()
	board.reload()
	board.append("policies", {"policy": "stockport", "from_date": board.policies[0].from_date})
	with pytest.raises(frappe.ValidationError, match="same date"):
		board.save()


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


def test_a_note_is_changed_by_a_redaction_only():
	note = frappe.get_doc({"doctype": "Stage Log Note", "stage_log": "x", "escalation": "y", "note": "Text"})
	note.flags.ignore_links = True
	note.insert()
	note.note = "Other"
	for change in (note.save, note.delete):
		with pytest.raises(NotChangeable):
			change()
	note.reload()
	note.flags.ignore_links = note.flags.redaction = True
	note.note, note.redacted = "", 1
	note.save()


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
		document.flags.ignore_links = True
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
	with pytest.raises(frappe.ValidationError, match="prefix"):
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
