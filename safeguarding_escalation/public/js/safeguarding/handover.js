// Hand over to a colleague, return, and "I have it": each one click or one short dialog, each in the log.
import { tell } from "./leads";
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";
import { escape } from "./text";

const API = "safeguarding_escalation.api.handover.";
const ABSENCE = "Safeguarding Absence";

export function handOver(frm, row, panel) {
	const lead = frm.doc[`${row.side}_lead`];
	const dialog = new frappe.ui.Dialog({
		title: __("Hand over"),
		fields: [
			{ fieldname: "problem", fieldtype: "HTML" },
			{
				fieldname: "to",
				fieldtype: "Link",
				options: "Safeguarding Contact",
				label: __("To whom?"),
				description: __("A colleague of {0}. No date changes: the clocks go on.", [
					escape(row.agency),
				]),
				only_select: true,
				reqd: 1,
				get_query: () => ({
					filters: { agency: row.agency || panel.own_agency, name: ["!=", lead || ""] },
				}),
			},
			{
				fieldname: "note",
				fieldtype: "Small Text",
				label: __("What should they know?"),
				description: __("Both sides can read it. Not why somebody is away."),
			},
			{
				fieldname: "all",
				fieldtype: "Check",
				label: __("All open cases that {0} leads, not this one alone", [escape(row.words)]),
				hidden: lead ? 0 : 1,
			},
		],
		primary_action_label: __("Hand over"),
		primary_action: (values) => send(frm, dialog, lead, values),
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}

async function send(frm, dialog, lead, { to, note, all }) {
	let answer;
	try {
		answer = all
			? await call(API + "hand_over_all", { contact: lead, to, note })
			: await call(API + "hand_over", { escalation: frm.doc.name, to, note });
	} catch (refusal) {
		showRefusal(dialog, refusal);
		return;
	}
	dialog.hide();
	const number = all ? __("{0} cases handed over.", [answer.handed_over]) : __("Handed over.");
	const left = answer.not ? ` ${__("{0} could not be: {1}", [answer.not, answer.refused.join(" ")])}` : "";
	frappe.show_alert(
		{ message: escape(`${number}${left}`), indicator: answer.not ? "orange" : "green" },
		10
	);
	afterwards(frm, answer, all);
}

// Whoever handed on what named them alone sees it no longer.
function afterwards(frm, answer, all) {
	if (!all && !answer.leads) frappe.set_route("List", frm.doctype);
	else bringUpToDate(frm);
}

export async function giveBack(frm) {
	await click(frm, "give_back", __("Handed back. It is in the log."));
}

export async function received(frm) {
	await click(frm, "received", __("You have it. It is in the log."));
}

async function click(frm, method, done) {
	let answer;
	try {
		answer = await call(API + method, { escalation: frm.doc.name });
	} catch (refusal) {
		tell(refusal);
		return;
	}
	frappe.show_alert({ message: done, indicator: "green" });
	afterwards(frm, answer, false);
}

// Who is away from when until when, and who covers. Nobody is asked why.
export function enterAbsence(contact) {
	frappe.new_doc(ABSENCE, contact ? { contact } : {});
}
