/* global safeguarding */
// The form of a Board Return. What it shows and does is in the bundle.
frappe.ui.form.on("Board Return", {
	refresh: (frm) => safeguarding.boardReturn.refresh(frm),
});
