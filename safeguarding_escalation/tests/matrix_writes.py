"""What would change a case, or make a row of the host's about it: nobody does who has no part in the case."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.tests.matrix_documents import CASE, FORGED
from safeguarding_escalation.tests.matrix_surface import NOBODY, RAISER, READERS, WRITERS, Surface, call, page

NOW = "2099-01-01 10:00:00"


def change(method: str, for_whom: str = NOBODY, /, called: str = "", **given: Any) -> Surface:
	return call(method, called=called, for_whom=for_whom, writes=True, **given)


CLIENT = [
	change("frappe.client.set_value", doctype="Escalation", name="<case>", fieldname="dispute_summary", value="Mine."),
	change("frappe.client.set_value", called="another agency", doctype="Escalation", name="<case>",
		fieldname={"raising_agency": "Northgate Police", "owner": "<nobody>"}),
	change("frappe.client.set_value", called="a row of its form", doctype="Escalation Subject",
		name="<row of Escalation Subject>", fieldname="subject_name", value="Mine."),
	change("frappe.client.set_value", called="the log", doctype="Stage Log", name="<row of Stage Log>",
		fieldname="kind", value="closed"),
	change("frappe.client.set_value", called="access", doctype="Escalation Access",
		name="<row of Escalation Access>", fieldname="grantee", value="<nobody>"),
	change("frappe.client.insert", called="access", doc={"doctype": "Escalation Access", "escalation": "<case>",
		"grantee": "<nobody>", "rights": "write", "active": 1}),
	change("frappe.client.insert", called="a row of its form", doc={"doctype": "Escalation Subject",
		"parent": "<case>", "parenttype": "Escalation", "parentfield": "subjects", "subject_name": "Mine"}),
	change("frappe.client.insert", called="the log", doc={"doctype": "Stage Log", "escalation": "<case>",
		"kind": "closed"}),
	change("frappe.client.insert_many", docs=[{"doctype": "Stage Log Note", "escalation": "<case>", "note": "Mine"}]),
	change("frappe.client.save", doc=FORGED),
	change("frappe.client.bulk_update", docs=[{"doctype": "Escalation", "docname": "<case>", "dispute_summary": "Mine"}]),
	change("frappe.client.rename_doc", doctype="Escalation", old_name="<case>", new_name="mine"),
	change("frappe.rename_doc", doctype="Escalation", old="<case>", new="mine"),
	change("frappe.client.submit", doc=FORGED),
	change("frappe.client.cancel", **CASE),
	change("frappe.client.delete", **CASE),
	change("frappe.client.delete", called="a file", doctype="File", name="<file>"),
	change("frappe.client.delete", called="a comment", doctype="Comment", name="<comment row>"),
	change("frappe.client.get_password", fieldname="reference", **CASE),
	change("frappe.desk.form.save.savedocs", doc=FORGED, action="Save"),
	change("frappe.desk.form.save.cancel", **CASE),
	change("frappe.desk.form.linked_with.cancel_all_linked_docs", docs=[{"doctype": "Escalation", "name": "<case>"}]),
	change("frappe.desk.reportview.delete_items", doctype="Escalation", items=["<case>"]),
	change("frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs", doctype="Escalation",
		docnames=["<case>"], action="update", data={"dispute_summary": "Mine."}),
	change("frappe.model.rename_doc.update_document_title", doctype="Escalation", docname="<case>", title="Mine"),
	change("frappe.model.document.unlock_document", **CASE),
	change("frappe.desk.calendar.update_event", args={**CASE, "start": NOW},
		field_map={"start": "disagreement_at", "id": "name"}),
	change("frappe.desk.gantt.update_task", args={**CASE, "start": NOW}, field_map={"start": "disagreement_at"}),
	change("run_doc_method", called="add_comment", dt="Escalation", dn="<case>", method="add_comment",
		args={"text": "Mine"}),
	change("run_doc_method", called="save forged", docs=FORGED, method="save"),
	page("/api/resource/Escalation/<case>", verb="PUT", for_whom=NOBODY, writes=True, dispute_summary="Mine."),
	page("/api/resource/Escalation/<case>", verb="DELETE", for_whom=NOBODY, writes=True),
]  # fmt: skip

WORKFLOW = [
	call("frappe.model.workflow.get_transitions", doc=CASE),
	call("frappe.model.workflow.get_common_transition_actions", docs=[CASE], doctype="Escalation"),
	change("frappe.model.workflow.apply_workflow", doc=FORGED, action="Withdraw"),
	change("frappe.model.workflow.bulk_workflow_approval", docnames=["<case>"], doctype="Escalation",
		action="Withdraw"),
	change("frappe.workflow.doctype.workflow_action.workflow_action.apply_action", verb="GET", action="Withdraw",
		doctype="Escalation", docname="<case>", current_state="Stage 4", user="<owner>"),
	change("frappe.workflow.doctype.workflow_action.workflow_action.confirm_action", verb="GET", action="Withdraw",
		doctype="Escalation", docname="<case>", user="<owner>"),
]  # fmt: skip

_ASSIGNED = {"assign_to": ["<nobody>"], "doctype": "Escalation", "name": "<case>", "description": "x"}
PEOPLE = [
	change("frappe.desk.form.assign_to.add", **_ASSIGNED),
	change("frappe.desk.form.assign_to.add_multiple", assign_to=["<nobody>"], doctype="Escalation", name=["<case>"],
		bulk_assign=True, re_assign=True, description="x"),
	change("frappe.desk.form.assign_to.remove", assign_to="<owner>", **CASE),
	change("frappe.desk.form.assign_to.remove_multiple", doctype="Escalation", names=["<case>"]),
	change("frappe.desk.form.assign_to.close", assign_to="<owner>", **CASE),
	change("frappe.automation.doctype.assignment_rule.assignment_rule.bulk_apply", doctype="Escalation",
		docnames=["<case>"]),
	change("frappe.share.add", user="<nobody>", read=1, **CASE),
	change("frappe.share.set_permission", user="<nobody>", permission_to="read", **CASE),
	change("frappe.desk.form.document_follow.update_follow", doctype="Escalation", doc_name="<case>", following=True),
	change("frappe.desk.form.document_follow.follow_document", doctype="Escalation", doc_name="<case>", user="<nobody>"),
	change("frappe.desk.form.document_follow.unfollow_document", doctype="Escalation", doc_name="<case>", user="<nobody>"),
	change("frappe.automation.doctype.reminder.reminder.create_new_reminder", remind_at=NOW, description="x",
		reminder_doctype="Escalation", reminder_docname="<case>"),
	change("frappe.automation.doctype.auto_repeat.auto_repeat.make_auto_repeat", doctype="Escalation", docname="<case>"),
	change("frappe.automation.doctype.auto_repeat.auto_repeat.generate_message_preview", reference_dt="Escalation",
		reference_doc="<case>", message="{{ doc.dispute_summary }}", subject="{{ doc.reference }}"),
	change("frappe.automation.doctype.auto_repeat.auto_repeat.update_reference", docname="x", reference="<case>"),
	change("frappe.social.doctype.energy_point_log.energy_point_log.review", doc=FORGED, points=0, to_user="<owner>",
		reason="x"),
]  # fmt: skip

WORDS = [
	change("frappe.desk.form.utils.add_comment", READERS, reference_doctype="Escalation", reference_name="<case>",
		content="Noted", comment_email="x@example.test", comment_by="x"),
	change("frappe.desk.form.utils.update_comment", name="<comment row>", content="Mine"),
	change("frappe.desk.like.toggle_like", READERS, add="Yes", **CASE),
	change("frappe.templates.includes.comments.comments.add_comment", comment="Mine", comment_email="x",
		comment_by="x", reference_doctype="Escalation", reference_name="<case>", route=""),
	change("frappe.templates.includes.likes.likes.like", reference_doctype="Escalation", reference_name="<case>", like=1),
	change("frappe.desk.doctype.tag.tag.add_tag", tag="mine", dt="Escalation", dn="<case>"),
	change("frappe.desk.doctype.tag.tag.add_tags", tags=["mine"], dt="Escalation", docs=["<case>"]),
	change("frappe.desk.doctype.tag.tag.remove_tag", tag="<tag>", dt="Escalation", dn="<case>"),
	change("frappe.core.doctype.communication.email.make", doctype="Escalation", name="<case>", content="x", subject="x",
		recipients="x@example.test", send_email=0, print_format="Standard"),
	change("frappe.core.doctype.communication.email.mark_email_as_seen", verb="GET", name="<mail row>"),
	change("frappe.email.relink", name="<mail row>", reference_doctype="User", reference_name="Guest"),
	change("frappe.email.inbox.mark_as_closed_open", communication="<mail row>", status="Closed"),
	change("frappe.email.inbox.move_email", communication="<mail row>", email_account="x"),
	change("frappe.email.inbox.mark_as_trash", communication="<mail row>"),
	change("frappe.email.inbox.mark_as_spam", communication="<mail row>", sender="x"),
	change("frappe.email.inbox.create_email_flag_queue", names=["<mail row>"], action="Read"),
	change("frappe.desk.doctype.event.event.delete_communication", event={"name": "<case>"},
		reference_doctype="Escalation", reference_docname="<case>"),
	change("frappe.email.queue.unsubscribe", verb="GET", email="x@example.test", **CASE),
	change("frappe.website.doctype.discussion_topic.discussion_topic.submit_discussion", doctype="Escalation",
		docname="<case>", reply="x", title="x"),
	change("frappe.website.doctype.web_form.web_form.accept", web_form="x", data=FORGED),
	change("frappe.website.doctype.web_form.web_form.delete", web_form_name="x", docname="<case>"),
	change("frappe.core.doctype.access_log.access_log.make_access_log", doctype="Escalation", document="<case>",
		file_type="PDF", method="Print"),
	change("frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card", board_name="x",
		docname="<case>", from_colname="a", to_colname="b", old_index=0, new_index=0),
	change("frappe.desk.doctype.kanban_board.kanban_board.add_card", board_name="x", docname="<case>", colname="a"),
]  # fmt: skip

_MADE = {
	"Comment": {"comment_type": "Comment", "reference_doctype": "Escalation", "reference_name": "<case>", "content": "x"},
	"Communication": {"reference_doctype": "Escalation", "reference_name": "<case>", "subject": "x", "content": "x"},
	"ToDo": {"reference_type": "Escalation", "reference_name": "<case>", "description": "x", "allocated_to": "<nobody>"},
	"File": {"attached_to_doctype": "Escalation", "attached_to_name": "<case>", "is_private": 1, "file_name": "x.txt",
		"content": "x"},
	"DocShare": {"share_doctype": "Escalation", "share_name": "<case>", "user": "<nobody>", "read": 1},
	"Document Follow": {"ref_doctype": "Escalation", "ref_docname": "<case>", "user": "<nobody>"},
	"Tag Link": {"document_type": "Escalation", "document_name": "<case>", "tag": "<tag>"},
	"Workflow Action": {"reference_doctype": "Escalation", "reference_name": "<case>", "status": "Open"},
	"Notification Log": {"document_type": "Escalation", "document_name": "<case>", "for_user": "<nobody>", "subject": "x"},
	"Version": {"ref_doctype": "Escalation", "docname": "<case>", "data": "{}"},
	"Event": {"subject": "x", "starts_on": NOW, "event_participants": [
		{"reference_doctype": "Escalation", "reference_docname": "<case>"}]},
	"Reminder": {"remind_at": NOW, "description": "x", "user": "<nobody>", "reminder_doctype": "Escalation",
		"reminder_docname": "<case>"},
	"Energy Point Log": {"user": "<nobody>", "type": "Auto", "points": 1, "reference_doctype": "Escalation",
		"reference_name": "<case>"},
	"Discussion Topic": {"title": "x", "reference_doctype": "Escalation", "reference_docname": "<case>"},
	"Contact": {"first_name": "x", "links": [{"link_doctype": "Escalation", "link_name": "<case>"}]},
	"User Permission": {"user": "<nobody>", "allow": "Escalation", "for_value": "<case>"},
}  # fmt: skip
MADE = [
	change("frappe.client.insert", called=f"a {doctype} about it", doc={"doctype": doctype, **values})
	for doctype, values in _MADE.items()
]

WRITES = [*CLIENT, *WORKFLOW, *PEOPLE, *WORDS, *MADE]
