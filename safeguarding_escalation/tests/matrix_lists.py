"""Lists, counts, searches, reports, charts and whatever else shows or counts rows."""

from __future__ import annotations

from pathlib import Path

import frappe

from safeguarding_escalation.permissions import CASE_DOCTYPES, RECORDS, ROWS
from safeguarding_escalation.tests.matrix_surface import CLOSED, NOBODY, READERS, call, for_each, page

ONE = '~"(message|data)": ?1\\b'
MAIN = ("Escalation", *RECORDS)
FILTER = [["<doctype>", "name", "=", "<row>"]]
THIS = [["Escalation", "name", "=", "<case>"]]
BY_WORD = [["Escalation", "dispute_summary", "like", "%<summary>%"]]

RESOURCES = [
	*for_each(page("/api/resource/<doctype>", "row", fields='["name","modified"]', filters=FILTER), MAIN),
	*for_each(page("/api/resource/<doctype>/<row>", "row"), MAIN),
	page("/api/resource/Escalation", "case", limit_page_length="0"),
]

# Version 2 of the host's REST, which only released versions have.
SECOND = READERS if Path(frappe.__file__).with_name("api").joinpath("v2.py").exists() else NOBODY
RESOURCES_AGAIN = [
	page("/api/v1/resource/Escalation/<case>", "summary", for_whom=SECOND),
	page("/api/v2/document/Escalation/<case>", "summary", for_whom=SECOND),
	page("/api/v2/document/Escalation", "case", for_whom=SECOND, filters=THIS, fields='["name"]'),
	page("/api/v2/document/Stage Log/<row of Stage Log>", "row of Stage Log", for_whom=SECOND),
	page("/api/v2/doctype/Escalation/count", for_whom=NOBODY, filters=THIS),
	page("/api/v2/document/Escalation/<case>/method/as_dict", for_whom=NOBODY),
	page("/api/v2/document/File/<file>", "file", for_whom=SECOND),
	page("/api/v2/document/Escalation/<case>/", for_whom=NOBODY, verb="PATCH", writes=True, dispute_summary="Mine."),
	page("/api/v2/method/run_doc_method", for_whom=NOBODY, verb="POST", method="as_dict",
		document={"doctype": "Escalation", "name": "<case>"}),
]  # fmt: skip
CLIENT = [
	*for_each(
		call("frappe.client.get_list", "row", doctype="<doctype>", fields=["name"], filters={"name": "<row>"}), MAIN
	),
	*for_each(
		call(
			"frappe.client.get_list", "row", called="as a child", doctype="<doctype>", parent="Escalation",
			fields=["name"], filters={"name": "<row>"},
		),
		ROWS,
	),
	*for_each(call("frappe.client.get", "row", doctype="<doctype>", name="<row>"), MAIN),
	*for_each(
		call("frappe.client.get_value", "row", doctype="<doctype>", filters={"name": "<row>"}, fieldname="name"), MAIN
	),
	*for_each(
		call(
			"frappe.client.get_value", "row", called="as a child", doctype="<doctype>", parent="Escalation",
			filters={"name": "<row>"}, fieldname=["name", "parent"],
		),
		ROWS,
	),
	*for_each(call("frappe.client.get_count", ONE, doctype="<doctype>", filters=FILTER), CASE_DOCTYPES),
	call("frappe.client.get_count", ONE, called="by a word", doctype="Escalation", filters=BY_WORD),
	call("frappe.client.get_list", "case", called="by a word", doctype="Escalation", filters=BY_WORD),
	call("frappe.client.get", "case", called="by a word", doctype="Escalation", filters=BY_WORD),
	*for_each(call("frappe.client.has_permission", "~true", doctype="<doctype>", docname="<row>"), MAIN),
	*for_each(call("frappe.client.get_doc_permissions", doctype="<doctype>", docname="<row>"), MAIN),
	call("frappe.client.is_document_amended", for_whom=NOBODY, doctype="Escalation", docname="<case>"),
	*for_each(call("frappe.client.validate_link", "row", doctype="<doctype>", docname="<row>", fields='["name"]'), MAIN),
]  # fmt: skip

REPORT_VIEW = [
	*for_each(
		call("frappe.desk.reportview.get", "row", doctype="<doctype>", fields=["`tab<doctype>`.`name`"], filters=FILTER),
		MAIN,
	),
	*for_each(
		call("frappe.desk.reportview.get_list", "row", doctype="<doctype>", fields=["name"], filters=FILTER), MAIN
	),
	*for_each(call("frappe.desk.reportview.get_count", ONE, doctype="<doctype>", filters=FILTER), MAIN),
	call("frappe.desk.reportview.get_stats", doctype="Escalation", stats='["_user_tags"]', filters=[]),
	call("frappe.desk.reportview.get_sidebar_stats", doctype="Escalation", stats='["_user_tags"]', filters=[]),
	call("frappe.desk.listview.get_group_by_count", '~"count": ?1', doctype="Escalation",
		current_filters=THIS, field="assigned_to"),
	call("frappe.desk.listview.get_group_by_count", '~"count": ?1', called="owner", doctype="Escalation",
		current_filters=THIS, field="owner"),
	call("frappe.desk.reportview.get_filter_dashboard_data", "~Stage 4", doctype="Escalation",
		stats='[{"name": "workflow_state", "type": "Select", "label": "State"}]', filters=THIS),
	call("frappe.desk.reportview.export_query", for_whom=NOBODY, doctype="Escalation", title="Escalation",
		file_format_type="CSV", fields=["`tabEscalation`.`name`", "`tabEscalation`.`dispute_summary`"], filters=THIS),
	call("frappe.workflow.doctype.workflow.workflow.get_workflow_state_count", "~Stage 4", doctype="Escalation",
		workflow_state_field="workflow_state", states='["Draft"]'),
	call("frappe.desk.doctype.kanban_board.kanban_board.get_kanban_boards", doctype="Escalation"),
	call("frappe.geo.utils.get_coords", for_whom=NOBODY, doctype="Escalation", type="coordinates",
		filters=[["Escalation", "name", "=", "<case>"]]),
	call("frappe.geo.utils.get_coords", called="all", for_whom=NOBODY, doctype="Escalation", type="coordinates", filters=[]),
]  # fmt: skip

SEARCH = [
	*for_each(call("frappe.desk.search.search_link", doctype="<doctype>", txt="<row>", ignore_user_permissions=1), MAIN),
	call("frappe.desk.search.search_link", "case", called="by reference", doctype="Escalation", txt="<reference>"),
	call("frappe.desk.search.search_widget", "case", doctype="Escalation", txt="<reference>",
		filter_fields='["dispute_summary"]', ignore_user_permissions=1),
	call("frappe.desk.search.get_link_title", "reference", doctype="Escalation", docname="<case>"),
	call("frappe.utils.global_search.search", for_whom=CLOSED, text="<summary>"),
	call("frappe.utils.global_search.search", called="of the DocType", for_whom=CLOSED, text="<reference>", doctype="Escalation"),
	call("frappe.utils.global_search.web_search", for_whom=CLOSED, text="<summary>"),
	call("frappe.desk.link_preview.get_preview_data", doctype="Escalation", docname="<case>"),
]  # fmt: skip

CHART = {
	"doctype": "Dashboard Chart", "document_type": "Escalation", "based_on": "creation", "timespan": "Last Year",
	"time_interval": "Yearly", "filters_json": "[]", "name": "x",
}  # fmt: skip
CARD = {"document_type": "Escalation", "function": "Count", "name": "x"}
CHARTS = [
	call("frappe.desk.doctype.dashboard_chart.dashboard_chart.get", '~"values": ?\\[0, ?[1-9]', no_cache=1,
		chart={**CHART, "chart_type": "Count", "type": "Line"}, filters=THIS),
	call("frappe.desk.doctype.dashboard_chart.dashboard_chart.get", "~dataPoints.*[0-9]{9}", called="heatmap",
		no_cache=1, chart={**CHART, "chart_type": "Count", "type": "Heatmap"}, filters=THIS),
	call("frappe.desk.doctype.dashboard_chart.dashboard_chart.get", "reference", called="group by", no_cache=1,
		chart={**CHART, "chart_type": "Group By", "group_by_type": "Count", "group_by_based_on": "reference"},
		filters=THIS),
	call("frappe.desk.doctype.number_card.number_card.get_result", '~"message": ?1', doc=CARD, filters=THIS),
	call("frappe.desk.doctype.number_card.number_card.get_percentage_difference", for_whom=NOBODY, doc={**CARD,
		"show_percentage_stats": 1, "stats_time_interval": "Daily"}, filters=THIS, result=1),
	call("frappe.desk.calendar.get_events", "case", doctype="Escalation", start="2020-01-01", end="2099-01-01",
		field_map={"start": "creation", "end": "modified", "id": "name", "title": "reference"},
		filters=THIS, fields=["name", "creation", "modified", "reference"]),
	call("frappe.desk.doctype.event.event.get_events", start="2020-01-01", end="2099-01-01"),
	call("frappe.desk.notifications.get_open_count", "~Stage Log", doctype="Escalation", name="<case>"),
	call("frappe.desk.notifications.get_notifications"),
	call("frappe.desk.notifications.get_notification_info"),
	call("frappe.desk.form.utils.get_next", for_whom=NOBODY, doctype="Escalation", value="<case>", prev=0),
	call("frappe.utils.goal.get_monthly_goal_graph_data", for_whom=NOBODY, title="x", doctype="Escalation",
		docname="<case>", goal_value_field="reference", goal_total_field="reference", goal_history_field="reference",
		goal_doctype="Stage Log", goal_doctype_link="escalation", goal_field="sequence", date_field="creation",
		filter_str="1=1", filters={}, aggregation="count"),
	call("frappe.utils.goal.get_monthly_goal_graph_data", called="of others", for_whom=NOBODY, title="x",
		doctype="Partner Agency", docname="Elmfield Hospital Trust", goal_value_field="agency_name",
		goal_total_field="agency_name", goal_history_field="agency_type", goal_doctype="Escalation",
		goal_doctype_link="raising_agency", goal_field="name", date_field="creation", filter_str="name='<case>'",
		filters={"name": "<case>"}, aggregation="count"),
	call("frappe.desk.form.linked_with.get", called="an agency's", for_whom=NOBODY, doctype="Partner Agency",
		docname="Elmfield Hospital Trust"),
]  # fmt: skip

OUR_REPORTS = ("My Cases", "My Team Today", "Board Cases", "Everything Due",
	"Escalation Tracker", "Overdue and Due Soon", "Timeliness by Stage and Agency", "Themes",
	"Confirmations Outstanding", "Actions Outstanding",
)  # fmt: skip
REPORTS = [
	*(
		call("frappe.desk.query_report.run", called=report, for_whom=NOBODY, report_name=report, filters={}, ignore_prepared_report=1)
		for report in OUR_REPORTS
	),
	*(
		call("frappe.desk.query_report.run", called=f"{report} as somebody", for_whom=NOBODY, report_name=report, filters={},
			user="<owner>", ignore_prepared_report=1)
		for report in OUR_REPORTS
	),
	call("frappe.desk.query_report.export_query", for_whom=NOBODY, report_name="My Cases", file_format_type="CSV",
		filters={}, visible_idx=[]),
	call("frappe.desk.query_report.export_query", called="Escalation Tracker", for_whom=NOBODY,
		report_name="Escalation Tracker", file_format_type="CSV", filters={}, visible_idx=[]),
	call("frappe.desk.query_report.run", called="behind a figure", for_whom=NOBODY, report_name="Cases Behind a Figure",
		filters={"of": "Themes", "figure": "all/escalations"}, ignore_prepared_report=1),
	call("frappe.desk.query_report.get_script", report_name="My Cases"),
	call("frappe.desk.query_report.get_data_for_custom_field", "reference", doctype="Escalation", field="reference",
		names=["<case>"]),
	call("frappe.core.doctype.prepared_report.prepared_report.make_prepared_report", for_whom=NOBODY, writes=True,
		report_name="My Cases", filters={}),
	call("frappe.core.doctype.prepared_report.prepared_report.get_reports_in_queued_state", report_name="My Cases",
		filters={}),
	call("frappe.core.doctype.data_export.exporter.export_data", for_whom=NOBODY, doctype="Escalation", with_data=1,
		all_doctypes=1, file_type="CSV", filters={"name": "<case>"}),
	call("frappe.core.doctype.data_import.data_import.download_template", for_whom=NOBODY, doctype="Escalation",
		export_fields={"Escalation": ["name", "dispute_summary"]}, export_records="all", file_type="CSV"),
]  # fmt: skip

WEB = [
	call("frappe.www.list.get", for_whom=NOBODY, verb="GET", doctype="Escalation"),
	call("frappe.www.list.get_list_data", for_whom=NOBODY, verb="GET", doctype="Escalation"),
	call("frappe.www.search.get_search_results", for_whom=CLOSED, verb="GET", text="<summary>"),
	call("frappe.website.doctype.web_form.web_form.get_form_data", for_whom=NOBODY, doctype="Escalation",
		docname="<case>", web_form_name="x"),
	page("/Escalation/<case>", for_whom=NOBODY),
	page("/Escalation/<case>", for_whom=NOBODY, key="<summary>"),
	page("/escalation", for_whom=NOBODY),
	page("/list/Escalation", for_whom=NOBODY),
	page("/sitemap.xml", for_whom=NOBODY),
	page("/rss.xml", for_whom=NOBODY),
]  # fmt: skip

LISTS = [*RESOURCES, *RESOURCES_AGAIN, *CLIENT, *REPORT_VIEW, *SEARCH, *CHARTS, *REPORTS, *WEB]
