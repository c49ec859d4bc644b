// Entries that somebody else reported: what waits for the reader's word, and how one says yes or no to it.
import { tell } from "./leads";
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";
import { escape } from "./text";

export function toConfirmHtml(panel) {
	const rows = panel.to_confirm || [];
	if (!rows.length) return "";
	const items = rows.map(
		(row) => `<li class="sg-to-confirm"><div>${escape(row.text)}
			${row.note ? `<div class="sg-quiet">${escape(__("How it is known: {0}", [row.note]))}</div>` : ""}</div>
			${answerButtons(row.log, row.text)}</li>`
	);
	return `<section class="sg-block" aria-label="${escape(__("Is this right?"))}">
		<h3 class="sg-heading">${escape(__("Is this right?"))}</h3>
		<p class="sg-quiet">${escape(__("Others recorded this for you or your agency. Say whether it is right."))}</p>
		<ul class="sg-duties">${items.join("")}</ul></section>`;
}

export function answerButtons(log, about) {
	const button = (
		action,
		words
	) => `<button type="button" class="btn btn-xs btn-default" data-sg="${action}"
		data-log="${escape(log)}">${escape(words)}<span class="sr-only"> ${escape(about)}</span></button>`;
	return `<span class="sg-answer">${button("confirm", __("Confirm"))} ${button("dispute", __("Dispute"))}</span>`;
}

// For whoever reported it: the person confirmed or disputed it by an email, a letter or a call.
export function theirAnswerButton(log, about) {
	return `<button type="button" class="btn btn-xs btn-default" data-sg="answer" data-log="${escape(log)}">${escape(
		__("Record their answer")
	)}<span class="sr-only"> ${escape(about)}</span></button>`;
}

export async function confirmEntry(frm, log) {
	await answer(frm, { log, agrees: 1 }, __("Confirmed. It is in the log."));
}

export function disputeEntry(frm, log) {
	ask(
		frm,
		log,
		__("Dispute this entry"),
		[
			{
				fieldname: "note",
				fieldtype: "Small Text",
				label: __("What is not right?"),
				description: __("It goes into the log, where the other agency may read it."),
			},
		],
		() => ({ agrees: 0 })
	);
}

export function recordTheirAnswer(frm, log) {
	ask(
		frm,
		log,
		__("What did they say of this entry?"),
		[
			{
				fieldname: "verdict",
				fieldtype: "Select",
				label: __("Their answer"),
				options: [
					{ value: "1", label: __("They confirm it") },
					{ value: "0", label: __("They dispute it") },
				],
				default: "1",
				reqd: 1,
			},
			{
				fieldname: "evidence",
				fieldtype: "Small Text",
				label: __("How do you know?"),
				description: __("For example: their email of 12 March."),
				reqd: 1,
			},
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		],
		(values) => ({ agrees: Number(values.verdict), evidence: values.evidence })
	);
}

function ask(frm, log, title, fields, given) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [{ fieldname: "problem", fieldtype: "HTML" }, ...fields],
		primary_action_label: __("Record"),
		primary_action: async (values) => {
			const args = { log, note: values.note || undefined, ...given(values) };
			const refusal = await answer(frm, args, __("Recorded."), true);
			if (!refusal) {
				dialog.hide();
				return;
			}
			showRefusal(dialog, refusal);
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}

// Resolves to the refusal, if there was one; it is shown here unless a dialog shows it.
async function answer(frm, args, done, quiet = false) {
	try {
		await call("confirm", { escalation: frm.doc.name, ...args });
	} catch (refusal) {
		if (!quiet) tell(refusal);
		return refusal;
	}
	frappe.show_alert({ message: done, indicator: "green" });
	bringUpToDate(frm);
	return null;
}
