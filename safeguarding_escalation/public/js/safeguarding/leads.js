// Who leads each side: a duty team or a person, and how a colleague takes over or steps back.
import { call } from "./server";
import { escape, paragraphs } from "./text";
import { bringUpToDate } from "./record_dialog";

export function leadsHtml(panel) {
	const rows = (panel.leads || []).map(leadHtml).join("");
	if (!rows) return "";
	return `<section class="sg-block" aria-label="${escape(__("Who has the case"))}">
		<h3 class="sg-heading">${escape(__("Who has the case"))}</h3>
		<ul class="sg-leads">${rows}</ul>
		${panel.may_step_back ? stepBackHtml() : ""}</section>`;
}

function leadHtml(row, index) {
	const agency = [row.side_label, row.agency].filter(Boolean).join(": ");
	const button = row.may_take_over ? buttonHtml("takeover", __("Take over"), agency, index) : "";
	const more = [
		[row.may_receive, "received", __("I have it"), "primary"],
		[row.may_hand_over, "handover", __("Hand over"), "default"],
		[row.may_hand_over && !row.away, "absence", __("Away?"), "default"],
		[row.may_return, "giveback", __("Return to {0}", [row.may_return]), "default"],
	]
		.filter(([may]) => may)
		.map(([, does, words, tone]) => buttonHtml(does, words, agency, index, tone));
	const team = row.team && !row.words.includes(row.team) ? __("Team: {0}", [row.team]) : "";
	return `<li class="sg-lead"><div><strong>${escape(row.words)}</strong>
		<div class="sg-quiet">${escape([agency, team].filter(Boolean).join(" · "))}</div>${stateHtml(row)}</div>
		<div class="sg-lead__buttons">${button}${more.join("")}</div></li>`;
}

function buttonHtml(does, words, agency, index, tone = "default") {
	return `<button type="button" class="btn btn-xs btn-${tone}" data-sg="${does}" data-index="${index}">${escape(
		words
	)}<span class="sr-only"> ${escape(agency)}</span></button>`;
}

// Away until when and who covers; handed over and received when.
function stateHtml(row) {
	const handed = [row.handed, row.received].filter(Boolean).join(", ");
	const lines = [row.away, handed ? `${handed}.` : ""].filter(Boolean);
	return lines.map((text) => `<div class="sg-lead__state">${escape(text)}</div>`).join("");
}

function stepBackHtml() {
	return `<button type="button" class="btn btn-xs btn-default" data-sg="recuse">${escape(
		__("I have a conflict of interest")
	)}</button>`;
}

// One click: the log says who took over, and from whom.
export async function takeOver(frm) {
	try {
		await call("take_over", { escalation: frm.doc.name });
	} catch (refusal) {
		tell(refusal);
		return;
	}
	frappe.show_alert({ message: __("You lead this now. It is in the log."), indicator: "green" });
	bringUpToDate(frm);
}

// Stepping back ends one's own access, so it asks once more and says so.
export function stepBack(frm, panel) {
	const dialog = new frappe.ui.Dialog({
		title: __("I have a conflict of interest"),
		fields: [
			{
				fieldname: "about",
				fieldtype: "HTML",
				options: paragraphs([
					__(
						"You step back from this case and no longer see it. Name who acts in your place; otherwise your team keeps it, and somebody else of it takes over."
					),
				]),
			},
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("What is the conflict?"),
				description: __("One sentence. Your own agency and the board see it."),
				reqd: 1,
			},
			{
				fieldname: "substitute",
				fieldtype: "Link",
				options: "Safeguarding Contact",
				label: __("Who acts in your place?"),
				description: __("A colleague of your own agency, in post and free of the conflict."),
				get_query: () => ({ filters: { agency: panel.own_agency } }),
			},
		],
		primary_action_label: __("Step back"),
		primary_action: async ({ reason, substitute }) => {
			try {
				await call("recuse", { escalation: frm.doc.name, reason, substitute });
			} catch (refusal) {
				tell(refusal);
				return;
			}
			dialog.hide();
			frappe.show_alert({ message: __("You have stepped back from this case."), indicator: "green" });
			frappe.set_route("List", frm.doctype);
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}

export function tell(refusal) {
	frappe.msgprint({
		title: escape(refusal.title),
		message: paragraphs(refusal.lines),
		indicator: "orange",
	});
}
