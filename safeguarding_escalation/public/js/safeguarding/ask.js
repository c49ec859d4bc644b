// A short dialog that records one entry of the case's log, and stays open with the reason where that is refused.
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";

// `method` is a function of the case's API, or a whole path; without it the dialog records an entry. `clears`: fields that
// are left empty are sent as empty, so that what stood there is cleared (a dialog's values leave them out).
export function askAndRecord(frm, { title, fields, label, given, method = "record", ...more }) {
	const said = more.arguments ? (values) => ({ ...values, ...more.arguments(values) }) : (values) => values;
	const empty = more.clears ? Object.fromEntries(fields.map((field) => [field.fieldname, ""])) : {};
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [{ fieldname: "problem", fieldtype: "HTML" }, ...fields],
		primary_action_label: label,
		primary_action: async (values) => {
			try {
				await call(method, { escalation: frm.doc.name, ...empty, ...said(values), ...given });
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
