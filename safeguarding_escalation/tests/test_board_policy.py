"""A Board Policy mirrors the engine's schema, reads back as it was, and never changes once submitted."""

from dataclasses import MISSING, fields

import frappe
import pytest

from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.engine.policy import policy_ids
from safeguarding_escalation.engine.schema import TABLES, PolicyData
from safeguarding_escalation.services import policies
from safeguarding_escalation.services.policy_mapping import DOCTYPES, HEADER, dict_to_doc_values, fieldname
from safeguarding_escalation.tests.test_doctypes import columns

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


def policy_values(**changes):
	"""A Redbridge policy under another name, as frappe.get_doc takes it."""
	data = load_policy("redbridge-2022").to_dict() | {"id": "a-test-policy"}
	return dict_to_doc_values(data) | changes


@pytest.mark.parametrize(
	("doctype", "row_type"),
	[(HEADER, PolicyData), *((DOCTYPES[table], row_type) for table, row_type in TABLES.items())],
)
def test_a_policy_doctype_mirrors_its_dataclass(doctype, row_type):
	stored = columns(doctype)
	for field in fields(row_type):
		if row_type is PolicyData and field.name in TABLES:
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
