"""A resolved case in three boards' templates: what stands beside each label."""

from __future__ import annotations

import pytest

from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.print_boards import SUMMARY, at_stage_2, raised, resolved
from safeguarding_escalation.tests.print_cases import html_of
from safeguarding_escalation.tests.test_print_forms import SOURCES, value_beside, words

PERSON = [{"subject_name": "Zephyrine Canary", "kind": "Adult", "date_of_birth": "1941-05-03"}]
DISPUTE = " ".join(SUMMARY.split())


def printed(world: factories.World, board: str, policy: str, print_format: str) -> str:
	made = raised(world, board, policy, subjects=PERSON)
	at_stage_2(world, made)
	resolved(world, made)
	return html_of(made.name, print_format)


def test_stockport(world: factories.World) -> None:
	html = printed(world, "Stockport", "stockport", "Stockport Appendix Two")
	labels = SOURCES["stockport"]["template"]
	assert value_beside(html, "Name of person:") == "Zephyrine Canary"
	assert value_beside(html, "Date of birth:") == "Sat 3 May 1941"
	assert value_beside(html, "Date escalation completed") == "Thu 20 Mar 2025"
	details = value_beside(html, labels[10])
	for said in (
		"The enquiry is reopened; a planning meeting with the hospital takes place.",
		"Hold the planning meeting",
		"A night sitter until the planning meeting.",
		"Stage of escalation at conclusion Stage Two Escalation - Manager-to-Manager Procedure",
	):
		assert said in details
	assert value_beside(html, labels[11]) == "The hospital was not told of the closure for four days."


@pytest.mark.parametrize(
	("place", "said"),
	[
		(0, "Zephyrine Canary"),
		(1, DISPUTE),
		(1, "The package was thought to meet the risk."),
		(2, "The enquiry is reopened"),
		(2, "Tell the ward of the outcome"),
		(3, "Senior Manager of Elmfield Hospital Trust"),
		(4, "Manager level"),
		(5, "6 working days (8 calendar days)"),
		(6, "The ward keeps a diary of the carer's visits."),
	],
)
def test_buckinghamshire(world: factories.World, place: int, said: str) -> None:
	html = printed(world, "Buckinghamshire", "buckinghamshire", "Buckinghamshire Appendix B")
	assert said in value_beside(html, SOURCES["buckinghamshire"]["template"][place])


def test_suffolk(world: factories.World) -> None:
	html = printed(world, "Suffolk", "suffolk-2024", "Suffolk Appendix 1")
	assert value_beside(html, "Child/Family/Adult's Name") == "Zephyrine Canary"
	assert value_beside(html, "D.O.B.") == "Sat 3 May 1941"
	text = words(html)
	assert f"Details of the Professional Difference and Outcome Sought {DISPUTE}" in text
	assert "Outcome sought The enquiry is reopened." in text
	assert "Outcome of Escalation The enquiry is reopened; a planning meeting" in text
	assert "Additional Comments (including any learning identified) The ward keeps a diary" in text
