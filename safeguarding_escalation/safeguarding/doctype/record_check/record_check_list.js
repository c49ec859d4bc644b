// The checks of the whole record, newest first, and one more on demand.
/* global safeguarding */

frappe.listview_settings["Record Check"] = {
	onload(listview) {
		listview.page.set_secondary_action(__("Check the record now"), () => safeguarding.checkAll(listview));
	},
	get_indicator(doc) {
		const colour = { valid: "green", "nothing to verify": "gray" }[doc.verdict] || "red";
		return [__(doc.verdict), colour, `verdict,=,${doc.verdict}`];
	},
};
