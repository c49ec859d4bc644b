"""What this app registers with Frappe. A list of names; the logic lives in the modules named."""

app_name = "safeguarding_escalation"
app_title = "Safeguarding Escalation"
app_publisher = "Safeguarding Escalation contributors"
app_description = "Inter-agency escalation of professional disagreement under safeguarding boards' policies"
app_email = "maintainers@safeguarding-escalation.example"
app_license = "MIT"

app_include_js = ["safeguarding.bundle.js"]
app_include_css = ["safeguarding.bundle.css"]

before_install = "safeguarding_escalation.setup.install.before_install"
after_install = "safeguarding_escalation.setup.install.after_install"
after_migrate = "safeguarding_escalation.setup.migrate.after_migrate"
before_uninstall = "safeguarding_escalation.setup.uninstall.before_uninstall"
after_uninstall = "safeguarding_escalation.setup.uninstall.after_uninstall"

before_request = [
	"safeguarding_escalation.services.outgoing.begin",
	"safeguarding_escalation.services.incoming.check",
	"safeguarding_escalation.services.limits.check",
]
after_request = [
	"safeguarding_escalation.services.unseen.even_out",
	"safeguarding_escalation.services.files.headers",
	"safeguarding_escalation.services.outgoing.end",
]
before_job = ["safeguarding_escalation.services.audit_jobs.begin"]
after_job = ["safeguarding_escalation.services.audit_jobs.end"]

scheduler_events = {
	"cron": {
		"*/5 * * * *": ["safeguarding_escalation.scheduler.sweep"],
		"2-59/5 * * * *": [
			"safeguarding_escalation.scheduler.care",
			"safeguarding_escalation.scheduler.calendar",
		],
		"*/10 * * * *": ["safeguarding_escalation.scheduler.refresh_adoptions"],
	},
	"daily_long": [
		"safeguarding_escalation.scheduler.verify_log",
		"safeguarding_escalation.scheduler.check_health",
		"safeguarding_escalation.scheduler.draft_returns",
	],
}

extend_bootinfo = "safeguarding_escalation.services.health_banner.boot"

override_doctype_class = {"File": "safeguarding_escalation.case_file.CaseFile"}

page_renderer = ["safeguarding_escalation.respond_page.RespondPage"]

auth_hooks = ["safeguarding_escalation.services.unseen.refuse"]

override_whitelisted_methods = {
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": "safeguarding_escalation.api.figures.dashboard_chart",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": "safeguarding_escalation.api.figures.get_tagged_docs",
	"frappe.desk.form.linked_with.get": "safeguarding_escalation.api.figures.linked_with",
	"frappe.desk.listview.get_group_by_count": "safeguarding_escalation.api.figures.get_group_by_count",
	"frappe.desk.query_report.get_data_for_custom_field": "safeguarding_escalation.api.figures.get_data_for_custom_field",
	"frappe.desk.query_report.export_query": "safeguarding_escalation.api.exports.export_query",
	"frappe.geo.utils.get_coords": "safeguarding_escalation.api.figures.get_coords",
	"frappe.utils.goal.get_monthly_goal_graph_data": "safeguarding_escalation.api.figures.get_monthly_goal_graph_data",
	"frappe.www.list.get": "safeguarding_escalation.api.figures.web_list",
	"frappe.www.list.get_list_data": "safeguarding_escalation.api.figures.web_list_data",
	"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": "safeguarding_escalation.api.figures.get_workflow_state_count",
	"frappe.client.get_count": "safeguarding_escalation.api.lookups.get_count",
	"frappe.client.validate_link": "safeguarding_escalation.api.lookups.validate_link",
	"frappe.client.validate_link_and_fetch": "safeguarding_escalation.api.lookups.validate_link_and_fetch",
	"frappe.desk.notifications.get_open_count": "safeguarding_escalation.api.lookups.get_open_count",
	"frappe.desk.search.get_link_title": "safeguarding_escalation.api.lookups.get_link_title",
	"frappe.desk.search.search_link": "safeguarding_escalation.api.lookups.search_link",
	"frappe.desk.search.search_widget": "safeguarding_escalation.api.lookups.search_widget",
	"frappe.utils.print_format.download_pdf": "safeguarding_escalation.api.prints.download_pdf",
	"frappe.utils.print_format.download_multi_pdf": "safeguarding_escalation.api.prints.download_multi_pdf",
}

permission_query_conditions = {
	"Alert Preference": "safeguarding_escalation.preference_permissions.alert_preference_query",
	"Board Return": "safeguarding_escalation.return_permissions.board_return_query",
	"Escalation": "safeguarding_escalation.permissions.escalation_query",
	"Stage Log": "safeguarding_escalation.permissions.stage_log_query",
	"Stage Log Note": "safeguarding_escalation.permissions.stage_log_note_query",
	"Stage Log Seal": "safeguarding_escalation.permissions.stage_log_seal_query",
	"Escalation Access": "safeguarding_escalation.permissions.escalation_access_query",
	"Escalation Alert": "safeguarding_escalation.permissions.escalation_alert_query",
	"Escalation Copy": "safeguarding_escalation.permissions.escalation_copy_query",
	"Escalation Copy Text": "safeguarding_escalation.permissions.escalation_copy_text_query",
	"Advice Request": "safeguarding_escalation.permissions.advice_request_query",
	"Escalation Deadline": "safeguarding_escalation.permissions.escalation_deadline_query",
	"Related Escalation": "safeguarding_escalation.permissions.related_escalation_query",
	"Escalation Spell": "safeguarding_escalation.permissions.escalation_spell_query",
	"Escalation Action": "safeguarding_escalation.permissions.escalation_action_query",
	"Escalation Answer": "safeguarding_escalation.permissions.escalation_answer_query",
	"Escalation Involvement": "safeguarding_escalation.permissions.escalation_involvement_query",
	"Escalation Nature": "safeguarding_escalation.permissions.escalation_nature_query",
	"Escalation Party": "safeguarding_escalation.permissions.escalation_party_query",
	"Escalation Signature": "safeguarding_escalation.permissions.escalation_signature_query",
	"Escalation Subject": "safeguarding_escalation.permissions.escalation_subject_query",
	"Access Request": "safeguarding_escalation.permissions.access_request_query",
	"Access Request Case": "safeguarding_escalation.permissions.access_request_case_query",
	"Access Request Item": "safeguarding_escalation.permissions.access_request_item_query",
	"Record Confirmation": "safeguarding_escalation.permissions.record_confirmation_query",
	"Response Link": "safeguarding_escalation.permissions.response_link_query",
	"Escalation Audit": "safeguarding_escalation.audit_permissions.escalation_audit_query",
	"Safeguarding Absence": "safeguarding_escalation.absence_permissions.safeguarding_absence_query",
	"Access Log": "safeguarding_escalation.references.access_log_query",
	"Activity Log": "safeguarding_escalation.references.activity_log_query",
	"Comment": "safeguarding_escalation.references.comment_query",
	"Communication": "safeguarding_escalation.references.communication_query",
	"DocShare": "safeguarding_escalation.references.docshare_query",
	"Document Follow": "safeguarding_escalation.references.document_follow_query",
	"File": "safeguarding_escalation.references.file_query",
	"Notification Log": "safeguarding_escalation.references.notification_log_query",
	"Tag Link": "safeguarding_escalation.references.tag_link_query",
	"ToDo": "safeguarding_escalation.references.todo_query",
	"Version": "safeguarding_escalation.references.version_query",
	"View Log": "safeguarding_escalation.references.view_log_query",
	"Workflow Action": "safeguarding_escalation.references.workflow_action_query",
}

has_permission = {
	"Alert Preference": "safeguarding_escalation.preference_permissions.has_permission",
	"Board Return": "safeguarding_escalation.return_permissions.has_permission",
	"Escalation": "safeguarding_escalation.permissions.has_permission",
	"Stage Log": "safeguarding_escalation.permissions.has_permission",
	"Stage Log Note": "safeguarding_escalation.permissions.has_permission",
	"Stage Log Seal": "safeguarding_escalation.permissions.has_permission",
	"Escalation Access": "safeguarding_escalation.permissions.has_permission",
	"Escalation Alert": "safeguarding_escalation.permissions.has_permission",
	"Escalation Copy": "safeguarding_escalation.permissions.has_permission",
	"Escalation Copy Text": "safeguarding_escalation.permissions.has_permission",
	"Advice Request": "safeguarding_escalation.permissions.has_permission",
	"Escalation Deadline": "safeguarding_escalation.permissions.has_permission",
	"Related Escalation": "safeguarding_escalation.permissions.has_permission",
	"Escalation Spell": "safeguarding_escalation.permissions.has_permission",
	"Escalation Action": "safeguarding_escalation.permissions.has_permission",
	"Escalation Answer": "safeguarding_escalation.permissions.has_permission",
	"Escalation Involvement": "safeguarding_escalation.permissions.has_permission",
	"Escalation Nature": "safeguarding_escalation.permissions.has_permission",
	"Escalation Party": "safeguarding_escalation.permissions.has_permission",
	"Escalation Signature": "safeguarding_escalation.permissions.has_permission",
	"Escalation Subject": "safeguarding_escalation.permissions.has_permission",
	"Access Request": "safeguarding_escalation.permissions.has_permission",
	"Access Request Case": "safeguarding_escalation.permissions.has_permission",
	"Access Request Item": "safeguarding_escalation.permissions.has_permission",
	"Record Confirmation": "safeguarding_escalation.permissions.has_permission",
	"Response Link": "safeguarding_escalation.permissions.has_permission",
	"Escalation Audit": "safeguarding_escalation.audit_permissions.has_permission",
	"Safeguarding Absence": "safeguarding_escalation.absence_permissions.has_permission",
	"Access Log": "safeguarding_escalation.references.has_permission",
	"Activity Log": "safeguarding_escalation.references.has_permission",
	"Comment": "safeguarding_escalation.references.has_permission",
	"Communication": "safeguarding_escalation.references.has_permission",
	"DocShare": "safeguarding_escalation.references.has_permission",
	"Document Follow": "safeguarding_escalation.references.has_permission",
	"File": "safeguarding_escalation.references.has_permission",
	"Notification Log": "safeguarding_escalation.references.has_permission",
	"Tag Link": "safeguarding_escalation.references.has_permission",
	"ToDo": "safeguarding_escalation.references.has_permission",
	"Version": "safeguarding_escalation.references.has_permission",
	"View Log": "safeguarding_escalation.references.has_permission",
	"Workflow Action": "safeguarding_escalation.references.has_permission",
}

doc_events = {
	"Assignment Rule": {"validate": "safeguarding_escalation.references.refuse_automation"},
	"Auto Email Report": {"validate": "safeguarding_escalation.services.notices.refuse_mailed_report"},
	"Auto Repeat": {"validate": "safeguarding_escalation.references.refuse_automation"},
	"Comment": {
		"validate": [
			"safeguarding_escalation.references.check_comment",
			"safeguarding_escalation.services.notices.check_mentions",
		],
		"on_update": "safeguarding_escalation.services.identity.keep_comments_out_of_lists",
	},
	"DocShare": {"validate": "safeguarding_escalation.references.refuse_share"},
	"Document Follow": {"after_insert": "safeguarding_escalation.references.drop_follow"},
	"Energy Point Rule": {"validate": "safeguarding_escalation.references.refuse_automation"},
	"Error Log": {"before_insert": "safeguarding_escalation.services.notices.plain_error"},
	"Event": {"validate": "safeguarding_escalation.references.check_event"},
	"File": {"validate": "safeguarding_escalation.case_file.require_kept"},
	"Milestone Tracker": {"validate": "safeguarding_escalation.references.refuse_automation"},
	"Notification": {"validate": "safeguarding_escalation.services.notices.refuse_notification"},
	"Notification Log": {"before_insert": "safeguarding_escalation.services.notices.neutral_notification"},
	"Board Policy": {"before_validate": "safeguarding_escalation.services.text.clean"},
	"Board Return": {"before_validate": "safeguarding_escalation.services.text.clean"},
	"Partner Agency": {
		"before_validate": "safeguarding_escalation.services.text.clean",
		"validate": "safeguarding_escalation.services.directory.check_names",
	},
	"Safeguarding Board": {
		"before_validate": "safeguarding_escalation.services.text.clean",
		"on_update": [
			"safeguarding_escalation.services.access.people_changed",
			"safeguarding_escalation.services.saved_reports.board_changed",
		],
	},
	"Safeguarding Contact": {
		"before_validate": "safeguarding_escalation.services.text.clean",
		"validate": "safeguarding_escalation.services.directory.check_names",
		"on_update": [
			"safeguarding_escalation.services.access.people_changed",
			"safeguarding_escalation.services.response_links.contact_changed",
		],
	},
	"Safeguarding Settings": {
		"before_validate": "safeguarding_escalation.services.text.clean",
		"on_update": "safeguarding_escalation.services.response_links.settings_changed",
	},
	"Prepared Report": {"validate": "safeguarding_escalation.references.refuse_automation"},
	"Tag Link": {"validate": "safeguarding_escalation.references.refuse_tag"},
	"ToDo": {
		"before_validate": "safeguarding_escalation.services.notices.plain_assignment",
		"validate": "safeguarding_escalation.references.check_assignment",
	},
	"User": {"after_rename": "safeguarding_escalation.references.follow_renamed_user"},
	"Version": {"before_insert": "safeguarding_escalation.services.identity.mask_version"},
	"Web Form": {"validate": "safeguarding_escalation.references.refuse_automation"},
	"Webhook": {"validate": "safeguarding_escalation.references.refuse_automation"},
}
