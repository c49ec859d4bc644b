// The list of subject access requests.
/* global safeguarding */

frappe.listview_settings["Access Request"] = {
	onload(listview) {
		frappe.model.with_doctype("Access Request");
		safeguarding.subjectAccess.list(listview);
	},
	refresh(listview) {
		safeguarding.subjectAccess.list(listview);
	},
};
