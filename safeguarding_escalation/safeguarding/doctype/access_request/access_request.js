// The form of a subject access request. What happens is in public/js/safeguarding; this is the list of moments.
/* global safeguarding */

frappe.ui.form.on("Access Request", {
	refresh(frm) {
		safeguarding.subjectAccess.refresh(frm);
	},
});
