/* global safeguarding */

frappe.query_reports["Themes"] = safeguarding.reports.settings("Themes");
