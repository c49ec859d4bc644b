/* global safeguarding */

frappe.query_reports["Board Cases"] = {
	filters: [
		safeguarding.worklists.boardFilter(),
		safeguarding.worklists.stateFilter(),
		{
			fieldname: "view",
			label: __("As"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("My post at the board") },
				{ value: "board", label: __("Business Manager") },
				{ value: "chair", label: __("Chair") },
			],
		},
	],
	formatter: safeguarding.worklists.formatter,
};
