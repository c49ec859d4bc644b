/* global safeguarding */

frappe.query_reports["Actions Outstanding"] = safeguarding.reports.settings("Actions Outstanding");
