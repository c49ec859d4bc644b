"""Two versions of a Board Policy compared in the Desk's words, with both dates of what moved."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from safeguarding_escalation.api import policy as api
from safeguarding_escalation.services.errors import BadInput

REDBRIDGE = "redbridge-2022"


def copied() -> str:
	return str(api.copy(REDBRIDGE, "redbridge-2027", "Redbridge 2027", 1)["policy"])


def clock_row(document: Any, clock: str) -> Any:
	return next(row for row in document.clocks if row.clock_id == clock)


def next_version(**lengths: str) -> str:
	"""A draft of the next version with other lengths of clocks."""
	document = frappe.get_doc("Board Policy", copied())
	for clock, length in lengths.items():
		clock_row(document, clock.replace("_", ".")).length = length
	document.save()
	return document.name


def test_comparing_names_what_changed():
	document = frappe.get_doc("Board Policy", next_version(RB_S2_RESOLVE="7"))
	document.count_event_day = 1
	document.remove(document.natures[0])
	document.save()
	answer = api.compare(REDBRIDGE, document.name)
	texts = [change["text"] for change in answer["changes"]]
	assert "Stage 2 must be settled within seven working days instead of five (RB.S2.RESOLVE)." in texts
	assert "The day on which something happens now counts as the first day." in texts
	assert [
		change["change"] for change in answer["changes"] if change["table"] == "Areas of disagreement"
	] == ["removed"]
	(clock,) = [change for change in answer["changes"] if change["table"] == "Clocks"]
	assert "within five working days" in clock["before"]
	assert "within seven working days" in clock["after"]
	assert clock["fields"] == ["Length"]
	assert [group["heading"] for group in answer["groups"]] == [
		"How days are counted", "Stage 2", "Settings and labels", "Scope, questions and words",
	]  # fmt: skip


def test_comparing_sets_both_dates_of_a_changed_clock_beside_each_other():
	answer = api.compare(REDBRIDGE, next_version(RB_S2_RESOLVE="7"), "2025-04-17")
	(clock,) = [change for change in answer["changes"] if change["table"] == "Clocks"]
	# Easter: 22, 23, 24, 25, 28 April, and two more: 29, 30
	assert clock["dates"] == [
		"If Stage 2 starts on Thu 17 Apr 2025: due Wed 30 Apr 2025 instead of Mon 28 Apr 2025."
	]
	# the clock that waits for it moves too, though its row is as it was
	assert answer["dates"] == [
		"“Refer to the senior managers” (RB.S3.REFER): If “Resolve the disagreement between the line managers” "
		"(RB.S2.RESOLVE) falls due and is not met on Thu 17 Apr 2025: due Wed 30 Apr 2025 instead of Mon 28 Apr 2025."
	]
	with pytest.raises(BadInput, match="no date"):
		api.compare(REDBRIDGE, "stockport", "soon")


def test_a_draft_whose_clocks_cannot_run_is_compared_without_dates():
	document = frappe.get_doc("Board Policy", copied())
	clock_row(document, "RB.S1.RESOLVE").cap = "RB.S2.RESOLVE"
	clock_row(document, "RB.S2.RESOLVE").cap = "RB.S1.RESOLVE"
	document.save()
	answer = api.compare(REDBRIDGE, document.name)
	assert answer["dates"][0].startswith("No example dates: ")
	assert any("The clock that cuts it short is now" in change["text"] for change in answer["changes"])


def test_a_policy_compared_with_itself_has_not_changed():
	answer = api.compare(REDBRIDGE, REDBRIDGE)
	assert (answer["changes"], answer["groups"], answer["dates"]) == ([], [], [])
