// A policy begun from its stages alone: who settles each, in how many working days; the rest is usual practice.
import { dialogOf } from "./policy_dialog";
import { callPolicy } from "./policy_server";
import { escape } from "./text";

const WHO = [
	["Practitioner", __("The professionals")],
	["Manager", __("Their managers or safeguarding leads")],
	["Senior Manager", __("Senior managers")],
	["Head of Service", __("Heads of Service")],
	["Chief Officer", __("Directors or chief officers")],
	["Chair", __("The board's Chair, who recommends")],
];
const MOST = 6;
const USUAL = ["Practitioner", "Manager", "Senior Manager", "Chair"].map((who) => ({
	label: "",
	who,
	days: "5",
}));

export function openStartDialog(board = "") {
	const year = new Date().getFullYear();
	const stem = board
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-|-$/g, "");
	const fields = [
		{
			fieldname: "title",
			fieldtype: "Data",
			label: __("Title"),
			default: board ? __("{0}: Escalation Policy", [board]) : "",
			reqd: 1,
		},
		{
			fieldname: "name",
			fieldtype: "Data",
			label: __("Name"),
			default: stem ? `${stem}-${year}` : "",
			description: __(
				"Short, in small letters, for example ashbourne-2026. It cannot be changed later."
			),
			reqd: 1,
		},
		{ fieldname: "stages", fieldtype: "HTML" },
	];
	const rows = USUAL.map((row) => ({ ...row }));
	const action = async ({ name, title }, dialog) => {
		const args = { name, title, board, stages: JSON.stringify(rows) };
		const made = await callPolicy("start", args);
		dialog.hide();
		frappe.set_route("Form", "Board Policy", made.policy);
	};
	const dialog = dialogOf({
		title: __("Begin a policy from its stages"),
		fields,
		label: __("Make the draft"),
		action,
		large: true,
	});
	drawStages(dialog.get_field("stages").$wrapper, rows);
	return dialog;
}

function drawStages(area, rows) {
	const redraw = (focus) => {
		drawStages(area, rows);
		if (focus) area.find(focus).trigger("focus");
	};
	area.html(`<fieldset class="sgp-begin"><legend>${escape(__("The stages, in order"))}</legend>
		<p class="sg-quiet">${escape(
			__("0 days: the same working day. Leave the days empty where the text gives no number.")
		)}</p>
		<ol class="sgp-begin__stages">${rows.map(rowHtml).join("")}</ol>
		<button type="button" class="btn btn-default btn-sm" data-sgp-more ${rows.length >= MOST ? "disabled" : ""}>
		${escape(__("One more stage"))}</button></fieldset>`);
	area.find("[data-sgp-field]").on("input change", (event) => {
		const { sgpField, row } = event.currentTarget.dataset;
		rows[Number(row)][sgpField] = event.currentTarget.value;
	});
	area.find("[data-sgp-less]").on("click", (event) => {
		rows.splice(Number(event.currentTarget.dataset.row), 1);
		redraw("[data-sgp-more]");
	});
	area.find("[data-sgp-more]").on("click", () => {
		rows.push({ label: "", who: "Senior Manager", days: "5" });
		redraw(`[data-row=${rows.length - 1}][data-sgp-field=label]`);
	});
}

function rowHtml(row, index) {
	const number = index + 1;
	const who = WHO.map(
		([value, words]) =>
			`<option value="${escape(value)}" ${value === row.who ? "selected" : ""}>${escape(words)}</option>`
	).join("");
	return `<li><label>${escape(__("Name of stage {0}", [number]))}
		<input type="text" class="form-control" maxlength="140" data-sgp-field="label" data-row="${index}"
		placeholder="${escape(__("Stage {0}", [number]))}" value="${escape(row.label)}"></label>
		<label>${escape(__("Who settles stage {0}", [number]))}
		<select class="form-control" data-sgp-field="who" data-row="${index}">${who}</select></label>
		<label>${escape(__("Working days for stage {0}", [number]))}
		<input type="number" min="0" max="999" class="form-control" data-sgp-field="days" data-row="${index}"
		value="${escape(row.days)}"></label>
		<button type="button" class="btn btn-default btn-sm" data-sgp-less data-row="${index}"
		aria-label="${escape(__("Remove stage {0}", [number]))}">${escape(__("Remove"))}</button></li>`;
}
