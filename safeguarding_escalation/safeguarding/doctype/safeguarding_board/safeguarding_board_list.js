/* global safeguarding */
// The boards: whoever may write policies adds one by a dialog that also makes its office and names its people.
frappe.listview_settings["Safeguarding Board"] = {
	onload(list) {
		if (!safeguarding.board.mayAdd()) return;
		list.page.add_inner_button(__("Add a board"), () => safeguarding.board.openAddDialog());
	},
};
