/* global safeguarding */
// The form of a Calendar Change. What it shows and does is in the bundle.
frappe.ui.form.on("Calendar Change", {
	refresh: (frm) => safeguarding.calendarChange.refresh(frm),
});
