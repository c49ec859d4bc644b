// What the worklists' reports share: filters, and cells that say the state in words beside their colour.
import { escape } from "./text";

const TONES = {
	Overdue: "danger",
	"Due today": "warning",
	"Due soon": "warning",
	Unassigned: "warning",
};

export function boardFilter() {
	return { fieldname: "board", label: __("Board"), fieldtype: "Link", options: "Safeguarding Board" };
}

export function stateFilter() {
	const states = ["Overdue", "Due today", "Due soon", "On track", "No clock"];
	return {
		fieldname: "state",
		label: __("State"),
		fieldtype: "Select",
		options: [
			{ value: "", label: __("Any") },
			...states.map((value) => ({ value, label: __(value) })),
		],
	};
}

export function formatter(value, row, column, data, shown) {
	if (!data) return shown(value, row, column, data);
	if (column.fieldname === "reference") {
		const route = frappe.utils.get_form_link("Escalation", data.escalation);
		return `<a href="${escape(route)}">${escape(value || data.escalation)}</a>`;
	}
	if (column.fieldname === "state" || column.fieldname === "group") {
		return `<span class="sg-pill sg-pill--${TONES[value] || "quiet"}">${escape(__(value || ""))}</span>`;
	}
	return shown(value, row, column, data);
}
