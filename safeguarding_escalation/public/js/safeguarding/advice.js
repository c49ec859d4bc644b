// Advice: a question to somebody who sees the question and nothing else of the case, and what came of it.
import { askAndRecord } from "./ask";
import { badge, escape } from "./text";

const API = "safeguarding_escalation.api.advice.";
const OUTSIDE = [
	["secure email", () => __("By secure email")],
	["phone", () => __("By telephone")],
	["in person", () => __("In person")],
	["other", () => __("Otherwise")],
];

export function adviceHtml(panel) {
	const rows = panel.advice || [];
	const works = !["Closed", "Withdrawn"].includes(panel.workflow_state) && panel.own_agency;
	if (!rows.length && !works) return "";
	const ask = works ? `<p>${button("askadvice", __("Ask for advice"))}</p>` : "";
	const items = rows.map(rowHtml).join("");
	return `<section class="sg-block" aria-label="${escape(__("Advice"))}">
		<h3 class="sg-heading">${escape(__("Advice"))}</h3>
		<p class="sg-quiet">${escape(
			__(
				"Ask the board's Business Manager, the Safeguarding Unit or a named professional. No clock waits for it."
			)
		)}</p>${ask}${items ? `<ul class="sg-copies__list">${items}</ul>` : ""}</section>`;
}

function button(does, words, more = "") {
	return `<button type="button" class="btn btn-xs btn-default" data-sg="${does}" ${more}>${escape(words)}</button>`;
}

function rowHtml(row, index) {
	const [tone, words] = row.overdue
		? ["danger", __("Overdue")]
		: {
				asked: ["warning", __("Asked")],
				answered: ["good", __("Answered")],
				withdrawn: ["quiet", __("Withdrawn")],
			}[row.state];
	const facts = [
		__("asked {0}, {1}", [row.asked, row.how]),
		row.reply_by && row.state === "asked" && __("answer wanted by {0}", [row.reply_by]),
		row.answered && __("answered {0}", [row.answered]),
		row.evidence,
		row.reason,
	].filter(Boolean);
	const at = `data-index="${index}"`;
	const buttons =
		row.mine && row.state === "asked"
			? `<p class="sg-copies__buttons">${row.how === "in this system" ? "" : button("adviceanswer", __("Record the answer"), at)}
				${button("advicewithdraw", __("Withdraw"), at)}</p>`
			: "";
	return `<li class="sg-copies__row"><div class="sg-copies__head">${badge(words, tone)} <b>${escape(row.to)}</b></div>
		<div class="sg-text">${escape(row.question)}</div>
		${row.answer ? `<div class="sg-copies__note sg-text">${escape(row.answer)}</div>` : ""}
		<div class="sg-quiet">${escape(facts.join(" · "))}</div>${buttons}</li>`;
}

export function adviceHandlers(frm, index) {
	const row = () => frm.safeguarding_panel.advice[index];
	return {
		askadvice: () => openAdvice(frm),
		adviceanswer: () =>
			ask(frm, __("What did they answer?"), "record_answer", { advice: row().advice }, [
				{ fieldname: "answer", fieldtype: "Small Text", label: __("The answer"), reqd: 1 },
				{
					fieldname: "evidence",
					fieldtype: "Small Text",
					label: __("How do you know?"),
					description: __("For example: their email of 12 March, a telephone call today."),
					reqd: 1,
				},
			]),
		advicewithdraw: () =>
			ask(frm, __("Withdraw the question"), "withdraw", { advice: row().advice }, [
				{ fieldname: "reason", fieldtype: "Small Text", label: __("Why?"), reqd: 1 },
			]),
	};
}

function openAdvice(frm) {
	const outside = (values) => !values.contact;
	ask(frm, __("Ask for advice"), "ask", {}, [
		{
			fieldname: "contact",
			fieldtype: "Link",
			options: "Safeguarding Contact",
			label: __("Whom? From the directory"),
			only_select: true,
			description: __(
				"With an account here they see your question, the reference, the board and the stage. Nothing else of the case."
			),
		},
		{ fieldname: "name", fieldtype: "Data", label: __("Or a name"), depends_on: outside },
		{ fieldname: "role", fieldtype: "Data", label: __("Role"), depends_on: outside },
		{
			fieldname: "how",
			fieldtype: "Select",
			label: __("How do you ask, where they have no account?"),
			options: [
				{ value: "", label: "–" },
				...OUTSIDE.map(([value, label]) => ({ value, label: label() })),
			],
		},
		{
			fieldname: "question",
			fieldtype: "Small Text",
			label: __("Your question"),
			description: __("Without the name of the adult. Write “the adult”."),
			reqd: 1,
		},
		{
			fieldname: "attached",
			fieldtype: "Small Text",
			label: __("What they need to know to answer"),
		},
		{ fieldname: "reply_by", fieldtype: "Datetime", label: __("Answer wanted by") },
		{
			fieldname: "visibility",
			fieldtype: "Select",
			label: __("Who may read question and answer in this case?"),
			options: [
				{ value: "own agency", label: __("Only my own agency") },
				{ value: "parties", label: __("Everybody who works on this case") },
			],
			default: "own agency",
		},
	]);
}

function ask(frm, title, method, given, fields) {
	const label = method === "ask" ? __("Ask") : __("Record");
	askAndRecord(frm, { title, fields, label, given, method: API + method });
}
