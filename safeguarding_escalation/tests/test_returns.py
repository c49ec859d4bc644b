"""The document of a board's return: whose it is, counting, issuing, freezing, names, publishing, files, drill-down."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

import frappe
import frappe.client
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import returns as api
from safeguarding_escalation.engine import returns
from safeguarding_escalation.engine.return_periods import Period
from safeguarding_escalation.engine.suppression import is_small
from safeguarding_escalation.services import (
	returns_content,
	returns_counting,
	returns_document,
	returns_drafting,
	returns_issuing,
	returns_people,
	returns_print,
	returns_rows,
	returns_tables,
)
from safeguarding_escalation.services.errors import BadInput, NotYours, PreviewOutdated
from safeguarding_escalation.tests import factories, return_cases
from safeguarding_escalation.tests.return_cases import BOARD

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
MANAGER = "seaham.manager@example.test"
CHAIR = "seaham.chair@example.test"
ADMINISTRATOR = "adm.returns@example.test"


@pytest.fixture(scope="module")
def accounts(world):
	"""The accounts, made once and kept: making a user is slow."""
	frappe.set_user("Administrator")
	for email, capacity in ((MANAGER, "Business Manager"), (CHAIR, "Chair")):
		factories.user(email, factories.ROLE_OF[capacity])
	factories.user(ADMINISTRATOR, "Safeguarding Administrator")
	frappe.db.commit()


@pytest.fixture(scope="module")
def office(world, accounts, kept):
	"""The board's Business Manager and Chair, with accounts."""
	return_cases.boards()
	frappe.db.set_single_value("Safeguarding Settings", "installation", "Board hosted")
	office = factories.agency("Seaham Safeguarding Adults Board", "Other")
	for email, capacity, post in (
		(MANAGER, "Business Manager", "business_manager"),
		(CHAIR, "Chair", "chair"),
	):
		contact = factories.contact(f"{capacity} Seaham", office, capacity, email)
		frappe.db.set_value("Safeguarding Board", BOARD, post, contact)
	return office


@pytest.fixture(scope="module")
def stories(office):
	return return_cases.made(110, 11)


def drafted(first="2025-01-01", period="quarterly", user=MANAGER, **values):
	with factories.as_user(user):
		given = {"doctype": "Board Return", "board": BOARD, "period": period, "from_date": first, **values}
		return frappe.get_doc(given).insert()


def issued(first, period="quarterly", **values):
	doc = drafted(first, period, **values)
	with factories.as_user(MANAGER):
		api.issue(doc.name)
	return frappe.get_doc("Board Return", doc.name)


def content(doc, version="internal"):
	return returns_print.content_of(frappe.get_doc("Board Return", doc.name), version)


def test_a_return_is_its_boards_own(world, office):
	doc = drafted("2025-02-11", figures='{"cells": {"opened": 99}}', status="Issued", digest="x")
	assert (str(doc.from_date), str(doc.to_date), doc.status) == ("2025-01-01", "2025-03-31", "Draft")
	assert returns_content.stored(doc.figures)["cells"]["opened"] == 0
	assert doc.scope == returns_people.BOARDS
	strangers = (
		world.user(world.raising, "Senior Manager"),
		world.user("Redbridge Safeguarding Adults Board", "Business Manager"),
		ADMINISTRATOR,
	)
	for user in strangers:
		with factories.as_user(user):
			assert not doc.has_permission("read")
			assert frappe.has_permission("Board Return", "read") is (user != strangers[2])
			if user != strangers[2]:
				assert frappe.get_list("Board Return", {"name": doc.name}) == []
			for call in (api.show, api.recount, api.issue, api.texts, api.export, api.pdf):
				with pytest.raises(NotYours):
					call(doc.name)
			with pytest.raises(NotYours):
				api.rows(doc.name, "opened")
	with factories.as_user(strangers[1]), pytest.raises(NotYours):
		frappe.get_doc({"doctype": "Board Return", "board": BOARD, "from_date": "2024-01-01"}).insert()
	with factories.as_user(CHAIR):
		assert frappe.get_list("Board Return", {"name": doc.name}, pluck="name") == [doc.name]
		assert not api.show(doc.name)["may_write"]
		with pytest.raises(NotYours):
			api.issue(doc.name)
	with factories.as_user(MANAGER):
		assert api.show(doc.name)["may_write"]
	with pytest.raises(BadInput, match="one already"):
		drafted("2025-03-31")


def test_only_words_are_changed_in_a_draft_and_nothing_in_an_issued_return(office):
	doc = drafted()
	with factories.as_user(MANAGER):
		doc.update(
			{"figures": "{}", "digest": "forged", "issued_by": "x", "commentary_overview": "A quiet quarter."}
		)
		doc.save()
	doc.reload()
	assert returns_content.stored(doc.figures)["cells"]
	assert (doc.digest, doc.issued_by, doc.commentary_overview) == (None, None, "A quiet quarter.")
	with factories.as_user(MANAGER):
		told = api.issue(doc.name)
		assert told["digest"]
		assert returns_issuing.verify(doc.name)
		doc.reload()
		doc.commentary_overview = "Another."
		with pytest.raises(returns_document.Frozen):
			doc.save()
		for call in (api.issue, api.recount):
			with pytest.raises(returns_document.Frozen):
				call(doc.name)
		with pytest.raises(returns_document.Frozen):
			frappe.client.set_value("Board Return", doc.name, "commentary_overview", "Another.")
	with pytest.raises(returns_document.Frozen):
		frappe.delete_doc("Board Return", doc.name)
	with pytest.raises(Exception, match=r"keeps its name|not allowed"):
		frappe.rename_doc("Board Return", doc.name, "another", force=True)
	for statement in (
		"UPDATE `tabBoard Return` SET figures = '{}' WHERE name = %s",
		"UPDATE `tabBoard Return` SET status = 'Draft' WHERE name = %s",
		"UPDATE `tabBoard Return` SET commentary_overview = 'x' WHERE name = %s",
		"DELETE FROM `tabBoard Return` WHERE name = %s",
	):
		with pytest.raises(Exception, match="an issued return stays as it is"):
			frappe.db.sql(statement, doc.name)
	assert returns_issuing.verify(doc.name)


def test_what_is_issued_is_what_was_read(stories):
	doc = drafted()
	return_cases.made(8, 12)
	with factories.as_user(MANAGER):
		with pytest.raises(PreviewOutdated):
			api.issue(doc.name)
		assert api.recount(doc.name) == {"changed": True}
		assert api.recount(doc.name) == {"changed": False}
		assert api.issue(doc.name)["digest"]


def test_quarters_come_to_the_year_and_what_was_corrected_late_is_listed(stories):
	firsts = ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")
	quarters = [issued(first) for first in firsts[:3]]
	return_cases.made(14, 13)
	quarters.append(issued(firsts[3]))
	told = {each["return"]: each for each in content(quarters[3])["late"]}
	for quarter in quarters[:3]:
		period = Period(quarter.from_date, quarter.to_date)
		now = returns_counting.count(BOARD, period).cells
		was = content(quarter)["cells"]
		changed = {cell for cell in {**was, **now} if was.get(cell, 0) != now.get(cell, 0)} - {
			cell for cell in now if cell.startswith("direction")
		}
		assert {cell for cell, *_ in told[quarter.reference]["lines"]} == changed
		for cell, before, after in told[quarter.reference]["lines"]:
			assert (before, after) == (was.get(cell, 0), now.get(cell, 0))
	year = content(drafted("2025-01-01", "free dates", to_date="2025-12-31"))
	assert year["year"]["quarters"] == [quarter.reference for quarter in quarters]
	assert {line[-1] for line in year["year"]["lines"]} == {0}
	assert any(line[2] for line in year["year"]["lines"])
	assert any(line[3] for line in year["year"]["lines"])
	# What the fourth quarter's return has said of the first is not said again.
	again = content(drafted("2026-01-01"))
	assert not again["late"]


def test_the_published_version_gives_no_small_number_away(stories):
	docs = [issued(first) for first in ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")]
	docs.append(issued("2025-01-01", "free dates", to_date="2025-12-31"))
	known, hidden = {}, {}
	for doc in docs:
		cells, told = content(doc)["cells"], content(doc, "published")["cells"]
		assert set(cells) == set(told)
		for cell, value in cells.items():
			if told[cell] is None:
				hidden[doc.name, cell] = value
			else:
				assert not is_small(value), cell
				assert told[cell] == value
			known[doc.name, cell] = value
		assert content(doc, "published")["year"] is None
	sums = [
		{(doc.name, cell): sign for cell, sign in each.items()}
		for doc in docs
		for each in returns.relations(content(doc)["cells"])
	]
	*quarters, year = docs
	for cell in content(year)["cells"]:
		code, _, column = returns.parts(cell)
		kind = returns.BY_CODE[code].kind_of(column)
		if kind in (returns.SUM, returns.DISTINCT, returns.SETTLED):
			sums.append({(year.name, cell): -1, **{(each.name, cell): 1 for each in quarters}})
	sums += [{(one.name, "open_end"): 1, (two.name, "open_start"): -1} for one, two in pairwise(quarters)]
	sums = [each for each in sums if sum(known.get(cell, 0) * sign for cell, sign in each.items()) == 0]
	assert return_cases.recoverable(hidden, sums) == []


def test_each_figure_leads_to_its_rows(stories):
	doc = drafted("2025-01-01", "free dates", to_date="2025-12-31")
	cells = content(doc)["cells"]
	period = Period(doc.from_date, doc.to_date)
	events = {
		code for code, figure in returns.BY_CODE.items() if figure.counts in (returns.EVENTS, returns.RUNS)
	}
	for cell, value in cells.items():
		names = returns_rows.members(BOARD, period, cell)
		if returns.parts(cell)[0] in events:
			assert 0 < len(names) <= value if value else not names, cell
		else:
			assert len(names) == value, cell
	with factories.as_user(MANAGER):
		found = api.rows(doc.name, "opened")
		assert found["count"] == cells["opened"]
		assert (found["hidden"], found["rows"]) == (cells["opened"], [])
		with pytest.raises(BadInput):
			api.rows(doc.name, "nothing")
	first = returns_rows.members(BOARD, period, "opened")[0]
	contact = frappe.db.get_value("Safeguarding Board", BOARD, "business_manager")
	factories.let_in(first, contact)
	with factories.as_user(MANAGER):
		found = api.rows(doc.name, "opened")
		assert [row.name for row in found["rows"]] == [first]
		assert found["hidden"] == cells["opened"] - 1


def test_names_never(stories):
	first = returns_rows.members(BOARD, Period(date(2025, 1, 1), date(2025, 3, 31)), "live")[0]
	subject = {"parent": first, "parenttype": "Escalation", "parentfield": "subjects", "kind": "Adult"}
	frappe.get_doc(
		{
			"doctype": "Escalation Subject",
			"name": "subject-of-returns",
			"subject_name": "Zephyrine Canary",
			**subject,
		}
	).db_insert()
	frappe.db.set_value(
		"Escalation", first, {"theme": "Canary's discharge", "learning": "Ring Zephyrine's ward."}
	)
	doc = drafted()
	cells = content(doc)["cells"]
	assert not any("Canary" in cell for cell in cells)
	assert cells[f"theme::{returns_content.WITHHELD}"] == 1
	assert returns_rows.members(
		BOARD, Period(doc.from_date, doc.to_date), f"theme::{returns_content.WITHHELD}"
	) == [first]
	contact = frappe.db.get_value("Safeguarding Board", BOARD, "business_manager")
	factories.let_in(first, contact)
	with factories.as_user(MANAGER):
		for words in ("We spoke of Zephyrine Canary.", "Business Manager Seaham chaired."):
			doc.reload()
			doc.commentary_overview = words
			with pytest.raises(BadInput, match="names nobody"):
				doc.save()
		offered = api.texts(doc.name)
		assert [
			(each["escalation"], each["field"], each["names"])
			for each in offered
			if each["escalation"] == first
		] == [(first, "learning", ["Zephyrine Canary"])] or any(
			each["escalation"] == first and each["names"] for each in offered
		)
		with pytest.raises(BadInput, match="names"):
			api.adopt(doc.name, first, "learning", "Ring Zephyrine's ward first.")
		other = returns_rows.members(BOARD, Period(date(2025, 1, 1), date(2025, 3, 31)), "live")[1]
		with pytest.raises(NotYours):
			api.adopt(doc.name, other, "learning", "Ring first.")
		assert (
			api.adopt(doc.name, first, "learning", "Ring the ward first.")["field"] == "commentary_learning"
		)
	assert frappe.db.get_value("Board Return", doc.name, "commentary_learning") == "Ring the ward first."


def test_files_and_prints_of_both_versions(stories):
	doc = drafted()
	with factories.as_user(MANAGER):
		doc.commentary_overview = "=1+1 is no formula here."
		doc.save()
		for version in ("internal", "published"):
			shown = api.show(doc.name, version)
			rows = returns_tables.rows(shown)
			assert {len(row) for row in rows} == {max(map(len, rows))}
			assert any("'=1+1 is no formula here." in row for row in rows)
			values = {(row[1], row[2], row[3]): row[4] for row in rows if row[0] == "Opened, ended and open"}
			cells = content(doc, version)["cells"]
			expected = "[c]" if cells["opened"] is None else cells["opened"]
			assert values["Opened", "", "Number"] == expected
			for kind in ("csv", "xlsx"):
				api.export(doc.name, version, kind)
				assert frappe.response.filename.endswith(f"{version}.{kind}")
				assert len(frappe.response.filecontent) > 2000
			assert returns_print.render(frappe.get_doc("Board Return", doc.name), version).startswith(b"%PDF")
			format_name = "Board Return" if version == "internal" else "Board Return Published"
			html = frappe.get_print("Board Return", doc.name, format_name)
			assert f"{version.upper()} VERSION" in html
			assert "<svg" in html
		with pytest.raises(BadInput):
			api.export(doc.name, "secret", "csv")
		with pytest.raises(BadInput):
			api.export(doc.name, "internal", "exe")


def test_drafts_by_schedule_once_each_and_mailed_as_a_link(office, monkeypatch):
	return_cases.made(3, 21)
	# The policy of these boards asks for no return; one that does is a copy of it with a quarterly one.
	policy = frappe.copy_doc(frappe.get_doc("Board Policy", return_cases.POLICY))
	policy.update({"name": "seaham-2025", "policy_key": "seaham", "title": "Seaham's policy"})
	given = {
		"return_name": "Quarterly report",
		"period": "quarterly",
		"period_start": "1 January",
		"clause": "5",
	}
	policy.append("returns", {**given, "due": "10 working days", "columns": "Themes\nConsequence for policy"})
	policy.set("docstatus", 0)
	policy.insert(set_name="seaham-2025")
	policy.submit()
	board = frappe.get_doc("Safeguarding Board", BOARD)
	board.policies[0].db_set("policy", policy.name)
	frappe.db.set_value(
		"Escalation", {"board": BOARD}, "creation", "2025-05-10 10:00:00", update_modified=False
	)
	result = scheduler.draft_returns("2025-10-02")
	mine = frappe.get_all("Board Return", {"board": BOARD}, ["*"], order_by="from_date")
	assert [str(row.from_date) for row in mine] == ["2025-04-01", "2025-07-01"]
	others = set(frappe.get_all("Board Return", {"board": ("!=", BOARD)}, pluck="name"))
	assert {row.name for row in mine} == set(result["drafted"]) - others == set(result["told"]) - others
	# Ten working days after 30 June: Monday 14 July.
	assert str(mine[0].due_on) == "2025-07-14"
	again = scheduler.draft_returns("2025-10-02")
	assert (again["drafted"], again["told"]) == ([], [])
	mails = frappe.get_all(
		"Email Queue",
		{"reference_doctype": "Board Return", "reference_name": mine[0].name},
		["name", "message"],
	)
	assert len(mails) == 1
	assert mine[0].name in mails[0].message
	recipients = frappe.get_all("Email Queue Recipient", {"parent": mails[0].name}, pluck="recipient")
	assert recipients == [MANAGER]
	asked = returns_content.stored(mine[0].figures)["asked"]
	assert [each["column"] for each in asked] == ["Themes", "Consequence for policy"]
	monkeypatch.setattr(returns_drafting, "missing", lambda board, day: 1 / 0)
	with pytest.raises(RuntimeError, match="could not be drafted"):
		scheduler.draft_returns("2026-01-02")


def test_an_organisations_return_is_its_own_senior_peoples(world, office):
	settings = frappe.get_doc("Safeguarding Settings")
	frappe.db.set_single_value("Safeguarding Settings", "installation", "One organisation")
	frappe.db.set_single_value("Safeguarding Settings", "host_agency", world.raising)
	try:
		senior = world.user(world.raising, "Senior Manager")
		doc = drafted(user=senior)
		assert doc.scope == returns_people.OURS
		assert (
			"direction" in {returns.parts(cell)[0] for cell in content(doc)["cells"]}
			or not content(doc)["cells"]["opened"]
		)
		for user in (
			MANAGER,
			world.user(world.other, "Senior Manager"),
			world.user(world.raising, "Practitioner"),
		):
			with factories.as_user(user), pytest.raises(NotYours):
				api.show(doc.name)
		with factories.as_user(senior):
			assert returns_people.OURS in json.dumps(api.show(doc.name))
			assert api.issue(doc.name)["digest"]
	finally:
		for field in ("installation", "host_agency"):
			frappe.db.set_single_value("Safeguarding Settings", field, settings.get(field))
