// Copying a policy to a draft, letting a board adopt it, and what changed between two: one dialog each.
import { callPolicy } from "./policy_server";
import { badge, escape, paragraphs } from "./text";

const TONES = { added: "good", removed: "danger", changed: "info" };
const refused = (lines) => `<div class="sg-banner sg-banner--danger" role="alert">${paragraphs(lines)}</div>`;

function dialogOf(title, fields, label, action) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [...fields, { fieldname: "said", fieldtype: "HTML" }],
		primary_action_label: label,
		primary_action: async (values) => {
			dialog.disable_primary_action();
			await action(values, dialog).catch((refusal) => {
				if (!refusal.lines) throw refusal;
				dialog.get_field("said").$wrapper.html(refused(refusal.lines));
			});
			dialog.enable_primary_action();
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
	return dialog;
}

export function openCopyDialog(policy) {
	const NEXT = __("The next version of this policy");
	const OWN = __("Another board's own policy");
	const fields = [
		{
			fieldname: "what",
			fieldtype: "Select",
			label: __("What the copy is"),
			options: [NEXT, OWN].join("\n"),
			default: policy.docstatus === 1 ? NEXT : OWN,
			reqd: 1,
		},
		{
			fieldname: "name",
			fieldtype: "Data",
			label: __("Name"),
			description: __(
				"Short, in small letters, for example redbridge-2027. It cannot be changed later."
			),
			reqd: 1,
		},
		{ fieldname: "title", fieldtype: "Data", label: __("Title"), default: policy.title, reqd: 1 },
	];
	dialogOf(__("Copy to a draft"), fields, __("Make the draft"), async (values, dialog) => {
		const args = { policy: policy.name, name: values.name, title: values.title };
		const made = await callPolicy("copy", { ...args, supersedes: values.what === NEXT ? 1 : 0 });
		dialog.hide();
		frappe.set_route("Form", "Board Policy", made.policy);
	});
}

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
		await callPolicy("adopt", values);
		dialog.hide();
		frappe.show_alert({ message: __("Adopted"), indicator: "green" });
		done();
	};
	const dialog = dialogOf(__("Adopt from …"), fields, __("Adopt"), action);
	for (const name of ["board", "policy", "from_date"]) {
		dialog.fields_dict[name].df.onchange = () => tell(dialog);
	}
	tell(dialog);
}

// What it would do, before anybody presses the button.
async function tell(dialog) {
	const { board, policy, from_date } = dialog.get_values(true) || {};
	if (!board || !policy || !from_date) return;
	const html = await callPolicy("effects", { board, policy, from_date }, { type: "GET" }).then(
		(said) => `<div class="sg-banner sg-banner--info" role="status">${paragraphs(said)}</div>`,
		(refusal) => refused(refusal.lines)
	);
	dialog.get_field("said").$wrapper.html(html);
}

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
	];
	const compare = async ({ old }, dialog) => {
		const answer = await callPolicy("compare", { old, new: policy.name }, { type: "GET" });
		dialog.get_field("said").$wrapper.html(changesHtml(answer.changes));
	};
	const dialog = dialogOf(__("Compare"), fields, __("Compare"), compare);
	dialog.$wrapper.find(".modal-dialog").addClass("modal-lg");
	if (policy.supersedes) dialog.get_primary_btn().trigger("click");
}

export function changesHtml(changes) {
	if (!changes.length) return `<p role="status">${escape(__("They say the same."))}</p>`;
	const words = { added: __("New"), removed: __("Gone"), changed: __("Changed") };
	const items = changes.map((change) => {
		const both =
			change.change === "changed" && change.before !== change.after && change.table !== __("Details");
		const more = both
			? `<p class="sg-quiet">${escape(__("Before: {0}", [change.before]))}</p>
				<p class="sg-quiet">${escape(__("Now: {0}", [change.after]))}</p>`
			: "";
		return `<li>${badge(words[change.change], TONES[change.change])} <strong>${escape(change.table)}</strong>
			<p>${escape(change.text)}</p>${more}</li>`;
	});
	const count = __("{0} differences", [changes.length]);
	return `<p role="status">${escape(count)}</p><ul class="sgp-changes">${items.join("")}</ul>`;
}
