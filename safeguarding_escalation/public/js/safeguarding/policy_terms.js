// Pickers for the cells that take terms: plain choices on the left, the term that they spell goes into the cell.
import { callPolicy } from "./policy_server";
import { escape } from "./text";

// Table → field of the form → which picker. `list` cells hold one word a line, `words` words with commas.
export const PICKERS = {
	clocks: {
		trigger: "term",
		fallback: "term",
		stop: "term",
		cancelled_by: "term",
		cap: "clock",
		owed_by: "owed_by",
	},
	alert_rungs: { clock: "clock", recipients: "alert_recipients" },
	records: { needs: "need", condition: "conditions" },
	copy_rules: { event: "event", sender: "senders", condition: "conditions" },
	closing_duties: { satisfied_by: "need", owed_by: "owed_by", condition: "conditions" },
	moves: { capacities: "capacities" },
	stages: { raising_capacities: "capacities", responding_capacities: "capacities" },
};
const ONE_A_LINE = ["term", "need", "capacities", "alert_recipients"];
const JOINED = ["owed_by", "senders"];

// `add` gets the text that was put together; `row` is the row that it is for.
export function openPicker(kind, frm, vocabulary, row, add) {
	const clocks = (frm.doc.clocks || [])
		.filter((clock) => clock.clock_id)
		.map((clock) => [clock.clock_id, `${clock.label || clock.clock_id} (${clock.clock_id})`]);
	const context = { kind, frm, vocabulary, clocks, row, add };
	const pick = { term: pickTerm, event: pickTerm, need: pickNeed }[kind];
	if (pick) return pick(kind, context);
	const field = {
		fieldname: "word",
		fieldtype: "Select",
		label: __("Choose"),
		options: options(kind === "clock" ? clocks : pairs(vocabulary[kind])),
		reqd: 1,
	};
	return show([field], (values) => values.word || "", context);
}

// Words that mean themselves, or {value, words}.
const pairs = (words) => words.map((word) => (word.value ? [word.value, word.words] : [word, word]));

// What was put together is read back as a sentence while it is chosen.
function show(fields, spell, context) {
	const dialog = new frappe.ui.Dialog({
		title: __("Add to the cell"),
		fields: [...fields, { fieldname: "said", fieldtype: "HTML" }],
		primary_action_label: __("Add"),
		primary_action: (values) => {
			dialog.hide();
			context.add(spell(values));
		},
	});
	const said = dialog.get_field("said").$wrapper.attr({ role: "status", "data-sgp-picked": "" });
	const tell = async () => {
		const text = spell(dialog.get_values(true) || {});
		const args = { kind: context.kind, text, values: JSON.stringify(context.frm.doc) };
		const words = text ? await callPolicy("words", args).catch(() => "") : "";
		said.html(words ? `<div class="sg-banner sg-banner--info">${escape(words)}</div>` : "");
	};
	dialog.onhide = keptOpen(frappe.ui.form.get_open_grid_form());
	dialog.$wrapper.addClass("sg-dialog").on("change", tell);
	dialog.show();
	tell();
	return dialog;
}

// Later releases of the host close the form of a row with any dialog: the cell's own stays open.
function keptOpen(row) {
	return () => row && !row.wrapper.hasClass("grid-row-open") && row.toggle_view(true);
}

function pickTerm(kind, context) {
	return show(termFields(kind, context, ""), (values) => spellTerm(values), context);
}

function pickNeed(kind, context) {
	const fields = [
		{
			fieldname: "need",
			fieldtype: "Select",
			label: __("What must be there"),
			options: options([
				["field", __("a field of the escalation, filled in")],
				["event", __("an entry in its log")],
				["reason", __("a written reason")],
			]),
			default: "field",
			reqd: 1,
		},
		{
			fieldname: "field",
			fieldtype: "Select",
			label: __("Field"),
			options: options(context.vocabulary.fields.map((row) => [row.value, row.words])),
			depends_on: "eval:doc.need==='field'",
		},
		...termFields("event", context, "doc.need==='event'"),
	];
	const spell = (values) => {
		if (values.need === "field") return `field ${values.field || ""}`.trim();
		return values.need === "event" ? `event ${spellTerm(values)}` : "reason";
	};
	return show(fields, spell, context);
}

function termFields(kind, { frm, vocabulary, clocks, row }, when) {
	const shown = (condition) => `eval:${[when, condition].filter(Boolean).join("&&") || "true"}`;
	const stages = (frm.doc.stages || []).map((row) => [
		String(row.number),
		`${row.number}: ${row.label || ""}`,
	]);
	const dated = row && row.unit === "case date";
	const events = vocabulary.events
		.filter((event) => event.dated || !dated)
		.map((event) => [event.value, event.words]);
	const expiry =
		kind === "term" && !dated ? [["expiry", __("another clock falls due and is not met")]] : [];
	const event = "doc.event!=='expiry'";
	return [
		{
			fieldname: "event",
			fieldtype: "Select",
			label: __("When"),
			options: options([...expiry, ...events]),
			default: dated ? events[0][0] : "stage_started",
			depends_on: shown(""),
		},
		{
			fieldname: "clock",
			fieldtype: "Select",
			label: __("Which clock"),
			options: options([["", ""], ...clocks]),
			depends_on: shown("doc.event==='expiry'"),
		},
		{
			fieldname: "stage",
			fieldtype: "Select",
			label: __("At which stage"),
			options: options([["", __("any stage")], ...stages]),
			depends_on: shown(event),
		},
		{
			fieldname: "later",
			fieldtype: "Check",
			label: __("or a later one"),
			depends_on: shown(`${event}&&doc.stage`),
		},
		{
			fieldname: "two_way",
			fieldtype: "Check",
			label: __("only a talk in both directions"),
			depends_on: shown("doc.event==='discussed'"),
		},
		{
			fieldname: "side",
			fieldtype: "Select",
			label: __("only by this side"),
			options: ["", ...vocabulary.sides].join("\n"),
			depends_on: shown(event),
		},
		{
			fieldname: "to",
			fieldtype: "Data",
			label: __("only to this recipient"),
			depends_on: shown("doc.event==='copied'"),
		},
	];
}

export function spellTerm(values) {
	if (values.event === "expiry") return `expiry ${values.clock || ""}`.trim();
	const stage = values.stage ? ` ${values.stage}${values.later ? "+" : ""}` : "";
	const filters = [
		values.two_way ? "two_way" : "",
		values.side ? `side=${values.side}` : "",
		values.to ? `to=${values.to}` : "",
	].filter(Boolean);
	return `${values.event}${stage}${filters.length ? ` [${filters.join(", ")}]` : ""}`;
}

const options = (pairs) => pairs.map(([value, label]) => ({ value, label }));

// The cell with one entry fewer.
export function without(kind, before, entry) {
	const joint = JOINED.includes(kind) ? "," : "\n";
	const parts = String(before || "")
		.split(joint)
		.map((part) => part.trim());
	return parts.filter((part) => part && part !== entry).join(joint === "," ? ", " : joint);
}

// The cell with one entry more.
export function joined(kind, before, entry) {
	const text = String(before || "").trim();
	if (ONE_A_LINE.includes(kind)) return [text, entry].filter(Boolean).join("\n");
	if (JOINED.includes(kind)) return [text, entry].filter(Boolean).join(", ");
	return entry;
}

export function helpHtml(vocabulary) {
	const list = (title, rows) =>
		`<h4>${escape(title)}</h4><dl class="sgp-words">${rows
			.map((row) => `<dt><code>${escape(row.value)}</code></dt><dd>${escape(row.words)}</dd>`)
			.join("")}</dl>`;
	const plain = (title, words) => `<h4>${escape(title)}</h4><p>${escape(words.join(", "))}</p>`;
	return `<div class="sgp">
		<p>${escape(__("A term names what happens, then the stage, then what else must be so. One term a line."))}</p>
		${list(__("Examples"), vocabulary.examples)}${list(__("What can happen"), vocabulary.events)}
		${list(__("In brackets, to narrow it"), vocabulary.filters)}
		${list(__("Grounds of a move"), vocabulary.grounds)}${list(__("Rules for missing out stages"), vocabulary.skip_rules)}
		${list(__("Effects of a record"), vocabulary.effects)}
		${list(__("Who owes"), vocabulary.owed_by)}${plain(__("Capacities"), vocabulary.capacities)}
		${plain(__("Conditions (or: path and its name, field and its name)"), vocabulary.conditions)}
		${list(__("Fields of the escalation"), vocabulary.fields)}</div>`;
}
