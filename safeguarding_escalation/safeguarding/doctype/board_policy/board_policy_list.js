/* global safeguarding */
// The policies: one is begun from its stages here, and copied from its own form.
frappe.listview_settings["Board Policy"] = {
	onload(list) {
		if (!frappe.model.can_create("Board Policy")) return;
		list.page.add_inner_button(__("Begin from its stages"), () => safeguarding.policy.openStartDialog());
	},
};
