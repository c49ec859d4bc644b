/* global safeguarding */

frappe.query_reports["Confirmations Outstanding"] =
	safeguarding.reports.settings("Confirmations Outstanding");
