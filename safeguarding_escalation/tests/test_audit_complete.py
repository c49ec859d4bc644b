"""Every function of ours that a client may call either notes what it gives of a case, or gives nothing of one."""

from __future__ import annotations

import importlib
import json
import pkgutil

import frappe
import pytest

from safeguarding_escalation import api
from safeguarding_escalation.tests.browsing import Client
from safeguarding_escalation.tests.test_audit_http import Audit, raised

PACKAGE = "safeguarding_escalation.api"
FORMAT = "Escalation Chronology"

# Functions that give nothing of a case, each with the reason.
SILENT = {
	"calendar.apply": "numbers of what moves",
	"calendar.withdraw": "a draft of a board's own manager",
	**dict.fromkeys(
		(
			f"figures.{name}"
			for name in ("get_coords", "get_monthly_goal_graph_data", "web_list", "web_list_data")
		),
		"refused for everything about a case",
	),
	"figures.get_group_by_count": "numbers",
	"figures.get_workflow_state_count": "numbers",
	"health.banner": "whether alerts go out; names no case",
	"health.check": "starts a check; tells nothing",
	"handover.hand_over_all": "numbers",
	"intake.options": "boards, agencies and the policies' words, for a case that is not there yet",
	"intake.suggest": "the directory's people for a case that is not there yet",
	"intake.preview": "reads back what the caller has typed",
	"lists.my_open_cases": "a number",
	"lists.my_overdue_cases": "a number",
	"lists.team_due_today": "a number",
	"lists.team_overdue": "a number",
	"lists.team_waiting": "a number",
	"lists.team_unassigned": "a number",
	"lists.chair_cases": "a number",
	"lists.board_open_cases": "a number",
	"lists.board_overdue_cases": "a number",
	"lists.board_stage_cases": "a number",
	"lists.open_cases": "a number",
	"lists.overdue_cases": "a number",
	"lists.due_today_cases": "a number",
	"lists.chart": "numbers",
	"lists.refused_looks": "a number; the audit's rows are not read by anybody",
	"lists.verify_contact": "an entry of the directory; reads no case",
	"lookups.get_count": "a number",
	"lookups.get_open_count": "numbers beside a form that is noted itself",
	"paper.blank_form": "a blank form; no word of any case",
	"policy.diagram": "a board's policy",
	"policy.example": "a board's policy",
	"policy.read_back": "a draft policy of the caller's",
	"policy.vocabulary": "the words of policies",
	"policy.words": "a draft policy of the caller's",
	"policy.copy": "a board's policy",
	"policy.adopt": "figures of what adopting does to open cases, no case",
	"policy.compare": "two policies",
	"policy.start": "a draft policy of the caller's",
	"policy.reviewed": "a board's policy",
	"policy.of_board": "what a board works by",
	"policy.add_board": "a board that has no case yet",
	"simulator.choices": "boards and policies",
	"returns.show": "figures, and words that name nobody",
	"returns.recount": "figures",
	"returns.issue": "figures",
	"returns.export": "figures, and words that name nobody",
	"returns.pdf": "figures, and words that name nobody",
	"setup_check.card": "a number of what is set up; reads no case",
	"setup_check.lines": "what is set up; reads no case",
	"records.verify_all": "figures of the whole site; cases that are broken are named by the Record Check",
}
# Functions that note in the same way as one that is shown below, with the reason.
ALIKE = {
	"calendar.preview": "its answer names cases by name and reference, as a list does",
	"calendar.moved": "its answer names cases by name and reference, as a list does",
	**dict.fromkeys(
		(
			f"copies.{name}"
			for name in (
				"proposed",
				"recipient",
				"send",
				"record_sent",
				"record_received",
				"correct",
				"letter",
			)
		),
		"guard.writable, as escalation.record",
	),
	"copies.register": "guard.readable, as escalation.deadlines",
	**dict.fromkeys(
		(f"copies.{name}" for name in ("download", "open_copy")),
		"noted as a download of that copy (test_copies)",
	),
	"copies.sent_to_me": "its answer names references, as a search does; each question is noted by itself",
	**dict.fromkeys(
		(f"advice.{name}" for name in ("ask", "record_answer", "withdraw")),
		"guard.writable, as escalation.record",
	),
	**dict.fromkeys((f"advice.{name}" for name in ("question", "answer")), "noted as read (test_advice)"),
	"dates.board_change": "guard.writable, as escalation.record",
	"dates.reopening": "guard.writable, as escalation.record",
	"escalation.confirm": "guard.writable, as escalation.record",
	"escalation.take_over": "guard.writable, as escalation.record",
	**dict.fromkeys(
		(f"immediate.{name}" for name in ("record", "change_actions", "passed")),
		"guard.writable, as escalation.record",
	),
	**dict.fromkeys(
		(f"handover.{name}" for name in ("hand_over", "give_back")),
		"noted where the panel is answered, as escalation.deadlines; else its answer is the name that was asked with",
	),
	**dict.fromkeys(
		(
			f"confirmation.{name}"
			for name in (
				"ask",
				"answer",
				"withdraw",
				"revoke_link",
				"new_link",
				"sent_by_hand",
				"sign",
				"strike",
			)
		),
		"guard.writable or guard.allowed, as escalation.record",
	),
	**dict.fromkeys(
		(f"response.{name}" for name in ("send_code", "open", "record", "answer")),
		"noted as the contact of the link (test_response_http)",
	),
	"confirmation.record": "guard.readable, as escalation.deadlines",
	"handover.received": "guard.writable, as escalation.record",
	**dict.fromkeys(
		(f"agreed.{name}" for name in ("agree", "carried_out", "checked", "change_dates")),
		"guard.writable, as escalation.record",
	),
	**dict.fromkeys(
		(f"process.{name}" for name in ("involve", "consider", "step", "link", "unlink")),
		"guard.writable, as escalation.record; the other end of a link by guard.readable",
	),
	"process.suggested": "guard.readable, and names other cases in its answer, as a search does",
	"process.same_name": "names cases in its answer, as a search does",
	"immediate.ring": "guard.readable where it names a case, as escalation.deadlines",
	"escalation.recuse": "guard.writable, as escalation.record",
	"escalation.change_board": "guard.writable, as escalation.record",
	**dict.fromkeys(
		(
			f"figures.{name}"
			for name in ("dashboard_chart", "get_data_for_custom_field", "get_tagged_docs", "linked_with")
		),
		"made from get_list, which is watched whoever calls it",
	),
	"exports.export_query": "each case of the file, by itself (test_reports_http)",
	"policy.effects": "its cases are read by get_list, which is watched whoever calls it",
	"intake.raise_concern": "its answer names the case that it has made, as a search does",
	"lookups.validate_link_and_fetch": "version 16's lookups.validate_link",
	"paper.enter": "guard.writable, as escalation.record",
	"paper.raise_from_paper": "its answer names the case that it has made, as intake.raise_concern",
	"prints.download_multi_pdf": "test_audit_http, PDF of several",
	"records.redact": "guard.allowed, which notes as guard.writable does; and the redaction itself, with the change",
	"records.redactable": "guard.allowed, which notes as guard.writable does",
	**dict.fromkeys(
		(
			f"retention.{name}"
			for name in ("state", "hold", "lift_hold", "decide", "anonymise", "anonymise_many")
		),
		"guard.allowed for each case, which notes as guard.writable does; and what was done, with the change",
	),
	**dict.fromkeys(
		(
			f"subject_access.{name}"
			for name in ("create", "confirm_identity", "extend", "hand_to", "end", "erase")
		),
		"the request's own facts; its cases are noted by test_subject_access's steps, or as named in the answer",
	),
	**dict.fromkeys(
		(
			f"subject_access.{name}"
			for name in ("add_case", "remove_case", "gather", "review", "decide", "finish", "produce")
		),
		"guard.allowed for each case, which notes as guard.writable does; and each step by itself",
	),
	"health.look": "cases with a finding, by their references in the answer, as a search does (test_health_http)",
	"health.repair": "as health.look",
	"returns.rows": "made from get_list, which is watched whoever calls it",
	"returns.texts": "made from get_list, which is watched whoever calls it",
	"returns.adopt": "guard.readable, as escalation.deadlines",
	"simulator.run": "cases by their references in the answer, as a search does (test_simulator_http)",
	"simulator.export": "as simulator.run, in a file (test_simulator_http)",
	"audit.who_has_looked": "test_who_looked: noted as a reading of the audit",
}


def functions():
	"""Every whitelisted function of ours, as module.function."""
	found = set()
	for module in pkgutil.iter_modules(api.__path__):
		loaded = importlib.import_module(f"{PACKAGE}.{module.name}")
		found |= {
			f"{module.name}.{name}"
			for name, each in vars(loaded).items()
			if callable(each)
			and getattr(each, "__module__", "") == loaded.__name__
			and each in frappe.whitelisted
		}
	return found


def shown(case):
	"""Function: arguments, the action that is noted of the case."""
	ours = {"escalation": case.name}
	link = {"doctype": "Escalation", "docname": case.name}
	return {
		"escalation.record": ({**ours, "kind": "discussed", "two_way": 1, "mode": "phone"}, "read"),
		"escalation.move": ({**ours, "action": "Withdraw", "reason": "Settled by telephone."}, "read"),
		"escalation.deadlines": (ours, "read"),
		"escalation.explain": ({**ours, "clock": "RB.S1.RAISE"}, "read"),
		"escalation.timeline": (ours, "read"),
		"lists.calendar": ({"start": "2025-01-01", "end": "2035-01-01"}, "list"),
		"lists.who_do_i_ring": (ours, "read"),
		"lookups.search_link": ({"doctype": "Escalation", "txt": case.reference}, "list"),
		"lookups.search_widget": ({"doctype": "Escalation", "txt": case.reference}, "list"),
		"lookups.validate_link": ({**link, "fields": ["reference"]}, "read"),
		"lookups.get_link_title": (link, "read"),
		"prints.download_pdf": (
			{"doctype": "Escalation", "name": case.name, "format": FORMAT},
			"identity pdf",
		),
		"prints.text": ({**ours, "print_format": FORMAT}, "export identity"),
		"prints.word": ({**ours, "print_format": FORMAT}, "export identity"),
		"records.verify": (ours, "read verify"),
	}


class _Name:
	name = reference = ""


def test_every_function_is_shown_or_explained():
	known = [*SILENT, *ALIKE, *shown(_Name)]
	assert len(known) == len(set(known))
	assert functions() == set(known)
	assert not SILENT.keys() & ALIKE.keys()
	assert all(reason for reason in (SILENT | ALIKE).values())


@pytest.mark.parametrize("name", shown(_Name))
def test_what_a_function_gives_of_a_case_is_noted(world, name):
	case = raised(world)
	client = Client(world.user(world.raising, "Practitioner"))
	data, actions = shown(case)[name]
	noted = Audit(case)
	answer = client.post(f"/api/method/{PACKAGE}.{name}", **data)
	assert answer.status_code == 200, answer.text
	assert noted.actions() == actions
