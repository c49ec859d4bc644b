// What a new escalation can start with: the user's own agency, and the board where there is only one.

const FAMILY = "The adult, family or carer";

export async function prefill(frm) {
	if (!frm.is_new() || frm.safeguarding_started === frm.doc.name) return;
	frm.safeguarding_started = frm.doc.name;
	const name = frm.doc.name;
	const [own, boards, hosted] = await Promise.all([ownAgency(), boardsInUse(), boardHosts()]);
	if (frm.doc.name !== name || !frm.is_new()) return;
	// A partnership's site asks for both agencies; an organisation's asks whether it raised or received this.
	frm.safeguarding_own_agency = hosted ? null : own;
	frm.toggle_display("direction", !hosted);
	if (hosted) describeAgencies(frm);
	else if (own && !frm.doc.raising_agency && !frm.doc.responding_agency) await takeSide(frm);
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

// The other side is an agency, or where the policy extends to them the adult, family or carer (SU-A21).
export function showOtherSide(frm, policy) {
	const family = frm.doc.counterparty === FAMILY;
	frm.toggle_display("counterparty", Boolean(policy.allow_family_counterparty) || family);
	for (const field of ["responding_agency", "responding_lead", "responding_team"]) {
		frm.toggle_display(field, !family);
	}
}

export function isFamily(frm) {
	return frm.doc.counterparty === FAMILY;
}

function describeAgencies(frm) {
	frm.set_df_property("raising_agency", "description", __("Which agency disagrees?"));
	frm.set_df_property("responding_agency", "description", __("Whose decision is it about?"));
}

function boardHosts() {
	const asked = frappe.db.get_single_value("Safeguarding Settings", "installation");
	return asked.then((kind) => kind === "Board hosted").catch(() => false);
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
