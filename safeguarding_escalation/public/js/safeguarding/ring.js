// The way from a case to the people of its agencies.
export function offer(frm) {
	if (frm.is_new()) return;
	frm.add_custom_button(__("Who do I ring?"), () => {
		frappe.set_route("who-do-i-ring", frm.doc.name);
	});
}
