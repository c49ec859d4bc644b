frappe.query_reports["Everything Due"] = {
	filters: [
		{ fieldname: "board", label: __("Board"), fieldtype: "Link", options: "Safeguarding Board" },
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
		{ fieldname: "overdue_only", label: __("Only what is overdue"), fieldtype: "Check" },
		{ fieldname: "limits_only", label: __("Only the policy's limits"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, formatter) {
		const shown = formatter(value, row, column, data);
		if (!data) return shown;
		if (column.fieldname === "reference") {
			const name = encodeURIComponent(data.escalation);
			return `<a href="/app/escalation/${name}">${frappe.utils.escape_html(value || data.escalation)}</a>`;
		}
		if (column.fieldname === "state") {
			const tones = { Overdue: "danger", "Due today": "warning", "Due soon": "warning" };
			const tone = tones[value] || "quiet";
			return `<span class="sg-pill sg-pill--${tone}">${frappe.utils.escape_html(__(value))}</span>`;
		}
		return shown;
	},
};
