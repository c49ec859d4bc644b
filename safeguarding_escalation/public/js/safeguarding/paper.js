// What was written on the paper form during an outage, typed in afterwards: a row an entry, all of them or none.
import { KINDS } from "./kinds";
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";

const API = "safeguarding_escalation.api.paper.";
const NOT_ON_PAPER = ["correction", "duty_done"];

// The steps of a case, which a form's buttons make otherwise.
const STEPS = [
	{ kind: "concern_raised", label: () => __("The concern was raised (Stage 1)") },
	{ kind: "stage_started", label: () => __("It went on to the stage given") },
	{ kind: "resolved", label: () => __("The resolution was accepted") },
];

export function offerPaper(frm) {
	if (frm.is_new() || ["Closed", "Withdrawn"].includes(frm.doc.workflow_state)) return;
	frm.page.add_menu_item(__("Type in a paper form"), () => openForCase(frm));
}

function openForCase(frm) {
	const key = frappe.utils.get_random(24);
	const dialog = openPaperDialog([], async (entries, form) => {
		await call(`${API}enter`, { escalation: frm.doc.name, entries, form, key });
		dialog.hide();
		frappe.show_alert({ message: __("Typed in."), indicator: "green" });
		bringUpToDate(frm);
	});
	return dialog;
}

// `store(entries, form)` keeps the rows, or rejects with the server's refusal, which the dialog shows row by row.
export function openPaperDialog(rows, store) {
	const kinds = choices();
	const dialog = new frappe.ui.Dialog({
		title: __("Type in a paper form"),
		size: "extra-large",
		fields: fieldsOf(kinds, rows),
		primary_action_label: __("Store all rows"),
		primary_action: (values) => save(dialog, kinds, values, store),
	});
	dialog.$wrapper.addClass("sg-dialog sg-paper");
	dialog.show();
	return dialog;
}

function choices() {
	const names = { chair: __("Chair") };
	const kept = KINDS.filter((entry) => !NOT_ON_PAPER.includes(entry.kind));
	return new Map([...STEPS, ...kept].map((entry) => [entry.label(names), entry.kind]));
}

export function labelOf(kind) {
	return [...choices()].find(([, value]) => value === kind)[0];
}

function fieldsOf(kinds, rows) {
	return [
		{ fieldname: "problem", fieldtype: "HTML" },
		{
			fieldname: "form",
			fieldtype: "Data",
			label: __("Number of the paper form"),
			description: __(
				"As it is written on the paper. Keep the paper until somebody has checked the rows."
			),
		},
		{
			fieldname: "entries",
			fieldtype: "Table",
			label: __("What the paper says, a row for each thing that happened"),
			description: __(
				"Each with its own date and time: dates come out as if you had entered it then. All rows are stored, or none. Somebody with an account here takes a step of the case in person."
			),
			cannot_add_rows: false,
			in_place_edit: true,
			data: rows,
			get_data: () => rows,
			fields: columns(kinds),
		},
	];
}

function columns(kinds) {
	const person = (fieldname, label, width) => ({
		fieldname,
		label,
		fieldtype: "Link",
		options: "Safeguarding Contact",
		only_select: 1,
		in_list_view: 1,
		columns: width,
	});
	return [
		{
			fieldname: "what",
			fieldtype: "Select",
			label: __("What happened"),
			options: ["", ...kinds.keys()].join("\n"),
			in_list_view: 1,
			columns: 2,
			reqd: 1,
		},
		{
			fieldname: "occurred_at",
			fieldtype: "Datetime",
			label: __("Date, time"),
			in_list_view: 1,
			columns: 2,
			reqd: 1,
		},
		{
			fieldname: "stage",
			fieldtype: "Select",
			label: __("Stage"),
			options: ["", "1", "2", "3", "4", "5", "6"].join("\n"),
			in_list_view: 1,
			columns: 1,
		},
		person("actor", __("By whom, if not you"), 2),
		person("counterpart", __("To or with whom"), 1),
		{
			fieldname: "note",
			fieldtype: "Small Text",
			label: __("What was said or decided"),
			in_list_view: 1,
			columns: 2,
		},
		{
			fieldname: "mode",
			fieldtype: "Select",
			label: __("How"),
			options: ["", "phone", "meeting", "email", "in writing"].join("\n"),
		},
		{ fieldname: "due_at", fieldtype: "Datetime", label: __("By when, where it sets a date") },
	];
}

async function save(dialog, kinds, values, store) {
	// Leaving a row's last cell by Tab adds a row; one that holds nothing is no row of the paper.
	const rows = (values.entries || []).map((row, index) => ({ ...row, number: index + 1 }));
	const written = rows.filter((row) => row.what || row.occurred_at || row.note);
	const entries = written.map((row) => ({
		kind: kinds.get(row.what) || "",
		occurred_at: row.occurred_at,
		stage: row.stage || undefined,
		actor: row.actor || undefined,
		counterpart: row.counterpart || undefined,
		note: row.note || undefined,
		mode: row.mode || undefined,
		due_at: row.due_at || undefined,
	}));
	dialog.get_primary_btn().prop("disabled", true);
	try {
		await store(JSON.stringify(entries), values.form || "");
	} catch (refusal) {
		const lines = refusal.problems.map((problem) =>
			problem.row ? __("Row {0}: {1}", [written[problem.row - 1].number, problem.text]) : problem.text
		);
		showRefusal(dialog, lines.length ? { lines } : refusal);
	} finally {
		dialog.get_primary_btn().prop("disabled", false);
	}
}
