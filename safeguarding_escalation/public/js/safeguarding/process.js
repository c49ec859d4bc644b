// The process beside stages and clocks: what was agreed, the adult's involvement, what is to be considered, the steps of
// a special route, and related cases.
import { agreedHandlers, agreedHtml, check, repliesHtml } from "./agreed";
import { askAndRecord } from "./ask";
import { about, button, choice, day, happened, person, section, words } from "./parts";
import { behalfFields, personArguments } from "./people";
import { call } from "./server";
import { badge, clauseWords, escape, showDay } from "./text";

const API = "safeguarding_escalation.api.process.";
const YES_NO = ["", "Yes", "No"];
const KNOWN = ["", "Yes", "No", "Not known"];
const CONSIDERED = ["", "Yes", "No", "Not applicable"];
const RELATIONS = ["Same adult", "Same decision", "Earlier case of another board", "Other"];
const REASONS = ["Not the same person", "Not the same matter", "Linked by mistake", "Other"];

export function processHtml(panel) {
	return [
		routeStepsHtml(panel.route),
		repliesHtml(panel.replies),
		agreedHtml(panel.agreed),
		involvementHtml(panel.involvement),
		relatedHtml(panel.related),
	].join("");
}

function routeStepsHtml(route) {
	if (!route || !route.steps || !route.steps.length) return "";
	const items = route.steps.map((step, index) => {
		const done = Boolean(step.answer);
		const tone = done ? "good" : step.key === route.next ? "warning" : "quiet";
		const state = done ? __("Done") : step.key === route.next ? __("Next") : __("Open");
		const small = [
			step.decides.length ? __("Decision reserved to: {0}", [step.decides.join(", ")]) : "",
			step.clause ? clauseWords(step.clause) : "",
			step.when,
			step.who,
		].filter(Boolean);
		const answer = done ? `<blockquote class="sg-note">${escape(step.answer)}</blockquote>` : "";
		return `<li class="sg-duty">${badge(state, tone)}<div>${escape(step.question)}
			<div class="sg-quiet">${escape(small.join(" · "))}</div>${answer}</div>${
				route.open ? button("route-step", done ? __("Change") : __("Record it"), index) : ""
			}</li>`;
	});
	const copies = route.copies.map((text) => `<li>${escape(text)}</li>`).join("");
	return section("route", route.label, `<ol class="sg-duties">${items.join("")}</ol><ul>${copies}</ul>`);
}

function involvementHtml(found) {
	if (!found) return "";
	const rows = found.stages.map((row, index) => {
		const small = row.missing
			? [__("Nothing is written yet")]
			: [
					row.informed === "No" ? __("Not informed") : row.informed ? __("Informed") : "",
					row.by && __("by {0}", [row.by]),
					row.on && showDay(row.on),
					row.wishes && __("wants it followed through: {0}", [row.wishes]),
				].filter(Boolean);
		const notes = [row.views, row.representative_views, row.why_not]
			.filter(Boolean)
			.map((text) => `<blockquote class="sg-note">${escape(text)}</blockquote>`)
			.join("");
		return `<li class="sg-duty">${badge(row.missing ? __("Missing") : __("Recorded"), row.missing ? "warning" : "good")}
			<div>${escape(row.label)}<div class="sg-quiet">${escape(small.join(" · "))}</div>${notes}</div>${
				found.open ? button("involve", row.missing ? __("Write it down") : __("Change"), index) : ""
			}</li>`;
	});
	const prompts = found.prompts.map((prompt) => {
		const state = !prompt.field
			? __("Note")
			: prompt.answered && prompt.explained
				? __("Answered")
				: __("Consider");
		const tone = !prompt.field || (prompt.answered && prompt.explained) ? "good" : "warning";
		const source = prompt.policy ? clauseWords(prompt.clause) : __("not in the policy: the law");
		return `<li class="sg-duty">${badge(state, tone)}<div>${escape(prompt.text)}
			<div class="sg-quiet">${escape([prompt.why, prompt.words, source].filter(Boolean).join(" · "))}</div></div></li>`;
	});
	const ask = found.open ? `<p>${button("consider", __("Capacity and advocacy"))}</p>` : "";
	return section(
		"involvement",
		__("The adult’s involvement"),
		`<ul class="sg-duties">${rows.join("")}${prompts.join("")}</ul>${ask}`
	);
}

function relatedHtml(rows) {
	const items = (rows || []).map((row, index) => {
		const href = `/app/escalation/${encodeURIComponent(row.escalation)}`;
		const small = [__(row.relation), row.board, row.state].filter(Boolean).join(" · ");
		return `<li class="sg-duty"><div><a href="${escape(href)}">${escape(row.reference)}</a>
			<div class="sg-quiet">${escape(small)}</div></div>${button("unlink", __("Unlink"), index)}</li>`;
	});
	return section(
		"related",
		__("Related escalations"),
		`<ul class="sg-duties">${items.join("")}</ul><p>${button("link", __("Link a case"))}</p>
		<p class="sg-quiet">${escape(__("A link is shown only to who may see both cases."))}</p>`
	);
}

export function processHandlers(frm, panel, clicked) {
	const index = Number(clicked.attr("data-index"));
	return {
		...agreedHandlers(frm, panel, index),
		"route-step": () => step(frm, panel.route.steps[index]),
		involve: () => involve(frm, panel.involvement.stages[index]),
		consider: () => consider(frm),
		link: () => link(frm),
		unlink: () => unlink(frm, panel.related[index]),
	};
}

// A duty that is done here and not by an entry of its own.
export function doProcess(frm, how) {
	const panel = frm.safeguarding_panel;
	const row = panel.agreed.actions.find((action) => action.name === how.matter);
	if (how.process === "consider") consider(frm);
	else if (row) check(frm, row);
}

function step(frm, row) {
	askAndRecord(frm, {
		title: __("Record this step"),
		label: __("Record it"),
		method: `${API}step`,
		given: { question: row.key },
		arguments: personArguments,
		fields: [
			about(row.question),
			words("answer", __("What was done or decided?"), {
				description: escape(row.options.join(" / ")),
				default: row.answer,
				reqd: 1,
			}),
			happened(),
			...behalfFields(() => true),
		],
	});
}

function involve(frm, row) {
	const not = (values) => values.informed === "No" || values.wishes_followed_through === "No";
	askAndRecord(frm, {
		title: escape(__("The adult’s involvement: {0}", [row.label])),
		label: __("Write it down"),
		method: `${API}involve`,
		clears: true,
		given: { stage: row.stage },
		fields: [
			choice("informed", __("Was the adult or representative told of the dispute?"), YES_NO, {
				default: row.informed || "",
			}),
			person("informed_by", __("By whom?"), { default: row.informed_by || "" }),
			day("informed_on", __("When?"), { default: row.on || "" }),
			words("views", __("Their views and wishes"), { default: row.views || "" }),
			words("representative_views", __("What the carer or representative says"), {
				default: row.representative_views || "",
			}),
			choice("wishes_followed_through", __("Do they want the matter followed through?"), KNOWN, {
				default: row.wishes || "",
			}),
			words("why_not", __("If not: why?"), { default: row.why_not || "", mandatory_depends_on: not }),
		],
	});
}

function consider(frm) {
	const doc = frm.doc;
	const now = (fieldname) => ({ default: doc[fieldname] || "" });
	const select = (fieldname, label, options) => choice(fieldname, label, options, now(fieldname));
	const why = (fieldname) => words(fieldname, __("What was decided, or why not?"), now(fieldname));
	askAndRecord(frm, {
		title: __("Capacity and advocacy"),
		label: __("Save"),
		method: `${API}consider`,
		clears: true,
		fields: [
			{
				fieldname: "best_interests_dispute",
				fieldtype: "Check",
				label: __("The dispute is about best interests"),
				default: doc.best_interests_dispute ? 1 : 0,
			},
			select("capacity_doubted", __("Is the adult’s capacity to decide this doubted?"), KNOWN),
			select(
				"appropriate_adult",
				__("Is there somebody appropriate to support and represent the adult?"),
				KNOWN
			),
			select("advocacy_considered", __("Was independent advocacy considered?"), CONSIDERED),
			why("advocacy_reason"),
			select(
				"court_of_protection_considered",
				__("Was the Court of Protection considered?"),
				CONSIDERED
			),
			why("court_reason"),
		],
	});
}

async function link(frm) {
	const found = await call(`${API}suggested`, { escalation: frm.doc.name }, { type: "GET" }).catch(
		() => []
	);
	const hint = found.length
		? __("Cases about somebody of the same name that you may see: {0}", [
				found.map((row) => row.reference).join(", "),
			])
		: __("No other case that you may see concerns somebody of the same name.");
	askAndRecord(frm, {
		title: __("Link a case"),
		label: __("Link it"),
		method: `${API}link`,
		fields: [
			{ fieldname: "hint", fieldtype: "HTML", options: `<p class="sg-quiet">${escape(hint)}</p>` },
			{
				fieldname: "other",
				fieldtype: "Link",
				options: "Escalation",
				label: __("Which case?"),
				only_select: true,
				reqd: 1,
				default: found.length === 1 ? found[0].name : "",
			},
			choice("relation", __("How are they related?"), RELATIONS, { default: RELATIONS[0], reqd: 1 }),
		],
	});
}

function unlink(frm, row) {
	askAndRecord(frm, {
		title: escape(__("Unlink {0}", [row.reference])),
		label: __("Unlink"),
		method: `${API}unlink`,
		given: { row: row.row },
		fields: [choice("reason", __("Why?"), REASONS, { default: REASONS[0], reqd: 1 })],
	});
}
