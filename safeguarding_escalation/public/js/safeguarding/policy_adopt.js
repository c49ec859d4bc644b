// Adopting a policy from a day: what it does to new and open cases, and what it changes, before anybody decides.
import { changesHtml } from "./policy_changes";
import { dialogOf, printAlone, refused, say } from "./policy_dialog";
import { callPolicy } from "./policy_server";
import { escape, paragraphs } from "./text";

// From the policy, `boards` are those that the user manages; from a board, `policy` is left to choose.
export function openAdoptDialog({ policy, boards, done }) {
	const fields = [
		{
			fieldname: "board",
			fieldtype: "Select",
			label: __("Board"),
			options: boards.join("\n"),
			default: boards.length === 1 ? boards[0] : "",
			reqd: 1,
		},
		{
			fieldname: "policy",
			fieldtype: "Link",
			options: "Board Policy",
			label: __("Policy"),
			default: policy,
			read_only: policy ? 1 : 0,
			get_query: () => ({ filters: { docstatus: 1 } }),
			reqd: 1,
		},
		{
			fieldname: "from_date",
			fieldtype: "Date",
			label: __("From"),
			description: __("Today or a later day, unless the board has no policy yet."),
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
	];
	const action = async (values, dialog) => {
		await callPolicy("adopt", {
			board: values.board,
			policy: values.policy,
			from_date: values.from_date,
		});
		dialog.hide();
		frappe.show_alert({ message: __("Adopted"), indicator: "green" });
		done();
	};
	const secondary = {
		label: __("Print"),
		action: (open) => printAlone(open.get_field("said").$wrapper.children().clone()),
	};
	const dialog = dialogOf({
		title: __("Adopt from …"),
		fields,
		label: __("Adopt"),
		action,
		large: true,
		secondary,
	});
	for (const name of ["board", "policy", "from_date"]) {
		dialog.fields_dict[name].df.onchange = () => tell(dialog);
	}
	tell(dialog);
}

// What it would do, before anybody presses the button; an answer that somebody no longer waits for is dropped.
async function tell(dialog) {
	const { board, policy, from_date } = dialog.get_values(true) || {};
	if (!board || !policy || !from_date) return;
	const number = (dialog.safeguarding_asked = (dialog.safeguarding_asked || 0) + 1);
	const html = await callPolicy("effects", { board, policy, from_date }, { type: "GET" }).then(
		effectsHtml,
		(refusal) => refused(refusal.lines)
	);
	if (number === dialog.safeguarding_asked) say(dialog, html);
}

function effectsHtml(effects) {
	const changes = effects.changes
		? `<h4>${escape(__("What it changes"))}</h4>${changesHtml(effects.changes)}`
		: "";
	return `<div class="sg-banner sg-banner--info" role="status">${paragraphs(effects.sentences)}</div>
		${casesHtml(effects)}${changes}`;
}

function casesHtml({ cases, more }) {
	if (!cases.length && !more) return "";
	const list = (title, items) =>
		items.length
			? `<p>${escape(title)}</p><ul class="sgp-list">${items.map((text) => `<li>${escape(text)}</li>`).join("")}</ul>`
			: "";
	const one = (row) => `<li><details class="sg-fold"><summary><strong>${escape(row.reference)}</strong>
		${escape(__("{0}: {1} stay, {2} may follow", [row.stage, row.stays.length, row.follows.length]))}</summary>
		${list(__("Keeps its date:"), row.stays)}${list(__("Follows the new policy once it starts:"), row.follows)}
		</details></li>`;
	const others = more
		? `<p>${escape(
				cases.length
					? __("{0} more that you may not read, or that are not shown.", [more])
					: __("{0} that you may not read yet.", [more])
			)}</p>`
		: "";
	return `<section class="sgp-cases" aria-label="${escape(__("Open cases"))}"><h4>${escape(__("Open cases"))}</h4>
		<ul class="sgp-changes">${cases.map(one).join("")}</ul>${others}</section>`;
}
