// The Safeguarding Board's form and list: adding a board, and what it works by now and later.
import { openAdoptDialog } from "./policy_adopt";
import { dialogOf } from "./policy_dialog";
import { callPolicy } from "./policy_server";
import { openStartDialog } from "./policy_start";
import { openNextDialog } from "./policy_versions";
import { openBlankForm } from "./prints";
import { escape, paragraphs } from "./text";

export async function refresh(frm) {
	frm.dashboard.clear_headline();
	if (frm.is_new()) return;
	const name = frm.doc.name;
	const answer = await callPolicy("of_board", { board: name }, { type: "GET" }).catch(() => null);
	if (!answer || frm.doc.name !== name) return;
	frm.dashboard.set_headline(`<div class="sgp-standing" role="status">${standingHtml(answer)}</div>`);
	if (answer.policy) frm.add_custom_button(__("Blank paper form"), () => openBlankForm(name));
	if (answer.manages) offer(frm, answer);
}

function standingHtml(answer) {
	const link = (policy, title) =>
		`<a href="/app/board-policy/${encodeURIComponent(policy)}">${escape(title)}</a>`;
	const now = answer.policy
		? `<p>${__("Works by {0} since {1}.", [link(answer.policy, answer.title), escape(answer.since)])}</p>`
		: paragraphs([
				__(
					"This board works by no policy yet. Begin one, or copy one that is there, and adopt it; cases can be raised then."
				),
			]);
	const later = answer.later.map(
		(row) => `<p>${__("From {0}: {1}.", [escape(row.text), link(row.policy, row.title)])}</p>`
	);
	return now + later.join("") + (answer.review_passed ? paragraphs([answer.review_passed]) : "");
}

function offer(frm, answer) {
	const group = __("Policy");
	const done = () => frm.reload_doc();
	frm.add_custom_button(
		__("Adopt a policy from …"),
		() => openAdoptDialog({ boards: [frm.doc.name], done }),
		group
	);
	if (!frappe.model.can_create("Board Policy")) return;
	if (answer.policy) {
		frm.add_custom_button(__("Prepare the next version"), () => next(answer), group);
	}
	frm.add_custom_button(__("Begin a policy from its stages"), () => openStartDialog(frm.doc.name), group);
	frm.add_custom_button(
		__("Copy one that is there"),
		() => frappe.set_route("List", "Board Policy", { docstatus: 1 }),
		group
	);
}

async function next(answer) {
	const diagram = await callPolicy("diagram", { policy: answer.policy }, { type: "GET" });
	openNextDialog({ name: answer.policy, title: answer.title }, diagram.next_name);
}

function yourself() {
	if (frappe.user.has_role(["Safeguarding Administrator", "System Manager"])) {
		return __("Name its Business Manager on its form afterwards, unless you are one yourself.");
	}
	return __(
		"You are named as its Business Manager, and only you and administrators can change it. It opens no case of another board."
	);
}

export function openAddDialog() {
	const fields = [
		{ fieldname: "board_name", fieldtype: "Data", label: __("Name of the board"), reqd: 1 },
		{
			fieldname: "area_covered",
			fieldtype: "Small Text",
			label: __("Area covered"),
			description: __("Local authorities or places, one a line."),
		},
		{ fieldname: "code", fieldtype: "Data", label: __("Short code") },
		{ fieldname: "people", fieldtype: "Section Break", label: __("Chair") },
		{
			fieldname: "chair",
			fieldtype: "Link",
			options: "Safeguarding Contact",
			label: __("In the directory already"),
			get_query: () => ({ filters: { capacity: "Chair" } }),
		},
		{
			fieldname: "chair_name",
			fieldtype: "Data",
			label: __("Or somebody new: name"),
			depends_on: "eval:!doc.chair",
		},
		{
			fieldname: "chair_email",
			fieldtype: "Data",
			options: "Email",
			label: __("Email"),
			depends_on: "eval:!doc.chair",
		},
		{
			fieldname: "chair_phone",
			fieldtype: "Data",
			label: __("Telephone"),
			depends_on: "eval:!doc.chair",
		},
		{
			fieldname: "yourself",
			fieldtype: "HTML",
			options: paragraphs([yourself()]),
		},
	];
	const action = async (values, dialog) => {
		const given = Object.fromEntries(
			Object.entries(values).filter(([name, value]) => value && !["said", "yourself"].includes(name))
		);
		const made = await callPolicy("add_board", given);
		dialog.hide();
		if (made.said.length) {
			frappe.msgprint({ message: paragraphs(made.said), title: __("Look at this too") });
		}
		frappe.set_route("Form", "Safeguarding Board", made.board);
	};
	return dialogOf({ title: __("Add a board"), fields, label: __("Add the board"), action });
}

export const mayAdd = () =>
	frappe.model.can_create("Safeguarding Board") && frappe.model.can_create("Board Policy");
