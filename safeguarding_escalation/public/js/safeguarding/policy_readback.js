// A draft is read back while it is written: under each table its rows in words, in an open row its own sentence and
// what each cell says, with a picker below the cells that take terms.
import { callPolicy } from "./policy_server";
import { PICKERS, joined, openPicker, without } from "./policy_terms";
import { escape } from "./text";

const WAIT = 400; // milliseconds after the last key
let vocabulary = null;

export function theVocabulary() {
	vocabulary = vocabulary || callPolicy("vocabulary", {}, { type: "GET" }).catch(() => (vocabulary = null));
	return vocabulary;
}

// Asks the server to read the form as it stands; `then` gets the whole answer.
export function readBackSoon(frm, then) {
	clearTimeout(frm.safeguarding_reading);
	frm.safeguarding_reading = setTimeout(() => readBack(frm, then), WAIT);
}

export async function readBack(frm, then) {
	const name = frm.doc.name;
	const number = (frm.safeguarding_asked = (frm.safeguarding_asked || 0) + 1);
	const answer = await callPolicy("read_back", { values: JSON.stringify(frm.doc) }).catch(() => null);
	if (!answer || frm.doc.name !== name || number !== frm.safeguarding_asked) return;
	frm.safeguarding_said = answer;
	for (const [table, rows] of Object.entries(answer.words)) tableInWords(frm, table, rows);
	openRows(frm);
	then(answer);
}

// Under the grid, since the grid draws its rows anew whenever it likes.
function tableInWords(frm, table, rows) {
	const field = frm.get_field(table);
	if (!field || !field.grid) return;
	let area = field.$wrapper.children("[data-sgp-words]");
	if (!area.length) {
		area = $(`<details class="sg-fold sgp-inwords" data-sgp-words open></details>`).appendTo(
			field.$wrapper
		);
	}
	const items = rows.map((words) => `<li>${escape(words)}</li>`).join("");
	area.html(`<summary>${escape(__("In words"))}</summary><ol class="sgp-list">${items}</ol>`);
	area.toggle(rows.length > 0);
}

function openRows(frm) {
	for (const table of new Set([...Object.keys(PICKERS), "levels"])) {
		const field = frm.get_field(table);
		for (const row of (field && field.grid && field.grid.grid_rows) || []) {
			if (row.grid_form && row.wrapper.hasClass("grid-row-open")) explainRow(frm, table, row);
		}
	}
}

// Called when a row's own form is drawn, and with every answer.
export function rowOpened(frm, cdt, cdn) {
	const doc = locals[cdt] && locals[cdt][cdn];
	const field = doc && frm.get_field(doc.parentfield);
	const row = field && field.grid && field.grid.grid_rows_by_docname[cdn];
	if (row) explainRow(frm, doc.parentfield, row);
}

function explainRow(frm, table, row) {
	if (!row.grid_form) return;
	const index = row.doc.idx - 1;
	const said = frm.safeguarding_said || { words: {}, cells: {}, problems: [] };
	const area = $(row.grid_form.wrapper);
	const problems = said.problems.filter((problem) => problem.table === table && problem.row === index + 1);
	const words = (said.words[table] || [])[index] || "";
	let read = area.find("[data-sgp-row]");
	if (!read.length) {
		read = $(`<div data-sgp-row role="status"></div>`).prependTo(
			area.find(".form-layout, .form-area").first()
		);
	}
	read.html(
		`${words ? `<div class="sg-banner sg-banner--info">${escape(words)}</div>` : ""}${problems
			.map((problem) => `<div class="sg-banner sg-banner--danger">${escape(problem.sentence)}</div>`)
			.join("")}`
	);
	const cells = (said.cells[table] || [])[index] || {};
	for (const [name, kind] of Object.entries(PICKERS[table] || {})) {
		explainCell(frm, row.grid_form.fields_dict[name], kind, cells[name] || [], row);
	}
}

function explainCell(frm, control, kind, entries, row) {
	if (!control || !control.$wrapper) return;
	let area = control.$wrapper.children("[data-sgp-cell]");
	if (!area.length) area = $(`<div class="sgp-cell" data-sgp-cell></div>`).appendTo(control.$wrapper);
	const draft = frm.doc.docstatus === 0;
	const items = entries.map((entry) => `<li>${escape(entry.words)} ${termHtml(entry, draft)}</li>`);
	const label = escape(__("Add to “{0}” …", [__(control.df.label)]));
	const button = draft
		? `<button type="button" class="btn btn-xs btn-default" data-sgp-add>${label}</button>`
		: "";
	area.html(`<ul class="sgp-list">${items.join("")}</ul>${button}`);
	const { doctype, name } = row.doc;
	const set = (value) => frappe.model.set_value(doctype, name, control.df.fieldname, value);
	area.find("[data-sgp-remove]").on("click", (event) =>
		set(without(kind, row.doc[control.df.fieldname], event.currentTarget.dataset.sgpRemove))
	);
	area.find("[data-sgp-add]").on("click", async () => {
		const known = await theVocabulary();
		if (!known) return;
		openPicker(kind, frm, known, row.doc, (entry) =>
			set(joined(kind, row.doc[control.df.fieldname], entry))
		);
	});
}

// How the cell spells it, small, and a way to take it out.
function termHtml({ text, words }, draft) {
	const spelled = `<code class="sg-quiet">${escape(text)}</code>`;
	if (!draft) return spelled;
	return `${spelled} <button type="button" class="btn btn-xs btn-default" data-sgp-remove="${escape(text)}"
		aria-label="${escape(__("Take out: {0}", [words]))}">${escape(__("Take out"))}</button>`;
}
