// Which ended cases are due for review. What is done with them is in public/js/safeguarding.
/* global safeguarding */

frappe.query_reports["Retention Review"] = {
	filters: [
		safeguarding.worklists.boardFilter(),
		{
			fieldname: "standing",
			label: __("Stands"),
			fieldtype: "Select",
			options: ["", "Past its period", "Within 90 days", "Legal hold", "Kept", "Anonymised"],
		},
		{ fieldname: "every", label: __("All ended cases"), fieldtype: "Check" },
	],
	onload(report) {
		safeguarding.retention.review(report);
	},
	get_datatable_options(options) {
		return Object.assign(options, { checkboxColumn: true });
	},
};
