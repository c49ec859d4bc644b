/* global safeguarding */

frappe.query_reports["Cases Behind a Figure"] = safeguarding.reports.settings("Cases Behind a Figure");
