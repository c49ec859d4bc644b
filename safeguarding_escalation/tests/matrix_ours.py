"""Our own functions. Each whitelisted function of this app is here, or test_matrix_whole.py fails."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.tests.matrix_documents import FORMAT
from safeguarding_escalation.tests.matrix_surface import (
	ADVISER,
	COPIED_ONCE,
	NOBODY,
	OURS,
	RAISER,
	SENT_TO,
	WRITERS,
	Surface,
	call,
	page,
)


def ours(function: str, finds: str = "", /, **given: Any) -> Surface:
	return call(OURS + function, finds, **given)


def change(function: str, for_whom: str = NOBODY, /, **given: Any) -> Surface:
	return ours(function, for_whom=for_whom, writes=True, **given)


CASES = [
	ours("escalation.deadlines", "~RB.S4", escalation="<case>"),
	ours("escalation.explain", "~due_at", escalation="<case>", clock="RB.S4.RECOMMEND"),
	ours("escalation.timeline", "note", escalation="<case>"),
	change("dates.board_change", escalation="<case>", board="Buckinghamshire"),
	change("dates.reopening", escalation="<case>", to_stage=2),
	change("escalation.record", RAISER, escalation="<case>", kind="discussed"),
	change("escalation.record", called="a correction", escalation="<case>", kind="correction",
		corrects="<row of Stage Log>", reason="Mine."),
	change("escalation.move", escalation="<case>", action="Withdraw", reason="Mine."),
	change("escalation.change_board", escalation="<case>", board="Buckinghamshire", reason="Mine."),
	change("escalation.confirm", escalation="<case>", log="<row of Stage Log>", agrees=False, note="Mine."),
	change("escalation.take_over", escalation="<case>"),
	change("escalation.recuse", escalation="<case>", reason="Mine."),
]  # fmt: skip
RISK = [
	ours("immediate.ring", escalation="<case>"),
	change("immediate.record", RAISER, escalation="<case>", key="a-key-of-the-matrix", told_whom="Mine."),
	change("immediate.change_actions", RAISER, escalation="<case>", actions="Mine.", key="a-key-of-the-matrix"),
	change("immediate.passed", escalation="<case>", why="Mine.", key="another-key-of-it"),
]  # fmt: skip
COPIES = [
	ours("copies.proposed", for_whom=WRITERS, escalation="<case>"),
	ours("copies.register", "~withheld", escalation="<case>"),
	ours("copies.recipient", for_whom=NOBODY, escalation="<case>", contact="nobody"),
	ours("copies.letter", for_whom=NOBODY, escalation="<case>", kind="referral"),
	ours("copies.download", for_whom=NOBODY, escalation="<case>", copy="<copy>"),
	ours("copies.open_copy", "~%PDF", for_whom=COPIED_ONCE, copy="<copy>"),
	ours("copies.sent_to_me", "reference", for_whom=SENT_TO),
	change("copies.send", escalation="<case>", recipients='[{"role": "Mine."}]'),
	change("copies.record_sent", escalation="<case>", copy="<copy>", method="post"),
	change("copies.record_received", escalation="<case>", copy="<copy>", how="Mine."),
	change("copies.correct", escalation="<case>", copy="<copy>", reason="Mine."),
]
ADVICE = [
	ours("advice.question", "question", for_whom=ADVISER, advice="<advice>"),
	change("advice.ask", escalation="<case>", question="Mine.", role="Mine.", how="phone"),
	change("advice.record_answer", escalation="<case>", advice="<advice>", answer="Mine.", evidence="Mine."),
	change("advice.withdraw", escalation="<case>", advice="<advice>", reason="Mine."),
	change("advice.answer", ADVISER, advice="<advice>", text="Mine."),
]
BOTH_SIDES = [
	ours("confirmation.record", "~digest", escalation="<case>", what="stage", stage=1),
	change("confirmation.ask", escalation="<case>", what="stage", stage=1, contact="nobody"),
	change("confirmation.answer", escalation="<case>", confirmation="<row of Record Confirmation>", verdict="confirmed",
		digest="x"),
	change("confirmation.withdraw", escalation="<case>", confirmation="no request"),
	change("confirmation.revoke_link", escalation="<case>", confirmation="no request"),
	change("confirmation.new_link", escalation="<case>", confirmation="<row of Record Confirmation>"),
	change("confirmation.sent_by_hand", escalation="<case>", confirmation="no request", evidence="Mine."),
	change("confirmation.sign", escalation="<case>", digest="x"),
	change("confirmation.strike", escalation="<case>", signature="no signature", reason="Mine."),
]  # fmt: skip
HANDOVERS = [
	change("handover.hand_over", escalation="<case>", to="nobody", note="Mine."),
	change("handover.give_back", escalation="<case>"),
	change("handover.received", escalation="<case>"),
]  # fmt: skip
PROCESS = [
	change("agreed.agree", RAISER, escalation="<case>", action="Mine."),
	change("agreed.carried_out", escalation="<case>", row="<row of Escalation Action>"),
	change("agreed.checked", escalation="<case>", row="<row of Escalation Action>", outcome="carried out"),
	change("agreed.change_dates", escalation="<case>", row="<row of Escalation Action>", due_on="2030-01-01"),
	change("process.involve", RAISER, escalation="<case>", informed="Yes"),
	change("process.consider", RAISER, escalation="<case>", capacity_doubted="No"),
	change("process.step", escalation="<case>", question="x", answer="Mine."),
	change("process.link", escalation="<case>", other="<case>", relation="Other"),
	change("process.unlink", escalation="<case>", row="<row of Related Escalation>", reason="Other"),
	ours("process.suggested", escalation="<case>"),
	ours("process.same_name", "reference", for_whom=RAISER, subjects=[{"subject_name": "Zephyrine <subject>"}]),
]  # fmt: skip
NUMBERS = [
	ours(f"lists.{number}", filters=[])
	for number in (
		"my_open_cases", "my_overdue_cases", "team_due_today", "team_overdue", "team_waiting", "team_unassigned",
		"chair_cases", "board_open_cases", "board_overdue_cases", "open_cases", "overdue_cases", "due_today_cases",
	)
]  # fmt: skip
LISTS = [
	ours("lists.board_stage_cases", filters={"stage": 4}),
	*(
		ours("lists.chart", called=name, chart_name=name)
		for name in ("Open Cases by Stage", "Due This Week", "Opened and Resolved by Month")
	),
	ours("lists.calendar", start="2020-01-01", end="2099-01-01"),
	ours("lists.who_do_i_ring", escalation="<case>"),
]
PAPERS = [
	ours("prints.text", "reference", few=1, escalation="<case>", print_format=FORMAT),
	ours("prints.word", "~PK", few=1, escalation="<case>", print_format=FORMAT),
	change("paper.enter", escalation="<case>", entries=[{"kind": "discussed"}], key="a-key-of-the-matrix"),
]
RECORDS = [
	change("health.repair", escalation="<case>"),
	change("returns.adopt", name="<case>", escalation="<case>", field="learning", words="Mine."),
	change("audit.who_has_looked", escalation="<case>"),
	change("records.verify", escalation="<case>"),
	change("records.redactable", escalation="<case>"),
	change("records.redact", escalation="<case>", row="<row of Stage Log Note>", reason="Mine."),
	change("retention.state", escalation="<case>"),
	change("retention.hold", escalation="<case>", reason="Mine."),
	change("retention.lift_hold", escalation="<case>", reason="Mine."),
	change("retention.decide", escalation="<case>", decision="Anonymise", reason="Mine."),
	change("retention.anonymise", escalation="<case>", reason="Mine.", dry_run=True),
	change("retention.anonymise", called="for good", escalation="<case>", reason="Mine.", dry_run=False, expected="x",
		order="x"),
	change("retention.anonymise_many", cases=["<case>"], reason="Mine.", dry_run=True),
	change("subject_access.add_case", request="<request>", escalation="<case>"),
	change("subject_access.remove_case", request="<request>", escalation="<case>"),
	*(
		change(f"subject_access.{function}", request="<request>", **given)
		for function, given in {
			"confirm_identity": {"how": "x"}, "extend": {"reason": "x"}, "hand_to": {"handler": "x"}, "gather": {},
			"review": {}, "decide": {"items": ["x"], "decision": "Release"}, "finish": {}, "produce": {},
			"end": {"state": "Withdrawn", "why": "x"}, "erase": {},
		}.items()
	),
]  # fmt: skip
REQUESTS = [
	page("/api/resource/Access Request/<request>", for_whom=NOBODY),
	page("/api/resource/Access Request", for_whom=NOBODY, fields='["name","subject"]', limit_page_length="0"),
	call("frappe.client.get_list", called="requests", for_whom=NOBODY, doctype="Access Request", fields=["name", "subject"],
		filters=[["Access Request", "subject", "=", "<asked>"]]),
	call("frappe.client.get_count", called="requests", for_whom=NOBODY, doctype="Access Request",
		filters=[["Access Request", "subject", "=", "<asked>"]]),
	call("frappe.client.get_list", called="items of a request", for_whom=NOBODY, doctype="Access Request Item",
		fields=["name"], filters=[["Access Request Item", "request", "=", "<request>"]]),
	call("frappe.desk.form.load.getdoc", called="a request", for_whom=NOBODY, verb="GET", doctype="Access Request",
		name="<request>"),
]  # fmt: skip
OURSELVES = [
	*REQUESTS,
	*CASES,
	*COPIES,
	*ADVICE,
	*RISK,
	*BOTH_SIDES,
	*HANDOVERS,
	*PROCESS,
	*NUMBERS,
	*LISTS,
	*PAPERS,
	*RECORDS,
]
