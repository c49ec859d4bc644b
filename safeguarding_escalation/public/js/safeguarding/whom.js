// Whom to speak with: the policy's people of the other side, or who stands in for them there.
import { call } from "./server";
import { badge, clauseWords, escape } from "./text";

const RING = "/app/who-do-i-ring";

// This stage and the next one; the others come with their step's dialog.
export function whomHtml(panel) {
	const rows = panel.counterparts || [];
	const near = [...new Set(rows.map((row) => row.stage))].slice(0, 2);
	const items = rows.filter((row) => near.includes(row.stage)).map((row) => itemHtml(panel, row));
	if (!items.length) return "";
	return `<section class="sg-block sg-whom" aria-label="${escape(__("Whom to speak with"))}">
		<h3 class="sg-heading">${escape(__("Whom to speak with"))}</h3>
		<ul class="sg-duties">${items.join("")}</ul></section>`;
}

function itemHtml(panel, row) {
	const people = row.people.map((person) => `<div>${escape(personWords(person))}</div>`).join("");
	const where = row.own ? __("{0}, your own agency", [row.agency]) : row.agency;
	const small = [row.words, clauseWords(row.clause)].filter(Boolean).join(" ");
	const when = row.now ? badge(__("Now"), "good") : badge(__("Next"), "quiet");
	return `<li class="sg-duty">${when}<div><strong>${escape(row.label)}</strong> · ${escape(where)}
		<div class="sg-quiet">${escape(small)}</div>${people}${sentenceHtml(row, panel.escalation)}</div></li>`;
}

function sentenceHtml(row, escalation) {
	if (!row.sentence) return "";
	const link = row.people.length
		? ""
		: ` <a href="${RING}/${encodeURIComponent(escalation)}">${escape(__("Who do I ring?"))}</a>`;
	return `<div class="sg-quiet">${escape(row.sentence)}${link}</div>`;
}

function personWords(person) {
	const away = person.away
		? person.cover
			? __("away until {0}, {1} covers", [
					person.away,
					[person.cover.name, person.cover.phone].filter(Boolean).join(" "),
				])
			: __("away until {0}", [person.away])
		: "";
	return [person.name, person.job_title || person.capacity, person.team, person.phone, away]
		.filter(Boolean)
		.join(", ");
}

// In the dialog of a step into a stage: who answers there, or that nobody is listed.
export function whomHint(panel, stage) {
	const rows = (panel.counterparts || []).filter((row) => row.stage === stage);
	return rows
		.flatMap((row) => [
			row.sentence,
			row.people.length
				? `${row.agency}: ${row.people.map((person) => [person.name, person.job_title || person.capacity].join(", ")).join("; ")}`
				: "",
		])
		.filter(Boolean)
		.join(" ");
}

// In the form, while it is a draft: who usually answers first at the agency that was chosen.
export async function proposeLead(frm) {
	const { board, responding_agency: agency, immediate_risk } = frm.doc;
	const draft = frm.is_new() || frm.doc.workflow_state === "Draft";
	if (!draft || !agency) {
		frm.set_df_property("responding_lead", "description", "");
		return;
	}
	const given = { board, agency, immediate_risk: immediate_risk ? 1 : 0 };
	const found = await call("safeguarding_escalation.api.intake.suggest", given, { type: "GET" }).catch(
		() => null
	);
	if (!found || frm.doc.responding_agency !== agency) return;
	const first = found.counterparts.filter((row) => row.equal).slice(0, 4);
	const names = first.map((row) => [row.contact_name, row.job_title || row.capacity].join(", ")).join("; ");
	const said = [found.whom, names && __("Who usually answers first: {0}", [names])].filter(Boolean);
	frm.set_df_property("responding_lead", "description", escape(said.join(" ")));
}
