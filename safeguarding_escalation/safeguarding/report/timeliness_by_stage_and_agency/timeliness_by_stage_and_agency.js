/* global safeguarding */

frappe.query_reports["Timeliness by Stage and Agency"] = safeguarding.reports.settings(
	"Timeliness by Stage and Agency"
);
