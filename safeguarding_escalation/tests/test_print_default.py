"""Which format a case is printed in where nobody names one: that of its policy, else the chronology."""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest

from safeguarding_escalation.api import prints
from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.services import pdf, printing_formats, views
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_boards import BOARDS, raised
from safeguarding_escalation.tests.print_cases import CHRONOLOGY, FORMATS, pages, printview

pytest_plugins = ["safeguarding_escalation.tests.print_cases"]


@pytest.mark.parametrize(("board", "policy", "print_format"), BOARDS, ids=lambda value: value)
def test_a_case_is_printed_in_the_format_of_its_policy(
	world: factories.World, board: str, policy: str, print_format: str
) -> None:
	made = raised(world, board, policy)
	with as_user(world.user(world.raising, "Practitioner")):
		assert views.panel(made.name)["print_format"] == print_format
		prints.download_pdf("Escalation", made.name)
		answer = frappe.local.response
		assert answer.filename == pdf.file_name(f"{made.reference} {print_format}")
		text = " ".join(pages(answer.filecontent))
		assert made.reference in text
		assert "Page 1 of" in text
		title = load_policy(policy).form_title if policy != "redbridge-2022" else print_format
		assert title in text
		assert title in frappe.get_print("Escalation", made.name, views.panel(made.name)["print_format"])


def test_several_cases_of_different_boards_are_each_in_their_own_format(world: factories.World) -> None:
	cases = [raised(world, board, policy).name for board, policy, _ in (BOARDS[0], BOARDS[4])]
	with as_user(world.user(world.raising, "Practitioner")):
		prints.download_multi_pdf("Escalation", json.dumps(cases))
	text = " ".join(pages(frappe.local.response.filecontent))
	assert "Name of adult at risk:" in text
	assert "Child/Family/Adult's Name" in text
	assert frappe.local.response.filename == "Escalations.pdf"


@pytest.mark.parametrize("named", ["", "A format that this site does not have", "Sales Invoice"])
def test_a_policy_without_a_format_of_this_site_gets_the_chronology(
	world: factories.World, named: str
) -> None:
	assert printing_formats.offered(load_policy("stockport").replace(print_format=named)) == CHRONOLOGY


def test_a_format_that_is_switched_off_is_not_offered(world: factories.World) -> None:
	policy = load_policy("stockport")
	assert printing_formats.offered(policy) == "Stockport Appendix Two"
	frappe.db.set_value("Print Format", "Stockport Appendix Two", "disabled", 1)
	assert printing_formats.offered(policy) == CHRONOLOGY


def test_a_boards_own_format_is_offered_for_its_policy(world: factories.World) -> None:
	own = frappe.get_doc(
		{"doctype": "Print Format", "name": "Anytown Record", "doc_type": "Escalation", "standard": "No"}
	).insert(ignore_permissions=True)
	assert (
		printing_formats.offered(load_policy("stockport").replace(print_format=own.name)) == "Anytown Record"
	)


def test_a_case_that_does_not_exist_has_no_format() -> None:
	assert printing_formats.of_case("no-such-case") is None
	assert printing_formats.of_case(["a", "list"]) is None


@pytest.mark.parametrize("print_format", FORMATS)
def test_the_other_formats_stay_reachable(world: factories.World, case: Any, print_format: str) -> None:
	with as_user(world.user(world.raising, "Practitioner")):
		assert case.reference in printview(case.name, print_format)
		assert pdf.chosen("Escalation", print_format, case.name) == print_format


def test_a_stranger_is_refused_without_a_format_too(world: factories.World, case: Any) -> None:
	with as_user(world.user(world.other, "Manager")), pytest.raises(frappe.PermissionError):
		prints.download_pdf("Escalation", case.name)
	with as_user(world.user(world.other, "Manager")), pytest.raises(frappe.PermissionError):
		prints.download_multi_pdf("Escalation", json.dumps([case.name]))
