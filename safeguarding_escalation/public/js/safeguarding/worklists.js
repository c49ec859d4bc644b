// What the worklists' reports share: filters, and cells that say the state in words beside their colour.
import { escape, showDay, showMoment } from "./text";

const TONES = {
	Overdue: "danger",
	"Due today": "warning",
	"Due soon": "warning",
	Unassigned: "warning",
	"To be closed": "quiet",
	"At risk now": "danger",
	"Not received yet": "warning",
	"Local targets": "quiet",
	"Local target passed": "quiet",
};

export function boardFilter() {
	return { fieldname: "board", label: __("Board"), fieldtype: "Link", options: "Safeguarding Board" };
}

export function agencyFilter() {
	return { fieldname: "agency", label: __("Agency"), fieldtype: "Link", options: "Partner Agency" };
}

export function owedByFilter() {
	return {
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
	};
}

export function stateFilter() {
	const states = ["Overdue", "Due today", "Due soon", "On track", "No clock", "Local target passed"];
	return {
		fieldname: "state",
		label: __("State"),
		fieldtype: "Select",
		options: [{ value: "", label: __("Any") }, ...states.map((value) => ({ value, label: __(value) }))],
	};
}

export function formatter(value, row, column, data, shown) {
	if (!data) return shown(value, row, column, data);
	if (column.fieldname === "reference") {
		const route = frappe.utils.get_form_link("Escalation", data.escalation);
		return `<a class="sg-case-link" href="${escape(route)}">${escape(value || data.escalation)}</a>`;
	}
	if (column.fieldname === "state" || column.fieldname === "group" || column.fieldname === "due_at") {
		return cell(value, column);
	}
	return shown(value, row, column, data);
}

// A state as its word in a pill, a moment as a day where it falls at its end; nothing where there is no value.
export function cell(value, column) {
	if (!value) return "";
	if (column.fieldtype === "Datetime") return escape(dueText(value));
	return `<span class="sg-pill sg-pill--${TONES[value] || "quiet"}">${escape(__(value))}</span>`;
}

// The day alone where something is due at its end, else with the time.
function dueText(value) {
	const text = String(value || "").replace(" ", "T");
	return text.slice(11, 16) === "23:59" ? showDay(text) : showMoment(text);
}
