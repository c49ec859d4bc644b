/* global safeguarding */

frappe.query_reports["My Team Today"] = {
	filters: [
		safeguarding.worklists.boardFilter(),
		{
			fieldname: "group",
			label: __("Group"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("All four groups") },
				{ value: "Due today", label: __("Due today") },
				{ value: "Overdue", label: __("Overdue") },
				{ value: "Waiting on others", label: __("Waiting on others") },
				{ value: "Unassigned", label: __("Unassigned") },
			],
		},
	],
	formatter: safeguarding.worklists.formatter,
};
