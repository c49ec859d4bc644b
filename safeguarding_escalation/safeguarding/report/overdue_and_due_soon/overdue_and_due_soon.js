/* global safeguarding */

frappe.query_reports["Overdue and Due Soon"] = safeguarding.reports.settings("Overdue and Due Soon");
