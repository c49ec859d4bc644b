"""One document: loading, printing, subscribing, and what hangs on it: files, mails, comments, tags, versions."""

from __future__ import annotations

from safeguarding_escalation.tests.matrix_surface import NOBODY, OURS, RAISER, call, page

FORMAT = "Escalation Chronology"
FORGED = {
	"doctype": "Escalation", "name": "<case>", "owner": "<nobody>", "raising_agency": "Northgate Police",
	"dispute_summary": "Forged.", "reference": "X", "workflow_state": "Stage 1",
}  # fmt: skip
CASE = {"doctype": "Escalation", "name": "<case>"}

FORMS = [
	call("frappe.desk.form.load.getdoc", "summary", verb="GET", **CASE),
	call("frappe.desk.form.load.getdoc", "row of Stage Log Note", called="of a note", verb="GET", doctype="Stage Log Note",
		name="<row of Stage Log Note>"),
	call("frappe.desk.form.load.get_docinfo", "comment", **CASE),
	call("frappe.desk.form.load.get_communications", "mail", **CASE),
	call("frappe.desk.form.linked_with.get", for_whom=NOBODY, doctype="Escalation", docname="<case>"),
	call("frappe.desk.form.linked_with.get_submitted_linked_docs", **CASE),
	call("frappe.printing.page.print.print.get_print_settings_to_show", doctype="Escalation", docname="<case>"),
	call("frappe.core.doctype.submission_queue.submission_queue.get_latest_submissions", doctype="Escalation",
		docname="<case>"),
	call("frappe.core.doctype.user_permission.user_permission.check_applicable_doc_perm", for_whom=NOBODY,
		user="<nobody>", doctype="Escalation", docname="<case>"),
	call("frappe.realtime.can_subscribe_doc", verb="GET", doctype="Escalation", docname="<case>"),
	call("frappe.utils.diff.get_version_diff", for_whom=NOBODY, from_version="<version>", to_version="<version>",
		fieldname="dispute_summary"),
	call("frappe.utils.diff.version_query", for_whom=NOBODY, doctype="Version", txt="", searchfield="name", start=0, page_len=20,
		filters={"ref_doctype": "Escalation", "docname": "<case>"}),
	call("frappe.model.mapper.make_mapped_doc", for_whom=NOBODY, method="frappe.core.api.file.unzip_file",
		source_name="<file>"),
	call("frappe.model.mapper.make_mapped_doc", called="ours", for_whom=NOBODY,
		method=OURS + "escalation.deadlines", source_name="<case>"),
	call("frappe.model.mapper.map_docs", for_whom=NOBODY, method="frappe.desk.form.load.get_docinfo",
		source_names=["<case>"], target_doc=FORGED),
	call("frappe.email.doctype.newsletter.newsletter.newsletter_email_read", for_whom=NOBODY, verb="GET",
		recipient_email="x@example.test", reference_doctype="Escalation", reference_name="<case>"),
	call("frappe.contacts.doctype.address.address.get_default_address", **CASE),
	call("frappe.core.doctype.sms_settings.sms_settings.get_contact_number", for_whom=NOBODY, contact_name="x",
		ref_doctype="Escalation", ref_name="<case>"),
	call("frappe.email.doctype.email_template.email_template.get_email_template", for_whom=NOBODY, template_name="x",
		doc=FORGED),
	call("run_doc_method", "summary", called="as_dict", for_whom=NOBODY, dt="Escalation", dn="<case>", method="as_dict"),
	call("run_doc_method", called="forged", for_whom=NOBODY, docs=FORGED, method="reload"),
	call("run_doc_method", called="a property", for_whom=NOBODY, docs=FORGED, method="get_signature"),
	page("/api/resource/Escalation/<case>", for_whom=NOBODY, run_method="as_dict"),
]  # fmt: skip

PRINTS = [
	page("/printview", "reference", few=1, doctype="Escalation", name="<case>", format=FORMAT),
	page("/printview", "reference", few=1, doctype="Escalation", name="<case>", format="Standard"),
	page("/printview", for_whom=NOBODY, doctype="Escalation", name="<case>", key="<summary>"),
	call("frappe.www.printview.get_html_and_style", "reference", few=1, doc="Escalation", name="<case>",
		print_format=FORMAT),
	call("frappe.www.printview.get_html_and_style", called="forged", for_whom=NOBODY, doc=FORGED, print_format=FORMAT),
	call("frappe.www.printview.get_html_and_style", called="forged standard", for_whom=NOBODY, doc=FORGED,
		print_format="Standard"),
	call("frappe.www.printview.get_rendered_raw_commands", for_whom=NOBODY, doc="Escalation", name="<case>",
		print_format=FORMAT),
	call("frappe.utils.print_format.download_pdf", "~%PDF", few=1, verb="GET", format=FORMAT, **CASE),
	call("frappe.utils.print_format.download_pdf", called="with a key", for_whom=NOBODY, verb="GET", format=FORMAT,
		key="<summary>", **CASE),
	call("frappe.utils.print_format.download_multi_pdf", "~%PDF", few=1, verb="GET", doctype="Escalation",
		name='["<case>"]', format=FORMAT),
	call("frappe.utils.print_format.download_multi_pdf_async", for_whom=NOBODY, doctype="Escalation",
		name='["<case>"]', format=FORMAT),
	call("frappe.utils.print_format.print_by_server", for_whom=NOBODY, printer_setting="x", print_format=FORMAT, **CASE),
	call("frappe.utils.weasyprint.download_pdf", for_whom=NOBODY, verb="GET", print_format=FORMAT, **CASE),
]  # fmt: skip

FILES = [
	page("<file url>", "content"),
	page("<file url>", "content", fid="<file>"),
	call("frappe.handler.download_file", for_whom=NOBODY, verb="GET", file_url="<file url>"),
	call("frappe.utils.file_manager.download_file", for_whom=NOBODY, verb="GET", file_url="<file url>"),
	call("frappe.core.api.file.get_attached_images", doctype="Escalation", names=["<case>"]),
	call("frappe.core.api.file.get_files_in_folder", folder="Home/Attachments", page_length=500),
	call("frappe.core.api.file.get_files_by_search_text", text="<content>"),
	call("frappe.core.api.file.zip_files", for_whom=NOBODY, verb="GET", files='["<file>"]'),
	call("frappe.core.api.file.unzip_file", for_whom=NOBODY, name="<file>"),
	call("frappe.core.api.file.move_file", for_whom=NOBODY, writes=True, file_list=[{"name": "<file>"}],
		new_parent="Home", old_parent="Home/Attachments"),
	call("frappe.client.get", "file", called="a file", doctype="File", name="<file>"),
	call("frappe.client.get", "file", called="a file by its case", doctype="File",
		filters={"attached_to_name": "<case>"}),
	call("frappe.client.get_value", "file", called="a file", doctype="File",
		filters={"attached_to_name": "<case>"}, fieldname="name"),
	call("frappe.client.get_count", '~"message": ?[1-9]', called="files", doctype="File",
		filters={"attached_to_name": "<case>"}),
	call("frappe.client.get_list", "file", called="files", doctype="File", fields=["name", "file_url"],
		filters={"attached_to_name": "<case>"}),
	call("frappe.client.validate_link", "file", called="a file", doctype="File", docname="<file>", fields='["name"]'),
	call("frappe.desk.search.search_link", called="a file", doctype="File", txt="<content>"),
	call("frappe.desk.search.get_link_title", called="a file", doctype="File", docname="<file>"),
	call("frappe.desk.form.utils.remove_attach", for_whom=NOBODY, writes=True, fid="<file>", dt="Escalation", dn="<case>"),
	call("run_doc_method", called="optimize_file", for_whom=NOBODY, writes=True, dt="File", dn="<file>",
		method="optimize_file"),
	call("frappe.client.attach_file", for_whom=RAISER, writes=True, filename="neutral.txt", filedata="hello",
		doctype="Escalation", docname="<case>", is_private=1),
	call("upload_file", for_whom=RAISER, writes=True, doctype="Escalation", docname="<case>", is_private=1,
		upload={"file": ("neutral.txt", "hello")}),
	call("upload_file", called="someone's file by its address", for_whom=NOBODY, writes=True, file_url="<file url>",
		is_private=1, file_name="mine.txt"),
	call("frappe.utils.file_manager.add_attachments", for_whom=NOBODY, writes=True, doctype="Escalation", name="<case>",
		attachments='["<file>"]'),
]  # fmt: skip

_ABOUT = {
	"Comment": ("comment row", "reference_name", "content", "comment"),
	"Communication": ("mail row", "reference_name", "content", "mail"),
	"ToDo": ("todo row", "reference_name", "description", "todo"),
	"Version": ("version", "docname", "docname", "case"),
	"Tag Link": ("tag link", "document_name", "document_name", "case"),
}
REFERENCES = [
	surface
	for doctype, (row, pointer, field, word) in _ABOUT.items()
	for surface in (
		call("frappe.client.get", called=doctype, for_whom=NOBODY, doctype=doctype, name=f"<{row}>"),
		call("frappe.client.get", called=f"{doctype} by its case", for_whom=NOBODY, doctype=doctype,
			filters={pointer: "<case>"}),
		call("frappe.client.get_list", called=doctype, for_whom=NOBODY, doctype=doctype, fields=["name", field],
			filters={pointer: "<case>"}),
		call("frappe.client.get_count", called=doctype, for_whom=NOBODY, doctype=doctype, filters={pointer: "<case>"}),
		call("frappe.client.get_value", called=doctype, for_whom=NOBODY, doctype=doctype, filters={pointer: "<case>"}, fieldname=field),
		call("frappe.client.get_list", called=f"{doctype} by a word", for_whom=NOBODY, doctype=doctype, fields=["name"],
			filters=[[doctype, field, "like", f"%<{word}>%"]]),
		call("frappe.desk.reportview.get", called=doctype, for_whom=NOBODY, doctype=doctype, fields=[f"`tab{doctype}`.`{field}`"],
			filters=[[doctype, pointer, "=", "<case>"]]),
		page(f"/api/resource/{doctype}/<{row}>", for_whom=NOBODY),
	)
]  # fmt: skip
LOGS = [
	call("frappe.client.get_list", called=doctype, for_whom=NOBODY, doctype=doctype, fields=["name"], filters={pointer: "<case>"})
	for doctype, pointer in {
		"Activity Log": "reference_name", "DocShare": "share_name", "Document Follow": "ref_docname",
		"Notification Log": "document_name", "View Log": "reference_name", "Workflow Action": "reference_name",
		"Email Queue": "reference_name", "Access Log": "reference_document", "Deleted Document": "deleted_name",
		"Error Log": "method", "Energy Point Log": "reference_name", "Event Participants": "reference_docname",
		"Communication Link": "link_name", "Discussion Topic": "reference_docname", "Submission Queue": "ref_docname",
		"Reminder": "reminder_docname", "Route History": "route", "Prepared Report": "report_name",
		"Email Unsubscribe": "reference_name", "Dynamic Link": "link_name", "Integration Request": "reference_docname",
		"Document Share Key": "reference_docname", "Auto Repeat": "reference_document", "Scheduled Job Log": "details",
	}.items()
]  # fmt: skip
OTHERS = [
	call("frappe.desk.doctype.tag.tag.get_tagged_docs", "case", doctype="Escalation", tag="%<tag>%"),
	call("frappe.desk.doctype.tag.tag.get_documents_for_tag", tag="#<tag>"),
	call("frappe.desk.doctype.tag.tag.get_tags", for_whom=NOBODY, doctype="Escalation", txt="<tag>"),
	call("frappe.desk.form.document_follow.get_follow_users", for_whom=NOBODY, doctype="Escalation", doc_name="<case>"),
	call("frappe.share.get_users", **CASE),
	call("frappe.social.doctype.energy_point_log.energy_point_log.get_reviews", doctype="Escalation", docname="<case>"),
	call("frappe.desk.doctype.notification_log.notification_log.get_notification_logs"),
	call("frappe.email.get_contact_list", for_whom=NOBODY, txt="<subject>"),
	call("frappe.desk.search.get_names_for_mentions", search_term="<subject>"),
]  # fmt: skip

DOCUMENTS = [*FORMS, *PRINTS, *FILES, *REFERENCES, *LOGS, *OTHERS]
