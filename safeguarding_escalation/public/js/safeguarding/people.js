// The dialogs' questions about people: how, with whom, and on whose behalf.

// `shown(field)` gives the depends_on function of a field of the record dialog.
export function personFields(shown) {
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
		...behalfFields((values) => values.kind !== "correction"),
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
export function behalfFields(depends_on) {
	const forSomebody = (values) => Boolean(values.on_behalf);
	return [
		{
			fieldname: "on_behalf",
			fieldtype: "Check",
			label: __("Somebody else did this; I record it for them"),
			depends_on,
		},
		{
			fieldname: "actor",
			fieldtype: "Link",
			options: "Safeguarding Contact",
			label: __("Who did it?"),
			only_select: true,
			depends_on: forSomebody,
			mandatory_depends_on: forSomebody,
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
	return { actor: values.actor, evidence: values.evidence };
}
