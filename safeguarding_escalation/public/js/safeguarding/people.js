// The dialogs' questions about people: how, with whom, and on whose behalf.

// `shown(field)` gives the depends_on function of a field of the record dialog.
export function personFields(shown, family = false) {
	return [
		{
			fieldname: "mode",
			fieldtype: "Select",
			label: __("How?"),
			options: [
				{ value: "", label: "–" },
				{ value: "phone", label: __("By telephone") },
				{ value: "meeting", label: __("In a meeting") },
				{ value: "email", label: __("By email") },
				{ value: "in writing", label: __("In writing") },
			],
			depends_on: shown("mode"),
		},
		{
			fieldname: "two_way",
			fieldtype: "Select",
			label: __("Did both of you speak?"),
			options: [
				{ value: "", label: "–" },
				{ value: "Yes", label: __("Yes, we talked with each other") },
				{ value: "No", label: __("No, there was no answer yet") },
			],
			description: __("A message without an answer is not yet a discussion."),
			depends_on: shown("two_way"),
		},
		counterpartField(__("With or to whom?"), shown("counterpart")),
		{
			fieldname: "attendees",
			fieldtype: "Data",
			label: __("Who else was there?"),
			depends_on: shown("attendees"),
		},
		...behalfFields((values) => values.kind !== "correction", family),
	];
}

export function counterpartField(label, depends_on) {
	return {
		fieldname: "counterpart",
		fieldtype: "Link",
		options: "Safeguarding Contact",
		label,
		only_select: true,
		depends_on,
		get_query: () => ({ filters: { to_date: ["is", "not set"] } }),
	};
}

// Somebody without an account did it, and the user writes it down for them.
// Where the adult, family or carer is the other side (`family`), it may be one of them, who is no contact here.
export function behalfFields(depends_on, family = false) {
	const forSomebody = (values) => Boolean(values.on_behalf);
	const forContact = (values) => Boolean(values.on_behalf && !values.by_family);
	return [
		{
			fieldname: "on_behalf",
			fieldtype: "Check",
			label: __("Somebody else did this; I record it for them"),
			depends_on,
		},
		{
			fieldname: "by_family",
			fieldtype: "Check",
			label: __("It was the adult, family or carer"),
			depends_on: forSomebody,
			hidden: family ? 0 : 1,
		},
		{
			fieldname: "actor",
			fieldtype: "Link",
			options: "Safeguarding Contact",
			label: __("Who did it?"),
			only_select: true,
			depends_on: forContact,
			mandatory_depends_on: forContact,
		},
		{
			fieldname: "evidence",
			fieldtype: "Small Text",
			label: __("How do you know?"),
			description: __("For example: their email of 12 March, a telephone call with them today."),
			depends_on: forSomebody,
			mandatory_depends_on: forSomebody,
		},
	];
}

export function personArguments(values) {
	if (!values.on_behalf) return {};
	if (values.by_family) return { side: "responding", evidence: values.evidence };
	return { actor: values.actor, evidence: values.evidence };
}
