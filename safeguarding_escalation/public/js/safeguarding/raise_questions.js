// The eight questions of Quick raise: their headings, their controls, and what each must have before the next.
import { area, check, choice, line, note, select } from "./raise_fields";
import { escape, link } from "./text";

const NOTHING = { value: "", label: "–" };

export const QUESTIONS = [
	{
		heading: () => __("Who is it about?"),
		html: who,
		missing: ({ answers }) => need(answers.subject_name, __("Write down the person's name.")),
	},
	{
		heading: () => __("Where are they?"),
		html: where,
		missing: ({ answers }) =>
			need(answers.board, __("Choose the board for the area where the person is.")),
	},
	{
		heading: () => __("Whose decision is it?"),
		html: whose,
		missing: (state) =>
			sameAgency(state)
				? [state.options.own_agency]
				: need(state.answers.responding_agency, __("Choose the agency whose decision it is.")),
	},
	{
		heading: () => __("What did they decide, or not do?"),
		html: what,
		missing: ({ answers }) => [
			...urgentOr(
				answers,
				answers.decision_challenged,
				__("Write down what they decided, or did not do.")
			),
		],
	},
	{
		heading: () => __("What may happen to the person?"),
		html: risk,
		missing: ({ answers }) =>
			urgentOr(answers, answers.risk_to_adult, __("Write down what may happen to the person.")),
	},
	{
		heading: () => __("What do you want to happen?"),
		html: outcome,
		missing: ({ answers }) =>
			urgentOr(answers, answers.outcome_sought, __("Write down what you want to happen.")),
	},
	{
		heading: () => __("Have you made the safeguarding referral?"),
		html: referral,
		missing: referralMissing,
	},
	{
		heading: () => __("When must this be settled to keep the person safe?"),
		html: settled,
		missing: ({ answers }) =>
			answers.safe_by === "other"
				? need(answers.safe_by_other, __("Give the date and the time."))
				: need(answers.safe_by, __("Choose a time, or say that you cannot tell.")),
	},
];

export function questionHtml(step, state) {
	return QUESTIONS[step - 1].html(state);
}

export function policyOf(state) {
	const board = (state.options.boards || []).find((row) => row.name === state.answers.board);
	return (board && state.options.policies[board.policy]) || {};
}

function need(value, sentence) {
	return String(value || "").trim() ? [] : [sentence];
}

// Urgent protection does not wait for the particulars.
function urgentOr(answers, value, sentence) {
	return answers.immediate_risk ? [] : need(value, sentence);
}

function who(state) {
	return `${line("subject_name", __("Name"), state, { required: true })}
		${choice(
			"subject_kind",
			__("Adult or child?"),
			state,
			[
				{ value: "Adult", label: __("Adult") },
				{ value: "Child", label: __("Child") },
			],
			{ across: true }
		)}
		${line("date_of_birth", __("Date of birth, if you know it"), state, { type: "date", max: frappe.datetime.get_today() })}
		<p class="sg-quiet">${escape(state.options.principle)}</p>`;
}

function where(state) {
	const { suggested, options } = state;
	const areas = options.boards.map((row) => row.area.split("\n")[0]).filter(Boolean);
	const boards = options.boards.map((row) => ({ value: row.name, label: row.name }));
	return `${line("adult_area", __("Council area or town where the person is"), state, {
		hint: __("It decides which board's policy applies. No address."),
		list: areas,
	})}
		${select("board", __("Safeguarding board"), state, [{ options: [NOTHING, ...boards] }], { required: true })}
		<div aria-live="polite">${suggested.board === state.answers.board ? note(suggested.sentence) : ""}
		${(suggested.warnings || []).map((text) => note(text, "warning")).join("")}</div>`;
}

function whose(state) {
	const { options, answers } = state;
	const agencies = options.agencies.map((row) => ({ value: row.name, label: row.name }));
	const family = policyOf(state).family
		? [{ value: "family", label: __("The person, their family or carer") }]
		: [];
	const raising = options.me.is_board
		? select("raising_agency", __("Which agency raises it?"), state, [
				{ options: [NOTHING, ...agencies] },
			])
		: "";
	return `${raising}${select(
		"responding_agency",
		__("Agency"),
		state,
		[{ options: [NOTHING, ...agencies, ...family] }],
		{ required: true }
	)}${sameAgency(state) ? signpostHtml(state) : ""}${
		answers.responding_agency === "family" ? familyHtml(state) : peopleHtml(state)
	}`;
}

function sameAgency({ answers, options, ...state }) {
	const own = answers.raising_agency || options.me.agency;
	const allowed = policyOf({ answers, options, ...state }).same_agency;
	return Boolean(own) && answers.responding_agency === own && !allowed;
}

function signpostHtml(state) {
	return `${note(state.options.own_agency, "warning")}${linksHtml(policyOf(state).links)}`;
}

function linksHtml(links) {
	const rows = (links || []).filter((row) => /whistleblow/i.test(`${row.label} ${row.purpose}`));
	if (!rows.length) return "";
	return `<ul>${rows.map((row) => `<li>${link(row.url, row.label)}</li>`).join("")}</ul>`;
}

function familyHtml(state) {
	return `${line("counterparty_name", __("Their name"), state)}
		${line("counterparty_relation", __("Who they are to the person"), state)}`;
}

function peopleHtml(state) {
	const { suggested, answers, options } = state;
	if (!answers.responding_agency) return "";
	const row = (contact) => ({
		value: contact.name,
		label: [contact.contact_name, contact.job_title || contact.capacity, contact.team]
			.filter(Boolean)
			.join(", "),
	});
	const known = suggested.counterparts || [];
	// The policy's people, or who stands in for them there; what is said of them comes from the server.
	const whomHtml = (text, rows) =>
		`<p class="sg-quiet">${escape(text)}${
			rows.some((one) => one.equal)
				? ""
				: ` <a href="/app/who-do-i-ring" target="_blank">${escape(__("Who do I ring?"))}</a>`
		}</p>`;
	const groups = [
		{ options: [{ value: "", label: __("I do not know") }] },
		{ label: __("Who usually answers first"), options: known.filter((one) => one.equal).map(row) },
		{ label: __("Others there"), options: known.filter((one) => !one.equal).map(row) },
	];
	const agency = options.agencies.find((one) => one.name === answers.responding_agency) || {};
	const numbers = [
		agency.phone ? __("Telephone {0}", [agency.phone]) : "",
		agency.out_of_hours ? __("out of hours {0}", [agency.out_of_hours]) : "",
	].filter(Boolean);
	return `${select("responding_lead", __("Who decided, if you know"), state, groups)}
		${suggested.whom ? whomHtml(suggested.whom, known) : ""}
		${answers.responding_lead ? "" : line("responding_team", __("Or their duty team"), state, { list: suggested.teams })}
		${numbers.length ? `<p class="sg-quiet">${escape(numbers.join(", "))}</p>` : ""}`;
}

function what(state) {
	const { answers } = state;
	if (!answers.when) answers.when = local(frappe.datetime.now_datetime());
	return `${area("decision_challenged", __("In a sentence or two"), state, { required: true })}
		${choice(
			"challenge_type",
			__("Which is it?"),
			state,
			[
				{ value: "Action", label: __("Done") },
				{ value: "Inaction", label: __("Not done") },
				{ value: "Both", label: __("Both") },
			],
			{ across: true }
		)}
		${line("when", __("When did you hear of it?"), state, { type: "datetime-local", max: local(frappe.datetime.now_datetime()) })}
		${naturesHtml(state)}`;
}

// Native lists, one for each answer: a person with a keyboard can look through one without choosing it.
function naturesHtml(state) {
	const known = policyOf(state).natures || [];
	if (!known.length) return line("nature_other", __("What is it about?"), state);
	const options = known.map((text) => ({ value: text, label: text }));
	const lists = Array.from({ length: state.shown.natures }, (_, index) =>
		select(`nature_${index}`, index ? __("And") : __("What is it about?"), state, [
			{ options: [{ value: "", label: __("Choose") }, ...options] },
		])
	);
	return `${lists.join("")}<button type="button" class="btn btn-link sg-raise__keep sg-raise__more" data-raise="another">
		${escape(__("It is also about something else"))}</button>`;
}

// "2025-03-11 10:05:00" as a date and time control takes it.
function local(moment) {
	return String(moment).slice(0, 16).replace(" ", "T");
}

function risk(state) {
	const urgent = state.answers.immediate_risk;
	return `${check("immediate_risk", __("It may happen before this can be settled: immediate risk"), state)}
		${area("risk_to_adult", __("What may happen"), state, { required: !urgent })}
		${area("evidence_reasons", __("How do you know?"), state, { hint: __("What you saw, heard or read.") })}`;
}

function outcome(state) {
	return area("outcome_sought", __("What would put it right?"), state, { rows: 5, required: true });
}

function referral(state) {
	const { answers } = state;
	const rows = [
		{ value: "Yes", label: __("Yes") },
		{ value: "No", label: __("No") },
		{ value: "Not needed", label: __("Not needed") },
	];
	return `${choice("referral_made", __("The referral to adult social care or the children's services"), state, rows, { across: true })}
		${answers.referral_made === "No" ? howToReferHtml(state) : ""}${scopeHtml(state)}`;
}

function howToReferHtml(state) {
	const contacts = (policyOf(state).contacts || []).filter((row) =>
		/refer|concern/i.test(row.purpose || "")
	);
	const council = state.options.agencies.filter(
		(row) => row.type === "Local Authority" && (row.phone || row.out_of_hours)
	);
	const rows = [
		...contacts.map((row) => `<strong>${escape(row.label)}</strong> ${link(row.address)}`),
		...council.map(
			(row) =>
				`<strong>${escape(row.name)}</strong> ${escape([row.phone, row.out_of_hours].filter(Boolean).join(", "))}`
		),
	];
	return `${note(
		__(
			"Make it now, to the safeguarding team of the council where the person is. Raising a concern here does not replace it, and need not wait for it."
		),
		"warning"
	)}${rows.length ? `<ul class="sg-raise__list">${rows.map((row) => `<li>${row}</li>`).join("")}</ul>` : ""}`;
}

function scopeHtml(state) {
	const policy = policyOf(state);
	if (!(policy.exclusions || []).length) return "";
	const rows = policy.exclusions.map((row) => ({ value: row.text, label: row.text }));
	return `${choice("scope_exclusion", __("Is it really about one of these?"), state, [
		{ value: "", label: __("No, none of these") },
		...rows,
	])}${screenedHtml(state)}`;
}

function excluded(state) {
	const { answers } = state;
	return (policyOf(state).exclusions || []).find((row) => row.text === answers.scope_exclusion);
}

function blocks(state, row) {
	return policyOf(state).blocks || row.effect === "block";
}

function screenedHtml(state) {
	const row = excluded(state);
	if (!row) return "";
	const stop = blocks(state, row) ? __("This cannot be raised here.") : "";
	const words = [row.signpost, stop].filter(Boolean).join(" ");
	const signpost = `${note(words || __("The policy leaves this to other procedures."), stop ? "danger" : "warning")}
		${row.link ? `<p>${link(row.link)}</p>` : ""}`;
	if (stop) return signpost;
	return `${signpost}${area("scope_reason", __("Why is it a safeguarding matter all the same?"), state, { required: true, rows: 2 })}`;
}

function referralMissing(state) {
	const { answers } = state;
	const row = excluded(state);
	const found = urgentOr(
		answers,
		answers.referral_made,
		__("Say whether the safeguarding referral has been made.")
	);
	if (row && blocks(state, row)) return [...found, row.signpost || __("This cannot be raised here.")];
	if (!row) return found;
	return [
		...found,
		...urgentOr(
			answers,
			answers.scope_reason,
			__("Write down why it is a safeguarding matter all the same.")
		),
	];
}

function settled(state) {
	const rows = [
		...(state.suggested.safe_by || []),
		{ value: "other", label: __("At another time") },
		{ value: "unknown", label: __("I cannot tell yet") },
	].map(({ value, label }) => ({ value, label }));
	return `${choice("safe_by", __("Settled by"), state, rows)}
		${
			state.answers.safe_by === "other"
				? line("safe_by_other", __("Date and time"), state, {
						type: "datetime-local",
						required: true,
					})
				: ""
		}<p class="sg-quiet">${escape(__("It can shorten the policy's own limits, and never lengthens them."))}</p>`;
}
