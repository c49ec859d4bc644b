"""Every ambiguity that a board may read otherwise is reachable as data: the variant is built, differs, and validates.

The ids are those of the requirements catalogue, section 9. A reading is a header field, an edit of one clock, or an
edit of the rows of a table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from policy_names import BUCKS, LSAB, REDBRIDGE, STOCKPORT, SUFFOLK

from safeguarding_escalation.engine import Policy, load_policy
from safeguarding_escalation.engine.schema import Clock, Exclusion, Level, Move, Return, Stage
from safeguarding_escalation.engine.validator import validate

Edit = Callable[[Policy], Policy]


def header(**changes: Any) -> Edit:
	"""Another value of header fields."""
	return lambda policy: policy.replace(**changes)


def clock(clock_id: str, **changes: Any) -> Edit:
	"""Another reading of one clock."""
	return lambda policy: policy.replace_clock(clock_id, **changes)


def rows(table: str, chosen: Callable[[Any], bool], **changes: Any) -> Edit:
	"""The chosen rows of a table, changed."""

	def edit(policy: Policy) -> Policy:
		assert any(chosen(row) for row in getattr(policy, table))
		return policy.replace(
			**{table: [replace(row, **changes) if chosen(row) else row for row in getattr(policy, table)]}
		)

	return edit


def add(table: str, *new: object) -> Edit:
	"""More rows of a table."""
	return lambda policy: policy.replace(**{table: [*getattr(policy, table), *new]})


def drop(table: str, chosen: Callable[[Any], bool]) -> Edit:
	"""A table without the chosen rows."""
	return lambda policy: policy.replace(
		**{table: [row for row in getattr(policy, table) if not chosen(row)]}
	)


def both(*edits: Edit) -> Edit:
	"""Several edits, one after the other."""

	def edit(policy: Policy) -> Policy:
		for one in edits:
			policy = one(policy)
		return policy

	return edit


LOCAL_TARGET = Clock(
	id="LOCAL.S2",
	stage=2,
	trigger=("stage_started 2",),
	unit="working days",
	length=5,
	kind="local target",
	label="Settle Stage Two",
	stop=("resolved 2", "stage_started 3+"),
	owed_by="raising lead",
	clause="local",
)
FOLLOW_UP = replace(
	LOCAL_TARGET, id="LOCAL.S4", stage=4, trigger=("recommended",), stop=("recommendation_answered",)
)
CROSS_BOARD: list[tuple[str, str, Edit]] = [
	("X-A1", REDBRIDGE, header(count_event_day=True)),
	("X-A2", REDBRIDGE, header(weekend=[6], nation="SCT", closures=[date(2025, 12, 24)])),
	("X-A3", REDBRIDGE, header(office_close=time(17))),
	("X-A4", REDBRIDGE, header(due_time=time(17))),
	("X-A5", STOCKPORT, clock("ST.S3.REFER", unit="hours", length=4)),
	("X-A6", LSAB, add("clocks", LOCAL_TARGET)),
	("X-A7", STOCKPORT, clock("ST.COMMUNICATE", non_working_day="literal day")),
	("X-A8", REDBRIDGE, header(max_backdate_days=14)),
	("X-A9", BUCKS, header(resolution_requires="all parties")),
	("X-A10", STOCKPORT, rows("closing_duties", lambda row: not row.required, required=True)),
	("X-A11", REDBRIDGE, clock("RB.S2.RESOLVE", protective_cap=False)),
	("X-A11", STOCKPORT, clock("ST.SOUGHT", protective_cap=True)),
	("X-A12", REDBRIDGE, header(protective_set_by=["Manager"], protective_lengthen_by=["Head of Service"])),
	("X-A13", REDBRIDGE, header(carry_protective=False)),
	("X-A14", REDBRIDGE, header(auto_escalate=True)),
	("X-A16", REDBRIDGE, rows("moves", lambda row: row.ground == "skip", skip_rule="never")),
	("X-A17", STOCKPORT, header(chair_label="Partnership Chair", business_manager_label="SAB Manager")),
]
LSAB_READINGS: list[tuple[str, str, Edit]] = [
	("4L-A1", LSAB, add("clocks", LOCAL_TARGET)),
	(
		"4L-A2",
		LSAB,
		add(
			"levels",
			Level(4, 1, "4a Heads of Service", "Head of Service", False, clause="3 Stage Four"),
			Level(4, 2, "4b LSAB Chair", "Chair", False, clause="3 Stage Four"),
		),
	),
	("4L-A3", LSAB, header(scope_screen="block")),
	("4L-A4", LSAB, header(allow_same_agency=True)),
	("4L-A5", LSAB, header(adult_refusal="manager override")),
	(
		"4L-A6",
		LSAB,
		both(header(form_required=True), rows("stages", lambda row: row.number > 1, form_required=True)),
	),
	("4L-A8", LSAB, header(policy_issue_entry=False)),
	("4L-A10", LSAB, rows("moves", lambda row: row.to_stage == 2, side="either")),
	("4L-A11", LSAB, add("exclusions", Exclusion("Conduct", "block", "Own agency", clause="2"))),
	("4L-A12", LSAB, header(start_stage_capacities=["Manager", "Senior Manager"])),
]
STOCKPORT_READINGS: list[tuple[str, str, Edit]] = [
	("ST-A1", STOCKPORT, clock("ST.S3.RESOLVE", trigger=["concern_raised"])),
	(
		"ST-A2",
		STOCKPORT,
		header(notice_on_stages=[2, 3, 4], template_required_on=["resolution", "conclusion"]),
	),
	("ST-A3", STOCKPORT, header(print_stage_4_pair=True)),
	(
		"ST-A4",
		STOCKPORT,
		both(
			drop("levels", lambda row: row.label == "Directorate"),
			drop("moves", lambda row: row.to_level == "Directorate"),
		),
	),
	("ST-A5", STOCKPORT, header(determines_role="Business Manager")),
	("ST-A6", STOCKPORT, header(policy_issue_entry=False)),
	(
		"ST-A7",
		STOCKPORT,
		rows("copy_rules", lambda row: row.sender == "Head of Service", sender="raising lead"),
	),
	("ST-A8", STOCKPORT, clock("ST.COMMUNICATE", trigger=["disagreement"])),
	("ST-A9", STOCKPORT, header(agreed_may_exceed_policy=True)),
	("ST-A10", STOCKPORT, rows("returns", lambda row: True, due="the third week after the quarter")),
	("ST-A11", STOCKPORT, header(scope_screen="block")),
	(
		"ST-A12",
		STOCKPORT,
		both(
			drop("moves", lambda row: bool(row.agency_types)),
			drop("records", lambda row: row.ground == "route"),
		),
	),
	("ST-A13", STOCKPORT, rows("paths", lambda row: row.name == "plan dissent", enters_stage=2)),
	("ST-A14", STOCKPORT, rows("contacts", lambda row: "Head" in row.label, address="unit@example.org")),
	("ST-A15", STOCKPORT, rows("closing_duties", lambda row: "shared" in row.duty, to_stage=2)),
	(
		"ST-A17",
		STOCKPORT,
		rows("copy_rules", lambda row: row.event == "policy_issue", recipient="Business Manager"),
	),
	("ST-A18", STOCKPORT, rows("template_labels", lambda row: row.label == "To:", label="То:")),
]
REDBRIDGE_READINGS: list[tuple[str, str, Edit]] = [
	("RB-A1", REDBRIDGE, clock("RB.S3.RESOLVE", length=2)),
	("RB-A2", REDBRIDGE, clock("RB.S2.RESOLVE", length=10)),
	("RB-A3", REDBRIDGE, clock("RB.S1.RESOLVE", trigger=["concern_raised"], fallback=[])),
	("RB-A4", REDBRIDGE, clock("RB.S2.ESCALATE", trigger=["unresolved 1"])),
	("RB-A5", REDBRIDGE, clock("RB.S1.CONFIRM", trigger=["expiry RB.S1.RESOLVE"])),
	("RB-A6", REDBRIDGE, clock("RB.S1.RAISE", trigger=["decision_received"], fallback=["disagreement"])),
	("RB-A7", REDBRIDGE, clock("RB.S1.SPEAK", trigger=["received 1"], fallback=["concern_raised"])),
	("RB-A7", REDBRIDGE, rows("records", lambda row: "event file_reviewed" in row.needs, effect="require")),
	("RB-A8", REDBRIDGE, header(require_hos_before_chair="require")),
	("RB-A9", REDBRIDGE, clock("RB.S4.RECOMMEND", protective_cap=True)),
	("RB-A10", REDBRIDGE, rows("copy_rules", lambda row: row.continuing_access, continuing_access=False)),
	("RB-A11", REDBRIDGE, header(print_format="", form_title="")),
	("RB-A12", REDBRIDGE, rows("moves", lambda row: row.ground == "immediate risk", from_stages=(0,))),
	("RB-A12", REDBRIDGE, rows("records", lambda row: row.ground == "immediate risk", effect="require")),
	("RB-A13", REDBRIDGE, rows("copy_rules", lambda row: row.condition == "out of area", stage=2)),
	("RB-A14", REDBRIDGE, add("clocks", FOLLOW_UP)),
	("RB-A15", REDBRIDGE, header(review_due=date(2028, 6, 30))),
	("RB-A16", REDBRIDGE, add("exclusions", Exclusion("Eligibility", clause="3.1"))),
]
BUCKS_READINGS: list[tuple[str, str, Edit]] = [
	("BU-A1", BUCKS, clock("BU.RESOLVE", unit="calendar days", length=7)),
	("BU-A1", BUCKS, clock("BU.RESOLVE", unit="earlier of working and calendar days")),
	("BU-A2", BUCKS, clock("BU.RESOLVE", trigger=["unresolved 1"], stop=["resolved", "stage_started 3+"])),
	("BU-A2", BUCKS, clock("BU.RESOLVE", trigger=["disagreement"])),
	("BU-A3", BUCKS, header(counterpart_default="")),
	("BU-A4", BUCKS, rows("stages", lambda row: row.number == 1, label="Level one")),
	(
		"BU-A6",
		BUCKS,
		both(
			drop("moves", lambda row: bool(row.agency_types)),
			drop("records", lambda row: row.ground == "route"),
		),
	),
	("BU-A7", BUCKS, header(chair_outcomes=["recommendation", "advice"])),
	("BU-A8", BUCKS, rows("closing_duties", lambda row: "Chair's" in row.duty, owed_by="chair")),
	("BU-A9", BUCKS, header(form_required=True)),
	("BU-A10", BUCKS, header(signatory_capacities=["Manager"])),
	("BU-A11", BUCKS, header(complaint_effect="pause")),
	("BU-A13", BUCKS, rows("closing_duties", lambda row: "review" in row.duty, from_stage=2)),
]
SUFFOLK_READINGS: list[tuple[str, str, Edit]] = [
	("SU-A1", SUFFOLK, header(form_stage_boxes=5)),
	(
		"SU-A1",
		SUFFOLK,
		both(
			add("stages", Stage(6, "Stage 6", clause="Appendix 1")),
			add("moves", Move((5,), 6, capacities=("Manager",), clause="Appendix 1")),
		),
	),
	("SU-A2", SUFFOLK, clock("SU.S5.REFER", trigger=["concern_raised"], fallback=[])),
	("SU-A3", SUFFOLK, clock("SU.S3.LIAISE", trigger=["stage_started 2", "consulted 2"])),
	("SU-A4", SUFFOLK, clock("SU.S4.CONTACT", trigger=["discussed 3"], fallback=["stage_started 3"])),
	("SU-A5", SUFFOLK, rows("moves", lambda row: row.ground == "skip", skip_rule="reason")),
	("SU-A6", SUFFOLK, clock("SU.S2.PREFER", non_working_day="literal day")),
	("SU-A7", SUFFOLK, header(record_from_stage=1, form_required=False)),
	("SU-A8", SUFFOLK, clock("SU.S2.MANAGER", occurrence="first")),
	(
		"SU-A9",
		SUFFOLK,
		rows("copy_rules", lambda row: row.recipient == "Business Manager", stage=1, event="concern_raised"),
	),
	("SU-A10", SUFFOLK, clock("SU.S5.REFER", stop=["received 5"])),
	("SU-A11", SUFFOLK, clock("SU.S5.RESPOND", stop=["responded", "recommended", "resolved 5"])),
	(
		"SU-A15",
		SUFFOLK,
		rows("contacts", lambda row: row.label == "MASH, for adults", address="adults@example.org"),
	),
	("SU-A16", SUFFOLK, header(whistleblowing="none")),
	("SU-A17", SUFFOLK, rows("records", lambda row: (row.when, row.stage) == ("enter", 2), effect="require")),
	("SU-A18", SUFFOLK, rows("returns", lambda row: row.period == "annual", period_start="1 January")),
	("SU-A18", SUFFOLK, add("returns", Return("Half-way note", "quarterly", clause="Stage 5"))),
	("SU-A19", SUFFOLK, header(modes_that_count=["phone", "meeting"])),
	("SU-A21", SUFFOLK, header(allow_family_counterparty=False)),
]
READINGS = [
	*CROSS_BOARD,
	*LSAB_READINGS,
	*STOCKPORT_READINGS,
	*REDBRIDGE_READINGS,
	*BUCKS_READINGS,
	*SUFFOLK_READINGS,
]
# The readings that section 9 leaves to something other than a policy's data, and to what.
ELSEWHERE = {
	"X-A15": "a choice of the print format",
	"X-A18": "two pictures that the sources do not hold",
	"X-A19": "versions of a policy and the history that plan takes",
	"4L-A7": "a choice of the print format",
	"4L-A9": "the board of the escalation, which managers may change",
	"ST-A16": "a yes or no kept as a closing duty; details are held elsewhere",
	"BU-A5": "only how clauses are cited",
	"BU-A12": "a permission: the enquiry manager alone edits the decision",
	"SU-A12": "a reading of wording; nothing to set",
	"SU-A13": "a permission: the conference chair alone edits the decision",
	"SU-A14": "refused: nothing on record says when a Stop and Review began and ended, so no clock can be paused",
	"SU-A20": "a field of its own, which may be hidden",
	"SU-A22": "the form is printed exactly; nothing to set",
}
COUNTS = {"X": 19, "4L": 12, "ST": 18, "RB": 16, "BU": 13, "SU": 22}


@pytest.mark.parametrize(("reading", "policy_id", "edit"), READINGS, ids=[row[0] for row in READINGS])
def test_a_reading_is_reachable_as_data(reading: str, policy_id: str, edit: Edit) -> None:
	default = load_policy(policy_id)
	variant = edit(default)
	assert variant != default, f"{reading}: the edit changes nothing"
	assert validate(variant) == []
	assert variant.program
	assert Policy.from_dict(variant.to_dict()) == variant


def test_no_reading_is_forgotten() -> None:
	every = {f"{board}-A{number}" for board, count in COUNTS.items() for number in range(1, count + 1)}
	reachable = {reading for reading, _, _ in READINGS}
	assert reachable | set(ELSEWHERE) == every
	assert not reachable & set(ELSEWHERE)
