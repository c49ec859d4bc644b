"""The Escalation Notice: one page for a copy, which names no adult."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from safeguarding_escalation.services import log, pdf, printing, times
from safeguarding_escalation.services.printing_notice import WITHHELD
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_boards import BOARDS, at_stage_2, raised, resolved
from safeguarding_escalation.tests.print_cases import NOTICE, html_of, pages

NAMES = ("Zephyrine Canary", "Orlando Canary", "Ann Finch-Canary")


def notice_of(case: Any) -> dict[str, Any]:
	return printing.record(case)["forms"]["notice"]


def rows(case: Any) -> dict[str, str]:
	return {row["label"]: row["text"] for row in notice_of(case)["rows"]}


@pytest.mark.parametrize(("board", "policy", "print_format"), BOARDS, ids=lambda value: value)
def test_the_notice_is_one_page_of_who_to_whom_at_which_stage(
	world: factories.World, board: str, policy: str, print_format: str
) -> None:
	made = raised(world, board, policy)
	at_stage_2(world, made)
	found = rows(made)
	assert found["Reference"] == frappe.db.get_value("Escalation", made.name, "reference")
	assert found["Board"] == board
	assert found["Stage reached"] == frappe.db.get_value("Escalation", made.name, "stage_label")
	assert found["Since"] == "Tue 18 Mar 2025, 16:00"
	assert found["Escalated by"].startswith(f"Practitioner of {world.raising}")
	assert found["Escalated to"].startswith(f"Manager of {world.responding}")
	assert notice_of(made)["asked"].startswith(f"To settle the disagreement at {found['Stage reached']}: ")
	with as_user(world.user(world.raising, "Practitioner")):
		printed = pages(pdf.render(made.name, NOTICE))
	assert len(printed) == 1
	assert all(text in printed[0] for text in (found["Reference"], "Page 1 of 1", "names no adult"))


def test_nothing_that_was_typed_about_the_adult_is_in_the_notice(world: factories.World) -> None:
	texts = "Zephyrine Canary and her sister Ann Finch-Canary, Zeph for short"
	relative = factories.contact("Ann Finch-Canary", world.responding, "Manager", with_user=False)
	made = raised(
		world,
		"Stockport",
		"stockport",
		dispute_summary=texts,
		outcome_sought=texts,
		evidence_reasons=texts,
		risk_to_adult=texts,
		decision_challenged=texts,
		nature_other=texts,
		scope_basis=texts,
		other_references=texts,
		interim_safety_actions=texts,
		told_whom=texts,
		additional_notes=texts,
		responding_lead=relative,
		subjects=[
			{"subject_name": NAMES[0], "kind": "Adult", "representative_name": NAMES[2]},
			{"subject_name": NAMES[1], "kind": "Family"},
		],
	)
	html = html_of(made.name, NOTICE)
	for name in (*NAMES, "Zeph"):
		assert name not in html
	assert WITHHELD not in html  # nothing was typed where it could have been
	raised_row = next(row for row in log.rows(made.name) if row.kind == "concern_raised")
	factories.entry(
		made.name,
		kind="concern_raised",
		occurred_at=times.aware(raised_row.occurred_at),
		corrects=raised_row.name,
		side=raised_row.side,
		counterpart_name=NAMES[2],
	)
	assert rows(made)["Escalated to"].startswith(WITHHELD)
	assert NAMES[2] not in html_of(made.name, NOTICE)


def test_the_notice_gives_the_policys_next_dates_and_no_local_target(world: factories.World) -> None:
	made = raised(world, "Suffolk", "suffolk-2024")
	clocks = notice_of(made)["clocks"]
	# raised on Wed 12 Mar 2025 + 3 working days = Mon 17 Mar
	assert clocks[0]["due"] == "Mon 17 Mar 2025"
	assert [row["due"] for row in clocks] == [row["due"] for row in sorted(clocks, key=_when)]
	hampshire = raised(world, "Hampshire", "4lsab-2023")
	assert any("local target" in row["label"] for row in printing.record(hampshire)["deadlines"])
	assert notice_of(hampshire)["clocks"] == []
	assert "The policy sets no date at present." in html_of(hampshire.name, NOTICE)


def _when(row: dict[str, str]) -> Any:
	return frappe.utils.getdate(row["due"].partition(" ")[2])


def test_a_settled_case_asks_for_nothing_more(world: factories.World) -> None:
	made = raised(world, "Hampshire", "4lsab-2023")
	at_stage_2(world, made)
	resolved(world, made)
	assert rows(made)["State"] == "Resolved"
	assert notice_of(made)["asked"] == "Nothing further is asked at present."


def test_a_family_on_the_other_side_is_not_named(world: factories.World) -> None:
	made = raised(
		world,
		"Suffolk",
		"suffolk-2024",
		counterparty="The adult, family or carer",
		responding_agency=None,
		responding_lead=None,
		parties=[{"agency": world.raising, "side": "raising", "aim": "A protection plan"}],
		counterparty_name="Ann Finch-Canary",
		counterparty_relation="Sister",
	)
	found = rows(made)
	assert found["Escalated to"] == found["Agency that it is raised with"] == "The adult, family or carer"
	assert "Finch" not in html_of(made.name, NOTICE)
