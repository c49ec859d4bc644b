// What a new escalation can start with: the user's own agency, and the board where there is only one.

export async function prefill(frm) {
	if (!frm.is_new() || frm.safeguarding_started === frm.doc.name) return;
	frm.safeguarding_started = frm.doc.name;
	const name = frm.doc.name;
	const [own, boards] = await Promise.all([ownAgency(), boardsInUse()]);
	if (frm.doc.name !== name || !frm.is_new()) return;
	frm.safeguarding_own_agency = own;
	if (own && !frm.doc.raising_agency && !frm.doc.responding_agency) await takeSide(frm);
	if (boards.length === 1 && !frm.doc.board) await frm.set_value("board", boards[0].name);
}

// Raised: the user's agency raises. Received: it is the one that must respond.
export async function takeSide(frm) {
	const own = frm.safeguarding_own_agency;
	if (!own || !frm.is_new()) return;
	const received = frm.doc.direction === "Received";
	const [mine, other] = received
		? ["responding_agency", "raising_agency"]
		: ["raising_agency", "responding_agency"];
	if (frm.doc[other] === own) await frm.set_value(other, null);
	if (!frm.doc[mine]) await frm.set_value(mine, own);
}

async function ownAgency() {
	const filters = { user: frappe.session.user };
	const found = await frappe.db.get_value("Safeguarding Contact", filters, "agency").catch(() => null);
	return (found && found.message && found.message.agency) || null;
}

function boardsInUse() {
	const asked = { filters: { disabled: 0 }, fields: ["name"], limit: 2 };
	return frappe.db.get_list("Safeguarding Board", asked).catch(() => []);
}
