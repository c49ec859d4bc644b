// Copying a policy to a draft, its next version, and a review that changes nothing: one dialog each.
import { dialogOf } from "./policy_dialog";
import { callPolicy } from "./policy_server";

const nameField = (value) => ({
	fieldname: "name",
	fieldtype: "Data",
	label: __("Name"),
	description: __("Short, in small letters, for example redbridge-2027. It cannot be changed later."),
	default: value,
	reqd: 1,
});
const titleField = (value) => ({
	fieldname: "title",
	fieldtype: "Data",
	label: __("Title"),
	default: value,
	reqd: 1,
});

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
		nameField(""),
		titleField(policy.title),
	];
	const action = (values, dialog) => copied(policy, values, values.what === NEXT, dialog);
	dialogOf({ title: __("Copy to a draft"), fields, label: __("Make the draft"), action });
}

// The name and the title are there already: one press makes the draft.
export function openNextDialog(policy, name) {
	const action = (values, dialog) => copied(policy, values, true, dialog);
	dialogOf({
		title: __("Prepare the next version"),
		fields: [nameField(name), titleField(policy.title)],
		label: __("Make the draft"),
		action,
	});
}

async function copied(policy, { name, title }, supersedes, dialog) {
	const args = { policy: policy.name, name, title, supersedes: supersedes ? 1 : 0 };
	const made = await callPolicy("copy", args);
	dialog.hide();
	frappe.set_route("Form", "Board Policy", made.policy);
}

export function openReviewedDialog(policy) {
	const fields = [
		{
			fieldname: "review_due",
			fieldtype: "Date",
			label: __("To be reviewed next by"),
			description: __(
				"A version with the same rules is submitted, and adopted today by your boards that work by this one. No date of any case moves."
			),
			default: frappe.datetime.add_months(frappe.datetime.get_today(), 36),
			reqd: 1,
		},
	];
	const action = async ({ review_due }, dialog) => {
		const made = await callPolicy("reviewed", { policy: policy.name, review_due });
		dialog.hide();
		frappe.set_route("Form", "Board Policy", made.policy);
	};
	dialogOf({ title: __("Reviewed, unchanged"), fields, label: __("Record the review"), action });
}
