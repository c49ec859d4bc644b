/* global safeguarding */

frappe.query_reports["My Cases"] = {
	filters: [safeguarding.worklists.boardFilter(), safeguarding.worklists.stateFilter()],
	formatter: safeguarding.worklists.formatter,
};
