// The record and what the other side said of it, side by side: neither is written over the other.
import { recordHtml, recordOf } from "./both_sides_dialogs";
import { escape } from "./text";

export const ANSWERED = ["confirmed", "corrected", "disputed"];

export async function beside(frm, row) {
	const found = await recordOf(frm, row);
	if (!found) return;
	const dialog = new frappe.ui.Dialog({
		title: row.title,
		size: "large",
		fields: [{ fieldname: "both", fieldtype: "HTML", options: bothHtml(found, row) }],
		primary_action_label: __("Close"),
		primary_action: () => dialog.hide(),
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}

function bothHtml(found, row) {
	const words = row.words
		? `<blockquote class="sg-note">${escape(row.words)}</blockquote>`
		: `<p class="sg-quiet">${escape(__("Without words of their own."))}</p>`;
	return `<div class="sg-beside"><section aria-label="${escape(__("The record"))}">
		<h4>${escape(__("The record, as it stands now"))}</h4>${recordHtml(found)}</section>
		<section aria-label="${escape(__("Their word"))}"><h4>${escape(__("Their word"))}</h4>
		<p>${escape(row.said)}</p>${words}<p class="sg-quiet">${escape(row.version)}</p></section></div>`;
}
