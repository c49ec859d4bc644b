// What changed between two policies, in sentences by stage, with both dates: to read, to print, and before submitting.
import { dialogOf, printAlone, refused, say } from "./policy_dialog";
import { callPolicy } from "./policy_server";
import { badge, escape, paragraphs } from "./text";

export function openCompareDialog(policy) {
	const fields = [
		{
			fieldname: "old",
			fieldtype: "Link",
			options: "Board Policy",
			label: __("What changed since"),
			default: policy.supersedes,
			get_query: () => ({ filters: { name: ["!=", policy.name] } }),
			reqd: 1,
		},
		{
			fieldname: "start",
			fieldtype: "Date",
			label: __("Example dates for what happens on"),
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
	];
	const action = async ({ old, start }, dialog) => {
		const answer = await callPolicy("compare", { old, new: policy.name, start }, { type: "GET" });
		say(dialog, changesHtml(answer));
	};
	const secondary = {
		label: __("Print"),
		action: (dialog) => printAlone(dialog.get_field("said").$wrapper.children().clone()),
	};
	const dialog = dialogOf({
		title: __("Compare"),
		fields,
		label: __("Compare"),
		action,
		large: true,
		secondary,
	});
	if (policy.supersedes) dialog.get_primary_btn().trigger("click");
	return dialog;
}

export function changesHtml(answer) {
	if (!answer.changes.length) return `<p role="status">${escape(__("They say the same."))}</p>`;
	const count =
		answer.changes.length === 1 ? __("1 difference") : __("{0} differences", [answer.changes.length]);
	const named = ({ title, policy }) => __("“{0}” ({1})", [title, policy]);
	const since = __("{0} against {1}: {2}.", [named(answer.new), named(answer.old), count]);
	const dates = answer.dates.length
		? `<section class="sgp-change-group"><h4>${escape(__("What else moves"))}</h4>${datesHtml(answer.dates)}</section>`
		: "";
	return `<div class="sgp sgp-differences"><p role="status">${escape(since)}</p>
		${answer.groups.map(groupHtml).join("")}${dates}</div>`;
}

function groupHtml(group) {
	return `<section class="sgp-change-group" aria-label="${escape(group.heading)}"><h4>${escape(group.heading)}</h4>
		<ul class="sgp-changes">${group.changes.map(changeHtml).join("")}</ul></section>`;
}

function changeHtml(change) {
	const both =
		change.change === "changed" && change.before && change.after && change.before !== change.after;
	const whole = both
		? `<details class="sg-fold"><summary>${escape(__("In full, before and now"))}</summary>
			<p class="sg-quiet">${escape(__("Before: {0}", [change.before]))}</p>
			<p class="sg-quiet">${escape(__("Now: {0}", [change.after]))}</p></details>`
		: "";
	// what came or went says so in its first words
	const mark = change.change === "changed" ? `${badge(__("Changed"), "info")} ` : "";
	return `<li>${mark}${escape(change.text)}
		${datesHtml(change.dates)}${whole}</li>`;
}

function datesHtml(dates) {
	if (!dates.length) return "";
	return `<ul class="sgp-list sgp-change-dates">${dates.map((text) => `<li>${escape(text)}</li>`).join("")}</ul>`;
}

// A next version is submitted by somebody who has read what it changes.
export async function beforeSubmit(frm) {
	if (!frm.doc.supersedes) return;
	const args = { old: frm.doc.supersedes, new: frm.doc.name };
	const answer = await callPolicy("compare", args, { type: "GET" }).catch((refusal) => refusal);
	frappe.validated = await confirmed(answer);
}

function confirmed(answer) {
	return new Promise((resolve) => {
		let said = false;
		const dialog = dialogOf({
			title: __("What this version changes"),
			fields: [],
			label: __("Submit"),
			large: true,
			secondary: { label: __("Go back"), action: (open) => open.hide() },
			action: async (_, open) => {
				said = true;
				open.hide();
			},
		});
		dialog.onhide = () => resolve(said);
		const after = __(
			"Submitted, it can never be changed. Boards decide for themselves from when they adopt it."
		);
		say(dialog, (answer.lines ? refused(answer.lines) : changesHtml(answer)) + paragraphs([after]));
	});
}
