// What Quick raise remembers while it is open, and what of it goes to the server.

// A nature each list: nature_0, nature_1 …
const NATURE = /^nature_(\d+)$/;
// What only this page knows by these names.
const OWN = ["when", "safe_by_other", "start_choice"];

export function fresh() {
	return {
		key: frappe.utils.get_random(24),
		answers: { subject_kind: "Adult", nature: [] },
		options: null,
		suggested: {},
		preview: null,
		problems: [],
		shown: { natures: 1 }, // the board or agency that was chosen by hand; how many natures are asked for
		busy: false,
	};
}

export function hasAnswers({ answers }) {
	return Boolean(answers.subject_name || answers.decision_challenged);
}

export function keepNature(state, field, value) {
	const found = field.match(NATURE);
	if (found) state.answers.nature[Number(found[1])] = value;
	return Boolean(found);
}

export function forgetNatures({ answers, shown }) {
	answers.nature = [];
	shown.natures = 1;
	Object.keys(answers)
		.filter((field) => NATURE.test(field))
		.forEach((field) => delete answers[field]);
}

// Empty answers are left out; an inaction has no decision that was received.
export function sent({ answers }) {
	const kept = ([field, value]) => value && !OWN.includes(field) && !NATURE.test(field);
	const found = Object.fromEntries(Object.entries(answers).filter(kept));
	found.nature = answers.nature.filter(Boolean);
	if (answers.when) found.disagreement_at = answers.when;
	if (answers.when && answers.challenge_type !== "Inaction") found.decision_received_at = answers.when;
	if (answers.safe_by === "other") found.safe_by = answers.safe_by_other || "";
	if (found.safe_by === "unknown") delete found.safe_by;
	if (!answers.immediate_risk || !answers.told_whom) delete found.told_at; // nobody was told: no time of it
	if (!answers.immediate_risk) {
		["told_whom", "interim_safety_actions"].forEach((field) => delete found[field]);
	}
	if (answers.responding_agency === "family") delete found.responding_agency;
	return found;
}
