// How the form behaves: who can be chosen, what the policy calls things, and the dialog before a native step.
import { offerCopies } from "./copies_register";
import { offerWhoLooked } from "./looking";
import { ticked } from "./immediate";
import { openMoveDialog } from "./move_dialog";
import { moveLabel } from "./moves";
import * as panel from "./panel";
import { offerPaper } from "./paper";
import { policyOf } from "./policy";
import { offerPrints } from "./prints";
import { listen } from "./realtime";
import { showHealthRoute } from "./routes";
import { offerPaths, showPath, showQuestions } from "./questions";
import { prefill, showOtherSide, takeSide } from "./start";
import { sameNameSoon } from "./same_name";
import { escape } from "./text";
import { proposeLead } from "./whom";

export { proposeLead, sameNameSoon, showPath, takeSide };

// The counterparty was changed: an agency or the family, never both.
export function otherSide(frm) {
	showOtherSide(frm, frm.safeguarding_policy || {});
}

// How old the panel may be when somebody comes back to the tab, in milliseconds.
const STALE = 60 * 1000;
const PEOPLE = {
	raised_by: "raising_agency",
	supporter: "raising_agency",
	raising_lead: "raising_agency",
	responding_lead: "responding_agency",
};

export function setup(frm) {
	for (const [field, agency] of Object.entries(PEOPLE)) {
		frm.set_query(field, () => ({ filters: frm.doc[agency] ? { agency: frm.doc[agency] } : {} }));
	}
	frm.set_query("decision_maker", () => ({
		filters: frm.doc.raising_agency ? { agency: ["!=", frm.doc.raising_agency] } : {},
	}));
	frm.set_query("lead", "parties", (doc, cdt, cdn) => {
		const agency = locals[cdt][cdn].agency;
		return { filters: agency ? { agency } : {} };
	});
	frm.set_query("board", () => ({ filters: { disabled: 0 } }));
	for (const field of ["raising_agency", "responding_agency"]) {
		frm.set_query(field, () => ({ filters: { disabled: 0 } }));
	}
	nameActionsAsTheBoardDoes(frm);
	document.addEventListener("visibilitychange", () => comeBack(frm));
	listen();
}

export async function refresh(frm) {
	frm.safeguarding_seen = Date.now();
	const name = frm.doc.name;
	listsBelowTheForm(frm);
	offerPrints(frm);
	offerPaper(frm);
	offerWhoLooked(frm);
	offerCopies(frm);
	prefill(frm);
	const policy = await policyOf(frm);
	if (frm.doc.name !== name) return;
	frm.safeguarding_policy = policy;
	panel.show(frm);
	showRisk(frm);
	offerNatures(frm, policy);
	offerPaths(frm, policy);
	showQuestions(frm);
	showOtherSide(frm, policy);
	offerPrint(frm, policy);
	proposeLead(frm);
	await showHealthRoute(frm, policy);
}

export function showRisk(frm) {
	const words = frm.doc.immediate_risk
		? __(
				"If somebody is in danger now, ring 999. Tell your manager or safeguarding lead at once and write down below whom and when."
			)
		: __("Tick if the adult may come to significant harm before this can be settled.");
	frm.set_df_property("immediate_risk", "description", words);
	panel.showRisk(frm);
}

// The box was ticked or cleared by hand: whom to ring comes at once.
export function riskTicked(frm) {
	showRisk(frm);
	ticked(frm);
}

// Frappe has frozen the page when this runs. `.move` makes the step, so the native one never goes on from here.
export function beforeWorkflowAction(frm) {
	const action = frm.selected_workflow_action;
	frm.selected_workflow_action = null;
	frappe.dom.unfreeze();
	openMoveDialog(frm, action);
	return new Promise(() => {}); // never settled: a rejection would only be reported as an error of the page
}

// Frappe puts the connected lists on top, where the panel belongs.
function listsBelowTheForm(frm) {
	const lists = frm.dashboard && frm.dashboard.links_area && frm.dashboard.links_area.wrapper;
	if (lists) lists.appendTo(frm.layout.wrapper.find(".form-page").first());
}

function comeBack(frm) {
	const shown =
		window.cur_frm === frm && !document.hidden && !frm.is_new() && frappe.get_route()[0] === "Form";
	if (!shown || Date.now() - frm.safeguarding_seen < STALE) return;
	frm.safeguarding_seen = Date.now();
	panel.refresh(frm);
}

// The Actions menu lists workflow actions by their technical names; each policy has its own words for them.
function nameActionsAsTheBoardDoes(frm) {
	const add = frm.page.add_action_item.bind(frm.page);
	frm.page.add_action_item = (label, ...rest) => add(escape(boardLabel(frm, label)), ...rest);
}

function boardLabel(frm, label) {
	const moves = ((frm.safeguarding_panel || {}).moves || []).filter(
		(move) => __(move.action) === label && move.allowed
	);
	return moves.length === 1 ? moveLabel(moves[0]) : label;
}

// What any case can be printed as, for policies without a template of their own.
const CHRONOLOGY = "Escalation Chronology";

// The board's own record comes first in the print view, where it is installed; the others stay in its list.
function offerPrint(frm, policy) {
	const known = frappe.meta.get_print_formats(frm.doctype);
	const first = known.includes(policy.print_format) ? policy.print_format : CHRONOLOGY;
	if (frm.meta.default_print_format === first) return;
	frm.meta.default_print_format = first;
	// Frappe's print view is one page for all cases and would keep the format of another board's case.
	$('#page-print input[data-fieldname="print_format"]').val("");
}

// The policy's own words to choose from; what a case already holds stays choosable.
function offerNatures(frm, policy) {
	const grid = frm.get_field("nature").grid;
	const held = (frm.doc.nature || []).map((row) => row.nature);
	const known = (policy.natures || []).map((row) => row.label);
	if (!known.length) return;
	const options = ["", ...new Set([...known, ...held])].filter((text, index) => text || !index);
	grid.update_docfield_property("nature", "fieldtype", "Select");
	grid.update_docfield_property("nature", "options", options.join("\n"));
	grid.refresh();
}
