// "Record what happened": one dialog for every kind of entry in the log. A refusal leaves it open as it was typed.
import { call } from "./server";
import { asks, kindOf, offered } from "./kinds";
import { EVERY_OUTCOME, outcomeField } from "./outcomes";
import { personFields, personArguments } from "./people";
import { copyRecipients, policyOf } from "./policy";
import { isFamily } from "./start";
import { paragraphs } from "./text";

const UNCHOSEN = { value: "", label: "–" };
const TAKEN_AS_GIVEN = [
	"mode",
	"two_way",
	"counterpart",
	"attendees",
	"due_at",
	"to",
	"relates_to",
	"outcome",
];
const STRIKE = "strike";
const MOVED = "moved";

// `preset` holds first values (`kind`, `to`, `relates_to`) and `about`, the duty that the entry answers.
export async function openRecordDialog(frm, preset = {}) {
	const panel = frm.safeguarding_panel;
	const policy = await policyOf(frm);
	const rows = await call("timeline", { escalation: frm.doc.name }, { type: "GET" }).catch(() => []);
	const dialog = new frappe.ui.Dialog({
		title: __("Record what happened"),
		fields: fieldsOf(frm, panel, policy, rows, preset),
		primary_action_label: __("Record"),
		primary_action: (values) => save(frm, dialog, values, rows, preset),
	});
	dialog.$wrapper.addClass("sg-dialog");
	frm.safeguarding_dialog = dialog;
	dialog.show();
	warnIfUnsaved(frm, dialog);
	return dialog;
}

function fieldsOf(frm, panel, policy, rows, preset) {
	const names = { chair: policy.chair_label || __("Chair") };
	const shown = (field) => (values) => asks(values.kind, field);
	const recipients = ["", ...copyRecipients(policy)];
	if (preset.to && !recipients.includes(preset.to)) recipients.push(preset.to);
	return [
		{ fieldname: "problem", fieldtype: "HTML" },
		{
			fieldname: "kind",
			fieldtype: "Select",
			label: __("What happened?"),
			options: [UNCHOSEN, ...offered(panel.workflow_state, names, preset.kind)],
			default: preset.kind || "",
			description: preset.about ? frappe.utils.escape_html(preset.about) : "",
			reqd: 1,
		},
		{
			fieldname: "corrects",
			fieldtype: "Select",
			label: __("Which entry is wrong?"),
			options: [UNCHOSEN, ...rows.map(entryOption).reverse()],
			depends_on: shown("corrects"),
			mandatory_depends_on: shown("corrects"),
		},
		{
			fieldname: "fix",
			fieldtype: "Select",
			label: __("What is wrong with it?"),
			options: [
				{ value: STRIKE, label: __("It did not happen: strike it out") },
				{ value: MOVED, label: __("It happened at another time") },
			],
			default: STRIKE,
			depends_on: shown("fix"),
		},
		{
			fieldname: "occurred_at",
			fieldtype: "Datetime",
			label: __("When did it happen?"),
			description: __("Its own time, even if you write it down later. Never in the future."),
			default: frappe.datetime.now_datetime(),
			depends_on: (values) => values.kind !== "correction" || values.fix === MOVED,
			reqd: 1,
		},
		{
			fieldname: "due_at",
			fieldtype: "Datetime",
			label: __("By when?"),
			depends_on: (values) => asks(values.kind, "due_at") || needsDue(values, rows),
			mandatory_depends_on: (values) =>
				(asks(values.kind, "due_at") && values.kind !== "action_agreed") || needsDue(values, rows),
		},
		{
			fieldname: "relates_to",
			fieldtype: "Data",
			label: __("Which one?"),
			description: __("A few words by which it can be found again, without anybody's name."),
			default: preset.relates_to || "",
			depends_on: shown("relates_to"),
		},
		{
			fieldname: "which",
			fieldtype: "Select",
			label: __("Which one?"),
			options: whichOptions(rows, preset),
			default: preset.relates_to || "",
			depends_on: shown("which"),
		},
		{
			fieldname: "to",
			fieldtype: "Select",
			label: __("To whom?"),
			description: __(
				"Whom the policy names. For somebody else leave this empty and choose the person below."
			),
			options: recipients,
			default: preset.to || "",
			depends_on: shown("to"),
		},
		outcomeField(EVERY_OUTCOME, false, shown("outcome")),
		...personFields(shown, isFamily(frm)),
		{
			fieldname: "note",
			fieldtype: "Small Text",
			label: __("What was said or decided?"),
			description: __(
				"Facts that the other agency may read. What stays inside your agency goes into a private entry."
			),
		},
		{
			fieldname: "visibility",
			fieldtype: "Select",
			label: __("Who may read this entry?"),
			options: [
				{ value: "", label: __("As usual for this kind of entry") },
				{ value: "parties", label: __("Everybody who works on this case") },
				{ value: "own agency", label: __("Only my own agency") },
				{ value: "board", label: __("My own agency and the board") },
			],
			description: __(
				"What you asked your own manager or lead stays inside your agency unless you choose otherwise."
			),
		},
	];
}

function entryOption(row) {
	return { value: row.name, label: `${row.sequence}. ${row.kind_label}, ${row.occurred}` };
}

function whichOptions(rows, preset) {
	const found = rows
		.filter((row) => ["action_agreed", "review_set"].includes(row.kind))
		.map((row) => ({
			value: row.relates_to || row.name,
			label: row.relates_to || entryOption(row).label,
		}));
	const known = !preset.relates_to || found.some((option) => option.value === preset.relates_to);
	return [UNCHOSEN, ...found, ...(known ? [] : [{ value: preset.relates_to, label: preset.relates_to }])];
}

// A dated entry whose time is put right needs its date again.
function needsDue(values, rows) {
	if (values.kind !== "correction" || values.fix !== MOVED) return false;
	const row = rows.find((entry) => entry.name === values.corrects);
	return Boolean(row && row.due && !row.due_at);
}

function argumentsOf(frm, values, rows, preset) {
	const entry = kindOf(values.kind);
	const given = { kind: values.kind, note: values.note, visibility: values.visibility || undefined };
	const common = { escalation: frm.doc.name, expected_stage: frm.safeguarding_panel.current_stage };
	if (values.kind === "correction") return { ...common, ...given, ...correctionArguments(values, rows) };
	given.occurred_at = values.occurred_at;
	for (const field of TAKEN_AS_GIVEN) {
		if (entry.asks.includes(field)) given[field] = values[field] || undefined;
	}
	if (entry.asks.includes("which")) given.relates_to = values.which || undefined;
	if (preset.kind === values.kind && preset.relates_to) given.relates_to = preset.relates_to;
	return { ...common, ...given, ...personArguments(values) };
}

function correctionArguments(values, rows) {
	const row = rows.find((entry) => entry.name === values.corrects) || {};
	if (values.fix !== MOVED) return { kind: "correction", corrects: values.corrects };
	return {
		kind: row.kind,
		corrects: row.name,
		occurred_at: values.occurred_at,
		due_at: values.due_at || row.due_at || undefined,
		stage: row.stage || undefined,
		level: row.level || undefined,
		mode: row.mode || undefined,
		two_way: row.two_way || undefined,
		visibility: values.visibility || row.visibility,
		relates_to: row.relates_to || undefined,
		actor: row.actor_contact || undefined,
		counterpart: row.counterpart_contact || undefined,
		evidence: row.evidence || undefined,
		note: values.note || row.note || undefined,
	};
}

async function save(frm, dialog, values, rows, preset) {
	dialog.get_primary_btn().prop("disabled", true);
	try {
		await call("record", argumentsOf(frm, values, rows, preset));
	} catch (refusal) {
		showRefusal(dialog, refusal);
		return;
	} finally {
		dialog.get_primary_btn().prop("disabled", false);
	}
	dialog.hide();
	frappe.show_alert({ message: __("Recorded."), indicator: "green" });
	bringUpToDate(frm);
}

export function showRefusal(dialog, refusal) {
	const html = `<div class="sg-banner sg-banner--danger" role="alert">${paragraphs(refusal.lines)}</div>`;
	dialog.get_field("problem").$wrapper.html(html)[0].scrollIntoView({ block: "center" });
}

// Reloads the form, unless that would lose what was typed: then only the panel, with a word of warning.
export function bringUpToDate(frm) {
	if (!frm.is_dirty()) return frm.reload_doc();
	frappe.show_alert(
		{
			message: __("The form holds changes that are not saved. Copy what you need, then reload it."),
			indicator: "orange",
		},
		15
	);
	return window.safeguarding.panel.refresh(frm);
}

function warnIfUnsaved(frm, dialog) {
	if (!frm.is_dirty()) return;
	const line = __(
		"The form holds changes that are not saved. Save them first if you can: recording changes the case."
	);
	dialog
		.get_field("problem")
		.$wrapper.html(`<div class="sg-banner sg-banner--info">${paragraphs([line])}</div>`);
}
