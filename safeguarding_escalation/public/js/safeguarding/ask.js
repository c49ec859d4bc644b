// A short dialog that records one entry of the case's log, and stays open with the reason where that is refused.
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";

export function askAndRecord(frm, { title, fields, label, given }) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [{ fieldname: "problem", fieldtype: "HTML" }, ...fields],
		primary_action_label: label,
		primary_action: async (values) => {
			try {
				await call("record", { escalation: frm.doc.name, ...values, ...given });
			} catch (refusal) {
				showRefusal(dialog, refusal);
				return;
			}
			dialog.hide();
			bringUpToDate(frm);
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}
