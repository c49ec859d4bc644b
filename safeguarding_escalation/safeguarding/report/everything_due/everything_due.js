/* global safeguarding */

frappe.query_reports["Everything Due"] = {
	filters: [
		safeguarding.worklists.boardFilter(),
		{ fieldname: "agency", label: __("Agency"), fieldtype: "Link", options: "Partner Agency" },
		{
			fieldname: "owed_by",
			label: __("Owed by"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("Anybody") },
				{ value: "raising", label: __("Raising side") },
				{ value: "responding", label: __("Responding side") },
				{ value: "chair", label: __("Chair") },
				{ value: "business manager", label: __("Business Manager") },
			],
		},
		{ fieldname: "until", label: __("Due until"), fieldtype: "Date" },
		{ fieldname: "overdue_only", label: __("Only what is overdue"), fieldtype: "Check" },
		{ fieldname: "limits_only", label: __("Only the policy's limits"), fieldtype: "Check" },
	],
	formatter: safeguarding.worklists.formatter,
};
