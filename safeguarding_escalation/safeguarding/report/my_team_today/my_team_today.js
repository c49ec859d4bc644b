/* global safeguarding */

frappe.query_reports["My Team Today"] = {
	filters: [
		safeguarding.worklists.boardFilter(),
		{
			fieldname: "group",
			label: __("Group"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("All groups") },
				{ value: "At risk now", label: __("At risk now") },
				{ value: "Due today", label: __("Due today") },
				{ value: "Overdue", label: __("Overdue") },
				{ value: "Waiting on others", label: __("Waiting on others") },
				{ value: "Unassigned", label: __("Unassigned") },
				{ value: "Local targets", label: __("Local targets") },
				{ value: "To be closed", label: __("To be closed") },
				{ value: "Not received yet", label: __("Not received yet") },
				{ value: "Your word is asked", label: __("Your word is asked") },
			],
		},
	],
	formatter: safeguarding.worklists.formatter,
};
