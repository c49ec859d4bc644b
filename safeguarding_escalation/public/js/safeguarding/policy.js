// The board's policy as data for the form: natures, exclusions, who is copied in, what things are called.

const NONE = { natures: [], exclusions: [], copy_rules: [], contacts: [], stages: [] };

// Resolves to the Board Policy document that governs the form's case; an empty one while no board is chosen.
export async function policyOf(frm) {
	const name = frm.doc.policy || (await adoptedBy(frm.doc.board));
	if (!name) return NONE;
	try {
		return (await frappe.db.get_doc("Board Policy", name)) || NONE;
	} catch {
		return NONE;
	}
}

// The last policy that the board has adopted from a date that has come.
async function adoptedBy(board) {
	if (!board) return null;
	const found = await frappe.db.get_doc("Safeguarding Board", board).catch(() => null);
	const today = frappe.datetime.get_today();
	const inForce = ((found && found.policies) || [])
		.filter((row) => row.policy && row.from_date && row.from_date <= today)
		.sort((one, other) => (one.from_date < other.from_date ? -1 : 1));
	return inForce.length ? inForce[inForce.length - 1].policy : null;
}

export function copyRecipients(policy) {
	const named = (policy.copy_rules || []).map((rule) => rule.recipient).filter(Boolean);
	return [...new Set(named)];
}
