/* global safeguarding */

frappe.query_reports["Everything Due"] = {
	filters: [
		safeguarding.worklists.boardFilter(),
		safeguarding.worklists.agencyFilter(),
		safeguarding.worklists.owedByFilter(),
		{ fieldname: "until", label: __("Due until"), fieldtype: "Date" },
		{ fieldname: "overdue_only", label: __("Only what is overdue"), fieldtype: "Check" },
		{ fieldname: "limits_only", label: __("Only the policy's limits"), fieldtype: "Check" },
	],
	formatter: safeguarding.worklists.formatter,
};
