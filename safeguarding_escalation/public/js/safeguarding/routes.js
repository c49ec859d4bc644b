// Routes by the kind of agency: what is asked only where the policy has a way for that kind.

// "Named or designated professional in place of a line manager": for a kind of agency that the policy gives such a way.
export async function showHealthRoute(frm, policy) {
	const types = (policy.moves || [])
		.flatMap((row) => String(row.agency_types || "").split("\n"))
		.map((text) => text.trim())
		.filter(Boolean);
	const named = (policy.stages || []).some((row) =>
		/Named Professional/.test(row.raising_capacities || "")
	);
	const agency = frm.doc.raising_agency;
	const found = agency ? await frappe.db.get_value("Partner Agency", agency, "agency_type") : null;
	if (frm.doc.raising_agency !== agency) return;
	const type = (found && found.message && found.message.agency_type) || "";
	const relevant = type === "Health" && (types.includes("Health") || named);
	frm.toggle_display("health_route", Boolean(frm.doc.health_route) || relevant);
	const provider = type === "Care Provider" && types.includes("Care Provider");
	frm.set_df_property(
		"enquiry_manager",
		"description",
		provider
			? __(
					"Your policy sends a care provider’s disagreement to this manager in place of the manager level. Name them."
				)
			: ""
	);
}
