// The board's policy as data for the form: natures, exclusions, who is copied in, what things are called.

// A version in use never changes, so each is asked for once.
const loaded = new Map();
const NONE = { natures: [], exclusions: [], copy_rules: [], contacts: [], stages: [] };

// Resolves to the Board Policy document that governs the form's case; an empty one while no board is chosen.
export async function policyOf(frm) {
	const name = frm.doc.policy || (await adoptedBy(frm.doc.board));
	if (!name) return NONE;
	if (!loaded.has(name)) {
		const asked = frappe.db.get_doc("Board Policy", name).catch(() => loaded.delete(name) && NONE);
		loaded.set(name, asked);
	}
	return (await loaded.get(name)) || NONE;
}

// What the policy calls the step into a stage; empty where it has no words of its own.
export function buttonOf(policy, stage) {
	const row = (policy.stages || []).find((item) => item.number === stage);
	return (row && row.button) || "";
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
