// A dialog on policies: its fields, a place for what the server says, and a refusal that leaves it open.
import { paragraphs } from "./text";

export const refused = (lines) =>
	`<div class="sg-banner sg-banner--danger" role="alert">${paragraphs(lines)}</div>`;

export function dialogOf({ title, fields, label, action, large = false, secondary = null }) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [...fields, { fieldname: "said", fieldtype: "HTML" }],
		primary_action_label: label,
		primary_action: async (values) => {
			dialog.disable_primary_action();
			await action(values, dialog).catch((refusal) => {
				if (!refusal.lines) throw refusal;
				say(dialog, refused(refusal.lines));
			});
			dialog.enable_primary_action();
		},
		...(secondary
			? { secondary_action_label: secondary.label, secondary_action: () => secondary.action(dialog) }
			: {}),
	});
	dialog.$wrapper.addClass("sg-dialog");
	if (large) dialog.$wrapper.find(".modal-dialog").addClass("modal-lg");
	dialog.show();
	return dialog;
}

export function say(dialog, html) {
	dialog.get_field("said").$wrapper.html(html);
}

// On paper, alone, with everything that folds unfolded.
export function printAlone(content) {
	const page = $(`<div class="sgp-paper"></div>`).append(content);
	page.find("details").attr("open", "open");
	page.appendTo(document.body);
	document.body.classList.add("sgp-printing");
	window.print();
	document.body.classList.remove("sgp-printing");
	page.remove();
}
