"""Frappe's own rows about a case, files, comments, assignments, shares and the rest, follow the case's access."""

import frappe
import pytest
from frappe.desk.form.assign_to import add as assign
from frappe.desk.form.document_follow import follow_document

from safeguarding_escalation import references
from safeguarding_escalation.tests import factories


@pytest.fixture
def case(world):
	return factories.escalation(world)


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


@pytest.fixture
def stranger(world):
	return world.user(world.other, "Practitioner")


def test_a_case_is_not_shared(case, stranger, raiser):
	with factories.as_user(raiser), pytest.raises(frappe.PermissionError):
		frappe.share.add("Escalation", case.name, stranger)
	with pytest.raises(frappe.PermissionError, match="not shared"):
		frappe.share.add("Escalation", case.name, stranger)
	with pytest.raises(frappe.PermissionError, match="not shared"):
		frappe.share.add("Escalation", case.name, everyone=1)


def test_a_case_is_assigned_among_those_who_may_see_it(case, raiser, stranger):
	with factories.as_user(raiser):
		with pytest.raises(frappe.PermissionError, match="no access"):
			assign({"doctype": "Escalation", "name": case.name, "assign_to": [stranger]})
		assign({"doctype": "Escalation", "name": case.name, "assign_to": [raiser]})
	frappe.db.delete("ToDo", {"reference_name": case.name})
	# Released version 15 refuses before our own check, with no words of its own.
	with factories.as_user(stranger), pytest.raises(frappe.PermissionError):
		assign({"doctype": "Escalation", "name": case.name, "assign_to": [raiser]})


def test_nobody_follows_a_case_by_mail(case, raiser, stranger):
	for user in (raiser, stranger):
		frappe.db.set_value("User", user, "document_follow_notify", 1)
		with factories.as_user(user):
			follow_document("Escalation", case.name, user)
	assert not frappe.db.exists("Document Follow", {"ref_docname": case.name})


def test_nobody_comments_on_or_likes_an_unseen_case(case, stranger, raiser):
	from frappe.desk.like import toggle_like

	with factories.as_user(stranger):
		with pytest.raises(frappe.PermissionError):
			toggle_like("Escalation", case.name, add="Yes")
		with pytest.raises(frappe.PermissionError):
			case.add_comment("Comment", "Hello")
	with factories.as_user(raiser):
		case.add_comment("Comment", "Hello")


def test_rows_of_frappe_that_point_at_a_case_are_not_listed(case, raiser):
	"""For a System Manager without access, who may otherwise list all of these."""
	keeper = factories.user("keeper@example.test", "System Manager")
	case.add_comment("Comment", "Hello")
	frappe.get_doc(
		{
			"doctype": "Communication",
			"reference_doctype": "Escalation",
			"reference_name": case.name,
			"subject": "x",
		}
	).insert()
	frappe.get_doc(
		{"doctype": "Version", "ref_doctype": "Escalation", "docname": case.name, "data": "{}"}
	).insert()
	frappe.get_doc({"doctype": "ToDo", "reference_type": "Escalation", "reference_name": case.name,
		"allocated_to": raiser, "description": "x"}).insert()  # fmt: skip
	frappe.get_doc(
		{"doctype": "View Log", "reference_doctype": "Escalation", "reference_name": case.name}
	).insert()
	frappe.get_doc(
		{
			"doctype": "Access Log",
			"export_from": "Escalation",
			"reference_document": case.name,
			"user": raiser,
		}
	).insert()
	for doctype in ("Access Log", "Comment", "Communication", "Version", "ToDo", "View Log"):
		kind, name = references.REFERENCES[doctype]
		found = frappe.get_all(doctype, {kind: "Escalation", name: case.name}, pluck="name")
		assert found, doctype
		with factories.as_user(keeper):
			assert not frappe.get_list(doctype, {"name": ("in", found)}), doctype
			assert not frappe.has_permission(doctype, "read", doc=frappe.get_doc(doctype, found[0])), doctype


def test_the_workflow_actions_of_a_case_are_its_own_peoples(case, raiser, stranger):
	row = frappe.get_doc(
		{
			"doctype": "Workflow Action",
			"reference_doctype": "Escalation",
			"reference_name": case.name,
			"status": "Open",
			"permitted_roles": [{"role": "All"}],
		}
	).insert(ignore_permissions=True)
	for user, count in ((raiser, 1), (stranger, 0)):
		with factories.as_user(user):
			assert len(frappe.get_list("Workflow Action", {"name": row.name})) == count
			assert frappe.has_permission("Workflow Action", "read", doc=row) is bool(count)


def test_frappes_own_rows_about_other_things_stay_as_they_were(stranger):
	with factories.as_user(stranger):
		note = frappe.get_doc(
			{"doctype": "ToDo", "description": "Call the ward", "allocated_to": stranger}
		).insert()
		assert frappe.get_list("ToDo", {"name": note.name})
		assert note.has_permission("read")
		note.add_comment("Comment", "Done")
