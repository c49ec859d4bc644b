// The checks of clocks and alerts, newest first; the page Clock health shows the last one.
frappe.listview_settings["Health Check"] = {
	onload(listview) {
		listview.page.set_secondary_action(__("Clock health"), () => frappe.set_route("clock-health"));
	},
	get_indicator(doc) {
		const colour = { sound: "green", "to look at": "orange" }[doc.verdict] || "red";
		return [__(doc.verdict), colour, `verdict,=,${doc.verdict}`];
	},
};
