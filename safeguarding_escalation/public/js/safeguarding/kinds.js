// What can be recorded, in the order in which a practitioner thinks of it, and what each entry asks for.
// `in` says in which phases it is offered: d draft, s stage, m recommendations made, r resolved, e ended.
// `asks` names fields of the dialog beyond who, when and note.

const TALK = ["mode", "two_way", "counterpart", "attendees"];

export const KINDS = [
	{ kind: "disagreement", in: "d", label: () => __("The disagreement arose"), asks: [] },
	{
		kind: "decision_received",
		in: "d",
		label: () => __("We received the decision that we challenge"),
		asks: [],
	},
	{ kind: "concern_identified", in: "d", label: () => __("The concern was identified"), asks: [] },
	{ kind: "discussed", in: "dsm", label: () => __("Talked it over with the other agency"), asks: TALK },
	{
		kind: "consulted",
		in: "dsm",
		label: () => __("Asked my own manager or safeguarding lead"),
		asks: ["mode", "counterpart"],
		private: true,
	},
	{ kind: "file_reviewed", in: "s", label: () => __("Read and reviewed the file"), asks: [] },
	{ kind: "unresolved", in: "s", label: () => __("We could not resolve it at this stage"), asks: [] },
	{
		kind: "resolution_proposed",
		in: "sm",
		label: () => __("A resolution was proposed"),
		asks: ["mode", "counterpart"],
	},
	{
		kind: "confirmed",
		in: "smr",
		label: () => __("The outcome was confirmed in writing"),
		asks: ["counterpart"],
	},
	{
		kind: "recommendation_answered",
		in: "m",
		label: () => __("Our answer to the recommendations"),
		asks: [],
	},
	{ kind: "copied", in: "smr", label: () => __("A copy was sent"), asks: ["to", "counterpart", "mode"] },
	{
		kind: "outcome_conveyed",
		in: "smr",
		label: () => __("The board passed the outcome on"),
		asks: ["counterpart"],
	},
	{
		kind: "immediate_risk",
		in: "ds",
		label: () => __("The adult is at immediate risk of significant harm"),
		asks: [],
	},
	{
		kind: "told",
		in: "ds",
		label: () => __("Told a manager or safeguarding lead of the immediate risk"),
		asks: ["counterpart", "mode"],
	},
	{
		kind: "protective_deadline",
		in: "ds",
		label: () => __("Set a protective deadline: settle it by then to keep the person safe"),
		asks: ["due_at"],
	},
	{
		kind: "agreed_timescale",
		in: "s",
		label: () => __("Both agencies agreed a timescale"),
		asks: ["due_at", "counterpart"],
	},
	{
		kind: "timescale_proposed",
		in: "s",
		label: () => __("A timescale was proposed"),
		asks: ["due_at", "counterpart"],
	},
	{
		kind: "action_agreed",
		in: "smr",
		label: () => __("An action was agreed"),
		asks: ["relates_to", "due_at"],
	},
	{ kind: "action_done", in: "smr", label: () => __("An agreed action was carried out"), asks: ["which"] },
	{ kind: "review_set", in: "smr", label: () => __("A review was set"), asks: ["due_at"] },
	{ kind: "review_held", in: "smr", label: () => __("The review was held"), asks: ["which", "attendees"] },
	{ kind: "form_completed", in: "smr", label: () => __("The board's form was completed"), asks: [] },
	{
		kind: "feedback_given",
		in: "smr",
		label: () => __("Staff were told the outcome"),
		asks: ["counterpart"],
	},
	{ kind: "debriefed", in: "r", label: () => __("A debrief was held"), asks: ["attendees"] },
	{ kind: "learning", in: "mre", label: () => __("Learning was identified"), asks: [] },
	{
		kind: "policy_issue",
		in: "dsmr",
		label: () => __("This raises a significant issue of policy"),
		asks: [],
	},
	{
		kind: "received",
		in: "s",
		label: (names) => __("The {0} received the case", [names.chair]),
		asks: ["mode"],
	},
	{
		kind: "responded",
		in: "s",
		label: (names) => __("The {0} responded", [names.chair]),
		asks: ["mode", "outcome"],
	},
	{ kind: "duty_done", in: "", label: () => __("A duty was carried out"), asks: ["relates_to"] },
	{
		kind: "correction",
		in: "dsmre",
		label: () => __("An earlier entry is wrong"),
		asks: ["corrects", "fix"],
	},
];

const PHASES = { Draft: "d", Resolved: "r", "Recommendations Made": "m" };

export function phaseOf(state) {
	return PHASES[state] || (String(state).startsWith("Stage ") ? "s" : "e");
}

export function kindOf(kind) {
	return KINDS.find((entry) => entry.kind === kind);
}

// The choices for a case in `state`; `also` is a kind that the caller asked for, offered whatever the phase.
export function offered(state, names, also) {
	const phase = phaseOf(state);
	return KINDS.filter((entry) => entry.in.includes(phase) || entry.kind === also).map((entry) => ({
		value: entry.kind,
		label: entry.label(names),
	}));
}

export function asks(kind, field) {
	const entry = kindOf(kind);
	return Boolean(entry && entry.asks.includes(field));
}
