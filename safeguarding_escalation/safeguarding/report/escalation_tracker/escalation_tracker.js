/* global safeguarding */

frappe.query_reports["Escalation Tracker"] = safeguarding.reports.settings("Escalation Tracker");
