"""A list that is only counted tells a number, whichever query a release of Frappe counts it by."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation import permissions
from safeguarding_escalation.references import REFERENCES
from safeguarding_escalation.services import audit_cases, audit_lists
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def watched(world, monkeypatch):
	"""Somebody who reads a case, on a watched database."""
	factories.escalation(world)
	monkeypatch.setattr(frappe.local.db, "sql", frappe.local.db.sql)
	with as_user(world.user(world.raising, "Practitioner")):
		audit_lists.watch()
		yield
	frappe.local.safeguarding_listed = None


def of(doctype: str) -> str:
	"""The query of a list, as Frappe writes it for this user."""
	where = f"/* audited: {doctype} */ `tab{doctype}`.name <> '' limit 1001"
	return f"select `tab{doctype}`.name from `tab{doctype}` where {where}"  # noqa: S608 (names of this file)


def around(doctype: str, columns: str) -> str:
	"""A query that reads a list's rows by another one."""
	return f"select {columns} from ( {of(doctype)} ) p"  # noqa: S608 (names of this file)


@pytest.mark.parametrize("doctype", ["Escalation", "Stage Log", "File", "Comment", "ToDo"])
def test_a_count_of_a_bounded_list_is_a_figure(watched, doctype):
	assert doctype in audit_cases.CASE_COLUMN or doctype in REFERENCES
	assert permissions.MARK.findall(of(doctype)) == [doctype]
	query = around(doctype, "count(*)")
	hurried = f"SET STATEMENT max_statement_time=1 FOR {query}"
	for each in (query, hurried, query.replace("( select ", "( select distinct ")):
		(number,) = frappe.db.sql(each)[0]
		assert isinstance(number, int)
	assert audit_lists.listed() == []


def test_the_same_list_is_no_figure_where_its_rows_are_read(watched):
	rows = frappe.db.sql(of("Escalation"))
	(each,) = audit_lists.listed()
	assert rows
	assert audit_lists.cases_of(each) == {row[0] for row in rows}


def test_a_count_of_the_audit_is_a_look_at_it(watched):
	frappe.db.sql(around("Escalation Audit", "count(*)"))
	(each,) = audit_lists.listed()
	assert each.doctype == "Escalation Audit"
	assert audit_lists.cases_of(each) == set()


def test_a_query_around_a_list_that_tells_more_than_a_number_is_kept(watched):
	frappe.db.sql(around("Escalation", "name"))
	assert [each.doctype for each in audit_lists.listed()] == ["Escalation"]
