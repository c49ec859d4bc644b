"""A case is seen by those whom an Escalation Access row names, on every way to it that a hook guards."""

import frappe
import frappe.client
import pytest
from frappe.client import get_list
from frappe.utils import add_days, now

from safeguarding_escalation import audit_permissions, compat, permissions, references, return_permissions
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine.access import team_key
from safeguarding_escalation.services import absences, preferences
from safeguarding_escalation.tests import factories

OURS = "Safeguarding"


@pytest.fixture
def case(world):
	"""A raised case of the raising agency, with a row in each DocType about it."""
	document = factories.escalation(world)
	values = {
		"Escalation Alert": {"clock": "RB.S1.RAISE", "due_at": now(), "rung": "due", "recipient": "x"},
		"Escalation Copy": {"recipient_name": "The board's office", "what": "Record"},
		"Related Escalation": {"related_to": document.name, "relation": "Other"},
		"Record Confirmation": {"what": "stage", "stage": 1, "state": "asked", "contact_name": "Somebody"},
		"Escalation Deadline": {"clock": "RB.X", "due_at": now()},
		"Escalation Spell": {"board": factories.BOARD, "state": "open", "from_at": now()},
	}
	for doctype, given in values.items():
		frappe.get_doc({"doctype": doctype, "escalation": document.name, **given}).insert()
	copy = frappe.db.get_value("Escalation Copy", {"escalation": document.name})
	for doctype, given in (("Escalation Copy Text", {"copy": copy}), ("Advice Request", {"question": "x"})):
		row = {"doctype": doctype, "escalation": document.name, "visibility": "parties", **given}
		frappe.get_doc(row).insert()
	factories.entry(document.name, note="x")
	for field in ("actions", "signatures", "involvement", "answers"):
		child = frappe.get_meta("Escalation").get_field(field).options
		row = frappe.new_doc(child, parent_doc=document, parentfield=field)
		row.db_insert()
	return document


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


@pytest.fixture
def stranger(world):
	return world.user(world.other, "Practitioner")


def grant(escalation, grantee, **values):
	return frappe.get_doc(
		{
			"doctype": "Escalation Access",
			"escalation": escalation,
			"grantee": grantee,
			"rights": "write",
			**values,
		}
	).insert()


def rows(doctype, user, case):
	"""What the user may list of a DocType about this case, child rows included, as the API gives it."""
	parent = "Escalation" if doctype in permissions.ROWS else None
	field = {"Escalation": "name"}.get(doctype, "parent" if parent else "escalation")
	with factories.as_user(user):
		return get_list(doctype, filters={field: case.name}, parent=parent)


def test_every_doctype_with_a_query_condition_has_a_permission_check_and_the_reverse():
	hooks = "safeguarding_escalation"
	conditions = frappe.get_hooks("permission_query_conditions", app_name=hooks)
	checks = frappe.get_hooks("has_permission", app_name=hooks)
	assert (
		set(conditions)
		== set(checks)
		== {
			*permissions.GUARDED_DOCTYPES,
			*references.REFERENCES,
			audit_permissions.DOCTYPE,
			absences.DOCTYPE,
			preferences.DOCTYPE,
			return_permissions.DOCTYPE,
		}
	)
	for doctype, paths in conditions.items():
		condition = frappe.get_attr(paths[0])
		assert condition.__doc__ == f"{condition.__doc__}"
		assert doctype in condition.__doc__
		assert condition("Administrator") == f"(1=1 /* audited: {doctype} */)"


def test_every_doctype_of_ours_is_case_data_or_directory():
	directory = {
		"Board Policy", "Board Return", "Partner Agency", "Record Check", "Safeguarding Board", "Safeguarding Board Policy",
		"Alert Preference", "Partner Agency Team",
		"Safeguarding Absence", "Safeguarding Contact", "Safeguarding Contact Capacity", "Safeguarding Settings",
		"Health Check", "Safeguarding Heartbeat", "Calendar Change", "Known Bank Holidays",
	}  # fmt: skip
	known = directory | set(permissions.GUARDED_DOCTYPES) | {audit_permissions.DOCTYPE}
	found = set(frappe.get_all("DocType", {"module": OURS}, pluck="name"))
	assert {name for name in found - known if not name.startswith("Policy ")} == set()


def test_a_case_is_listed_for_its_raiser_and_for_nobody_of_another_agency(case, raiser, stranger):
	for doctype in permissions.CASE_DOCTYPES:
		found = rows(doctype, raiser, case)
		assert found, doctype
		assert not rows(doctype, stranger, case), doctype
		with factories.as_user(stranger):
			for row in found:
				assert not frappe.get_doc(doctype, row.name).has_permission("read"), doctype
				with pytest.raises(frappe.PermissionError):
					frappe.client.get(doctype, row.name)


@pytest.mark.parametrize("doctype", [*permissions.GUARDED_DOCTYPES, *references.REFERENCES])
def test_a_condition_is_parenthesised_and_never_empty(doctype, stranger):
	module = permissions if doctype in permissions.GUARDED_DOCTYPES else references
	condition = getattr(module, f"{frappe.scrub(doctype)}_query" if doctype != "ToDo" else "todo_query", None)
	condition = condition or getattr(module, f"{doctype.lower().replace(' ', '_')}_query")
	for user in (stranger, "Guest"):
		text = condition(user)
		assert text.startswith("(")
		assert text.endswith(")")
	if module is permissions:
		assert condition("Guest").startswith("((1=0) ")


def test_counts_and_searches_do_not_betray_a_case(case, raiser, stranger):
	"""Through the overrides that hooks.py registers, as a request takes them."""
	found = {}
	for user in (raiser, stranger):
		with factories.as_user(user):
			counted = execute("frappe.client.get_count", doctype="Escalation", filters={"name": case.name})
			asked = {"doctype": "Escalation", "txt": case.reference, "ignore_user_permissions": 1}
			# Released version 15 returns what the pre-release leaves in the response.
			linked = execute("frappe.desk.search.search_link", **asked)
			linked = linked if linked is not None else frappe.response.pop("results")
			searched = execute(
				"frappe.desk.search.search_widget", **asked, filter_fields='["dispute_summary"]'
			)
			searched = searched if searched is not None else frappe.response.pop("values")
			found[user] = (counted, len(linked), len(searched))
			with pytest.raises(frappe.PermissionError):
				get_list("Escalation Subject", fields=["subject_name"])
	assert found == {raiser: (1, 1, 1), stranger: (0, 0, 0)}


def test_the_numbers_beside_the_connections_count_what_the_user_may_list(world, raiser, stranger):
	"""An entry inside one agency is not even counted for the other; nor are cases of a board for a stranger."""

	def numbers(doctype: str, name: str) -> dict[str, int]:
		answer = execute("frappe.desk.notifications.get_open_count", doctype=doctype, name=name)["count"]
		rows = answer if isinstance(answer, list) else answer["external_links_found"]
		return {row.get("doctype") or row["name"]: row["count"] for row in rows}

	case = factories.escalation(world)
	with factories.as_user(raiser):
		api.move(case.name, "Raise Concern")
		entry = api.record(case.name, "consulted", note="Spoke to my own manager.")
	with factories.as_user(raiser):
		mine = numbers("Escalation", case.name)["Stage Log"]
		assert mine == len(frappe.get_list("Stage Log", {"escalation": case.name}, limit_page_length=0))
	with factories.as_user(world.user(world.responding, "Practitioner")):
		theirs = numbers("Escalation", case.name)["Stage Log"]
	assert frappe.db.get_value("Stage Log", entry["log"], "visibility") == "own agency"
	assert theirs == mine - 1
	with factories.as_user(stranger), pytest.raises(frappe.PermissionError):
		numbers("Escalation", case.name)


def test_a_link_to_an_unseen_case_shows_no_more_than_was_given(case, raiser, stranger):
	link = {"doctype": "Escalation", "docname": case.name}
	for user, exists, title in ((raiser, case.name, case.reference), (stranger, None, case.name)):
		with factories.as_user(user):
			# Version 16 checks a link by another function than those before it.
			earlier = hasattr(frappe.client, "validate_link")
			command, fields = (
				("validate_link", "fields") if earlier else ("validate_link_and_fetch", "fields_to_fetch")
			)
			found = execute(f"frappe.client.{command}", **link, **{fields: '["reference"]'})
			assert (found.get("name"), found.get("reference")) == (exists, case.reference if exists else None)
			assert execute("frappe.desk.search.get_link_title", **link) == title


def test_a_function_that_this_version_lacks_is_refused(raiser):
	with factories.as_user(raiser), pytest.raises(frappe.DoesNotExistError):
		compat.client_function("no_such_function")


def execute(command, **given):
	"""What a request to one of Frappe's functions runs, by the override that hooks.py registers."""
	override = frappe.get_hooks("override_whitelisted_methods")[command][0]
	return frappe.call(frappe.get_attr(override), **given)


def test_a_forged_document_opens_nothing(case, stranger, world):
	"""The fields of a document that a client sends say nothing: the stored row of that name does."""
	with factories.as_user(stranger):
		forged = frappe.get_doc(
			case.as_dict() | {"raising_agency": world.other, "raised_by": None, "owner": stranger}
		)
		assert not forged.has_permission("read")
		assert not forged.has_permission("write")
		for name in (None, "", 5, ["x"], {"x": 1}, "no-such-case"):
			assert not permissions.may("Escalation", name, stranger)


def test_an_access_row_counts_while_it_is_in_force(case, stranger):
	row = grant(case.name, stranger)
	for values, reads, writes in (
		({}, True, True),
		({"rights": "read"}, True, False),
		({"active": 0}, False, False),
		({"since": add_days(now(), 1)}, False, False),
		({"until": add_days(now(), -1)}, False, False),
		({"since": add_days(now(), -2), "until": add_days(now(), 1)}, True, True),
	):
		plain = {"rights": "write", "active": 1, "since": None, "until": None}
		frappe.db.set_value("Escalation Access", row.name, plain | values)
		assert bool(rows("Escalation", stranger, case)) is reads, values
		with factories.as_user(stranger):
			assert frappe.has_permission("Escalation", "read", doc=case.name) is reads, values
			assert frappe.has_permission("Escalation", "write", doc=case.name) is writes, values
			assert frappe.has_permission("Escalation", "print", doc=case.name) is reads, values
			for right in ("delete", "share", "export", "submit", "cancel", "email"):
				assert frappe.has_permission("Escalation", right, doc=case.name) is False, (values, right)


def test_a_team_key_opens_the_case_to_that_capacity_of_that_team_only(case, stranger, world):
	grant(case.name, team_key(world.other, "Manager", "North"))
	assert not rows("Escalation", stranger, case)
	assert rows("Escalation", world.user(world.other, "Manager"), case)
	assert not rows("Escalation", world.user(world.responding, "Manager"), case)


def test_leaving_ends_access_at_once(case, raiser, world):
	frappe.db.set_value(
		"Safeguarding Contact", world.contact(world.raising, "Practitioner"), "to_date", add_days(now(), -3)
	)
	assert permissions.grantees(raiser) == ()
	assert not rows("Escalation", raiser, case)


def test_the_owner_of_a_row_has_no_right_by_owning_it(case, raiser):
	frappe.db.set_value("Escalation Access", {"escalation": case.name}, "active", 0)
	assert not rows("Escalation", raiser, case)
	with factories.as_user(raiser):
		assert not frappe.has_permission("Escalation", "read", doc=case.name)


def test_a_renamed_user_keeps_the_cases(case, raiser):
	frappe.rename_doc("User", raiser, "renamed@example.test", force=True)
	assert rows("Escalation", "renamed@example.test", case)


def test_an_internal_entry_stays_in_the_agency_that_wrote_it(case, raiser, world):
	answering = world.user(world.responding, "Practitioner")
	grant(case.name, answering)
	factories.entry(case.name, actor_agency=world.raising, note="For everybody")
	shown = len(rows("Stage Log", answering, case))
	notes = len(rows("Stage Log Note", answering, case))
	entry = factories.entry(
		case.name, visibility="own agency", actor_agency=world.raising, note="Among ourselves"
	)
	assert len(rows("Stage Log", answering, case)) == shown
	assert len(rows("Stage Log Note", answering, case)) == notes
	assert frappe.db.count("Stage Log", {"escalation": case.name}) == shown + 1
	assert entry in {row.name for row in rows("Stage Log", raiser, case)}


def test_an_entry_for_the_board_is_seen_by_its_posts_and_its_writer(case, raiser, world):
	answering = world.user(world.responding, "Practitioner")
	office = next(email for (_agency, capacity), email in world.users.items() if capacity == "Chair")
	for user in (answering, office):
		grant(case.name, user)
	entry = factories.entry(case.name, visibility="board", actor_agency=world.raising)
	seen = {
		user: entry in {row.name for row in rows("Stage Log", user, case)}
		for user in (answering, office, raiser)
	}
	assert seen == {answering: False, office: True, raiser: True}
