"""Workspaces: each role sees its own, everything they lead to exists and is open to that role, uninstall takes them."""

from __future__ import annotations

import json

import frappe
import pytest
from frappe.desk import desktop

from safeguarding_escalation.api import setup_check as setup_check_api
from safeguarding_escalation.safeguarding.report.who_looked import who_looked
from safeguarding_escalation.services import audit, health, looking
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.setup import roles
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

COMMON = "Safeguarding"
OWN = {
	roles.PRACTITIONER: "My Safeguarding Work",
	roles.MANAGER: "Safeguarding Team",
	roles.SENIOR_MANAGER: "Senior Safeguarding Work",
	roles.BUSINESS_MANAGER: "Board Office",
	roles.CHAIR: "Board Chair Work",
	roles.ADMINISTRATOR: "Safeguarding Setup",
	roles.AUDITOR: "Safeguarding Audit Work",
}
# What each role opens on, in its own words.
FIRST = {
	roles.PRACTITIONER: {"Raise a concern", "My cases", "Who do I ring?"},
	roles.MANAGER: {"My team today", "Everything due"},
	roles.SENIOR_MANAGER: {"My cases", "My team today"},
	roles.BUSINESS_MANAGER: {"My board's cases", "Policies", "Boards", "Contacts"},
	roles.CHAIR: {"Cases with me"},
	roles.AUDITOR: {"Who looked", "Checks of the record"},
	roles.ADMINISTRATOR: {"Settings", "Partner agencies", "Contacts", "Policies"},
}


def user_of(role):
	return factories.user(f"{frappe.scrub(role)}.desk@example.test", role)


def ours(user):
	"""The names of our workspaces that a user's Desk lists, in its order."""
	with as_user(user):
		pages = desktop.get_workspace_sidebar_items()["pages"]
	return [page["name"] for page in pages if page.get("module") == "Safeguarding"]


def shown(user, name):
	with as_user(user):
		return desktop.get_desktop_page(frappe.as_json({"name": name, "title": name, "public": 1}))


@pytest.mark.parametrize("role", roles.ROLES)
def test_a_role_sees_its_own_workspace_first_and_no_other_role_s(role):
	expected = [OWN[role]] if role in OWN else []
	assert ours(user_of(role)) == [*expected, COMMON]


def test_somebody_without_our_roles_sees_none():
	assert ours(factories.user("desk.nobody@example.test", "Website Manager")) == []


@pytest.mark.parametrize("role", OWN)
def test_nothing_that_a_workspace_offers_is_missing_for_its_role(role):
	stored = frappe.get_doc("Workspace", OWN[role])
	found = shown(user_of(role), OWN[role])
	offered = {item["label"] for item in found["shortcuts"]["items"]}
	assert offered == {row.label for row in stored.shortcuts}
	assert offered >= FIRST[role]
	links = {item["link_to"] for card in found["cards"]["items"] for item in card["links"]}
	assert links == {row.link_to for row in stored.links if row.type == "Link"}
	cards = {item.number_card_name for item in found["number_cards"]["items"]}
	assert cards == {row.number_card_name for row in stored.number_cards}
	assert len(found["quick_lists"]["items"]) == len(stored.quick_lists)


@pytest.mark.parametrize("name", [*OWN.values(), COMMON])
def test_every_target_exists_and_every_block_has_its_row(name):
	doc = frappe.get_doc("Workspace", name)
	for kind, target in [
		*((row.type, row.link_to) for row in doc.shortcuts),
		*((row.link_type, row.link_to) for row in doc.links if row.type == "Link"),
		*(("Number Card", row.number_card_name) for row in doc.number_cards),
		*(("Dashboard Chart", row.chart_name) for row in doc.charts),
		*(("DocType", row.document_type) for row in doc.quick_lists),
		*(("Role", row.role) for row in doc.roles),
	]:
		assert frappe.db.exists(kind, target), (kind, target)
	blocks = {(block["type"], *block["data"].values()) for block in json.loads(doc.content)}
	drawn = {(kind, label) for kind, label, *_width in blocks}
	assert {label for kind, label in drawn if kind == "shortcut"} == {row.label for row in doc.shortcuts}
	assert {label for kind, label in drawn if kind == "number_card"} == {
		row.label for row in doc.number_cards
	}
	assert {label for kind, label in drawn if kind == "quick_list"} == {row.label for row in doc.quick_lists}
	assert {label for kind, label in drawn if kind == "chart"} == {row.label for row in doc.charts}
	assert {label for kind, label in drawn if kind == "card"} == {
		row.label for row in doc.links if row.type == "Card Break"
	}


def test_every_custom_card_calls_a_function_that_the_desk_may_call():
	cards = frappe.get_all(
		"Number Card", {"module": "Safeguarding", "type": "Custom"}, ["name", "method", "filters_json"]
	)
	assert len(cards) == 21
	for card in cards:
		method = frappe.get_attr(card.method)
		frappe.is_whitelisted(method)
		filters = frappe.parse_json(card.filters_json or "{}")
		assert isinstance(frappe.call(card.method, filters=filters)["value"], int)
	with pytest.raises(BadInput, match="no such card"):
		setup_check_api.card({"of": "something else"})


def test_the_auditor_s_card_counts_the_rows_that_it_leads_to():
	with as_user(user_of(roles.AUDITOR)):
		answer = frappe.call("safeguarding_escalation.api.lists.refused_looks")
		assert len(looking.report(answer["route_options"])) == answer["value"]


def test_a_long_report_of_the_audit_says_what_it_leaves_out_and_its_card_counts_it(world, monkeypatch):
	name = factories.escalation(world).name
	for _ in range(3):
		audit.note(name, "refused", "the case")
	with as_user(user_of(roles.AUDITOR)):
		answer = frappe.call("safeguarding_escalation.api.lists.refused_looks")
		asked, every = answer["route_options"], answer["value"]
		assert every >= 3
		for longest in (every + 1, every):
			monkeypatch.setattr(looking, "LONGEST", longest)
			assert len(who_looked.execute(asked)) == 2
		monkeypatch.setattr(looking, "LONGEST", every - 1)
		_columns, rows, words = who_looked.execute(asked)
		assert len(rows) == every - 1
		assert f"newest {every - 1:,} rows, and there are more" in words
		assert frappe.call("safeguarding_escalation.api.lists.refused_looks")["value"] == every


def test_the_administrator_s_cards_count_what_they_lead_to_and_nobody_else_s(world):
	"""A contact more in the directory and a mail that failed are one more each; a practitioner gets no number at all."""

	def numbers():
		with as_user(user_of(roles.ADMINISTRATOR)):
			told = {of: setup_check_api.card({"of": of}) for of in ("setup", "health", "mails", "contacts")}
			listed = frappe.get_list(
				"Safeguarding Contact", told["contacts"]["route_options"], pluck="name", limit=0
			)
			assert len(listed) == told["contacts"]["value"]
			assert setup_check_api.lines()["counts"]["to do"] == told["setup"]["value"]
			found = health.look(frappe.session.user)
			wrong = found["counts"]["faults"] + found["counts"]["warnings"]
			assert told["health"]["value"] == (wrong if found["verdict"] else 1)
			return {of: answer["value"] for of, answer in told.items()}

	before = numbers()
	factories.contact("Unchecked Newcomer", world.other, "Manager", with_user=False)
	values = {"status": "Error", "message": "x", "sender": "a@example.test"}
	frappe.get_doc({"doctype": "Email Queue", **values}).insert()
	after = numbers()
	assert (after["mails"], after["contacts"]) == (before["mails"] + 1, before["contacts"] + 1)
	for role in (roles.PRACTITIONER, roles.CHAIR, roles.AUDITOR):
		with as_user(user_of(role)), pytest.raises(NotYours):
			setup_check_api.card({"of": "mails"})


def test_every_chart_and_report_of_a_workspace_is_there_for_its_role():
	for role, name in OWN.items():
		stored = {row.chart_name for row in frappe.get_doc("Workspace", name).charts}
		found = shown(user_of(role), name)
		assert {item.chart_name for item in found["charts"]["items"]} == stored, role


@pytest.mark.parametrize("role", [roles.PRACTITIONER, roles.MANAGER, roles.BUSINESS_MANAGER, roles.CHAIR])
def test_the_page_and_the_reports_are_open_to_the_role(role):
	with as_user(user_of(role)):
		assert frappe.get_doc("Page", "who-do-i-ring").is_permitted()
		assert frappe.get_doc("Report", "Everything Due").is_permitted()
		assert bool(frappe.get_doc("Report", "My Team Today").is_permitted()) == (role == roles.MANAGER)


def test_uninstall_finds_all_of_it_by_the_module():
	"""Frappe removes whatever links to our module: everything here must."""
	for doctype, names in {
		"Workspace": [*OWN.values(), COMMON],
		"Page": ["who-do-i-ring"],
		"Report": ["My Cases", "My Team Today", "Board Cases", "Everything Due", "Retention Review"],
	}.items():
		for name in names:
			assert frappe.db.get_value(doctype, name, "module") == "Safeguarding", (doctype, name)
	assert frappe.db.count("Number Card", {"module": "Safeguarding"}) == 21
