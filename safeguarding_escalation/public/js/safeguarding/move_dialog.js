// The dialog before a step of the workflow: its time, its reason and whom it reaches. `.move` makes the step.
import { showRestarts } from "./restarts";
import { call } from "./server";
import { moveLabel } from "./moves";
import { outcomeField } from "./outcomes";
import { behalfFields, counterpartField, personArguments } from "./people";
import { bringUpToDate, showRefusal } from "./record_dialog";
import { whomHint } from "./whom";
import { clauseWords, escape, paragraphs } from "./text";

// Opens the dialog for an action, or says why there is none. `chosen` is one of the panel's moves.
export function openMoveDialog(frm, action, chosen) {
	const open = frm.safeguarding_panel.moves.filter((move) => move.action === action && move.allowed);
	if (!open.length) return tellWhyNot(frm, action);
	if (frm.is_dirty()) return saveFirst(frm, action, chosen);
	const moves = chosen && chosen.allowed ? [chosen] : open;
	const dialog = new frappe.ui.Dialog({
		title: moves.length === 1 ? moveLabel(moves[0]) : action,
		fields: fieldsOf(frm, moves),
		primary_action_label: moves.length === 1 ? moveLabel(moves[0]) : __("Confirm"),
		primary_action: (values) => make(frm, dialog, picked(moves, values), values),
	});
	dialog.$wrapper.addClass("sg-dialog");
	frm.safeguarding_dialog = dialog;
	dialog.show();
	showRestarts(frm, dialog, moves[0]);
	return dialog;
}

function picked(moves, values) {
	return moves[Number(values.which) || 0];
}

function fieldsOf(frm, moves) {
	const reasonNeeded = (values) => picked(moves, values).needs_reason;
	const outcomes = [...new Set(moves.flatMap((move) => move.outcomes || []))];
	const reaches = moves.some((move) => move.to_state.startsWith("Stage "));
	return [
		{ fieldname: "problem", fieldtype: "HTML" },
		{ fieldname: "about", fieldtype: "HTML", options: aboutHtml(moves) },
		{
			fieldname: "which",
			fieldtype: "Select",
			label: __("To where?"),
			options: moves.map((move, index) => ({ value: String(index), label: moveLabel(move) })),
			default: "0",
			hidden: moves.length === 1 ? 1 : 0,
			onchange: () => {
				const dialog = frm.safeguarding_dialog;
				if (dialog) showRestarts(frm, dialog, picked(moves, dialog.get_values(true) || {}));
			},
		},
		{
			fieldname: "occurred_at",
			fieldtype: "Datetime",
			label: __("When did it happen?"),
			description: __(
				"Now, unless it was done earlier and you write it down late. Never in the future."
			),
			default: frappe.datetime.now_datetime(),
			reqd: 1,
		},
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Reason"),
			description: __("It goes into the log, where the other agency may read it."),
			depends_on: reasonNeeded,
			mandatory_depends_on: reasonNeeded,
		},
		...(moves.some((move) => move.action === "Reopen")
			? [{ fieldname: "restarts", fieldtype: "HTML" }]
			: []),
		...(outcomes.length > 1 ? [outcomeField(outcomes, true)] : []),
		...(reaches ? [whomField(frm, moves)] : []),
		{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		...behalfFields(),
	];
}

// Whom one reaches by the step; who answers there stands below, and is never filled in for somebody.
function whomField(frm, moves) {
	const into = [...new Set(moves.map((move) => move.to_stage))];
	const hint = into.length === 1 ? whomHint(frm.safeguarding_panel, into[0]) : "";
	return { ...counterpartField(__("Whom did you contact?")), description: escape(hint) };
}

function aboutHtml(moves) {
	const parts = moves.map((move) => {
		const clause = move.clause ? `<p class="sg-quiet">${escape(clauseWords(move.clause))}</p>` : "";
		const guidance = move.guidance ? paragraphs([move.guidance]) : "";
		const warnings = move.warnings.length
			? `<div class="sg-banner sg-banner--info" role="note">${paragraphs(move.warnings)}</div>`
			: "";
		return guidance + warnings + clause;
	});
	return parts[0] && moves.length === 1 ? parts[0] : [...new Set(parts)].join("");
}

async function make(frm, dialog, move, values) {
	dialog.get_primary_btn().prop("disabled", true);
	try {
		await call("move", {
			escalation: frm.doc.name,
			action: move.action,
			occurred_at: values.occurred_at,
			reason: values.reason,
			note: values.note,
			outcome: values.outcome || undefined,
			counterpart: values.counterpart || undefined,
			expected_stage: frm.safeguarding_panel.current_stage,
			level: move.to_state.startsWith("Stage ") ? move.to_level || undefined : undefined,
			to_stage: move.action === "Reopen" ? move.to_stage : undefined,
			...personArguments(values),
		});
	} catch (refusal) {
		refused(frm, dialog, refusal);
		return;
	} finally {
		dialog.get_primary_btn().prop("disabled", false);
	}
	dialog.hide();
	frappe.show_alert({ message: __("Done: {0}", [escape(moveLabel(move))]), indicator: "green" });
	await frm.reload_doc();
}

// Somebody else was quicker: what the form shows is out of date, so it is loaded again.
function refused(frm, dialog, refusal) {
	if (refusal.kind !== "StaleCase") {
		showRefusal(dialog, refusal);
		return;
	}
	dialog.hide();
	frappe.msgprint({
		title: escape(refusal.title),
		message: paragraphs(refusal.lines),
		indicator: "orange",
	});
	bringUpToDate(frm);
}

function tellWhyNot(frm, action) {
	const known = frm.safeguarding_panel.moves.filter((move) => move.action === action);
	const lines = [...new Set(known.flatMap((move) => move.refusals))];
	frappe.msgprint({
		title: __("This step is not possible yet"),
		message: paragraphs(
			lines.length ? lines : [__("Reload the form: the case has changed since it was opened.")]
		),
		indicator: "orange",
	});
	return null;
}

function saveFirst(frm, action, chosen) {
	frappe.confirm(__("The form holds changes that are not saved. Save them now and go on?"), () => {
		frm.save().then(() => openMoveDialog(frm, action, matching(frm, chosen)));
	});
	return null;
}

// The same step in the panel that came with the save.
function matching(frm, chosen) {
	if (!chosen) return undefined;
	const same = (move) => ["action", "to_stage", "to_level"].every((key) => move[key] === chosen[key]);
	return frm.safeguarding_panel.moves.find(same);
}
