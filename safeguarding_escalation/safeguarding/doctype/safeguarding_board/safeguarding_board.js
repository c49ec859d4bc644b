/* global safeguarding */
// The form of a Safeguarding Board: its policies are adopted by a dialog that says what it does.
frappe.ui.form.on("Safeguarding Board", {
	refresh: (frm) => safeguarding.board.refresh(frm),
});
