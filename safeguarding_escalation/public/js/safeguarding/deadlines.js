// The panel's table of deadlines, and "Why this date?" under each of them.
import { badge, clauseWords, escape, showMoment } from "./text";

const TONES = {
	overdue: "danger",
	due_soon: "warning",
	running: "info",
	not_started: "quiet",
	met: "good",
	met_late: "warning",
	missed: "danger",
};
const ENDED = ["met", "met_late", "missed"];

export function deadlinesHtml(deadlines) {
	const open = deadlines.filter((row) => !ENDED.includes(row.status)).sort(byUrgency);
	const ended = deadlines.filter((row) => ENDED.includes(row.status)).sort(byUrgency);
	const none = `<p class="sg-quiet">${escape(__("No deadline is running."))}</p>`;
	const folded = ended.length
		? `<details class="sg-fold"><summary>${escape(__("Ended deadlines ({0})", [ended.length]))}</summary>
			${table(ended, __("Ended deadlines"))}</details>`
		: "";
	return `<section class="sg-block" aria-label="${escape(__("Deadlines"))}">
		<h3 class="sg-heading">${escape(__("Deadlines"))}</h3>
		${open.length ? table(open, __("Deadlines")) : none}${folded}</section>`;
}

export function keyOf(row) {
	return `${row.clock}|${row.instance || ""}`;
}

function byUrgency(one, other) {
	const rank = (row) => ({ overdue: 0, not_started: 2 })[row.status] ?? 1;
	return rank(one) - rank(other) || Date.parse(one.due_at) - Date.parse(other.due_at);
}

function table(rows, caption) {
	const heads = [__("What is due"), __("Owed by"), __("Due"), __("Time left"), __("State")];
	const head = heads.map((text) => `<th role="columnheader" scope="col">${escape(text)}</th>`).join("");
	return `<table class="sg-table" role="table"><caption class="sr-only">${escape(caption)}</caption>
		<thead role="rowgroup"><tr role="row">${head}</tr></thead>
		<tbody role="rowgroup">${rows.map((row) => rowHtml(row, heads)).join("")}</tbody></table>`;
}

function rowHtml(row, heads) {
	const key = escape(keyOf(row));
	const id = frappe.dom.get_unique_id();
	const cell = (index, html) => `<td role="cell" data-label="${escape(heads[index])}">${html}</td>`;
	const why = `<button type="button" class="btn btn-link sg-why" data-sg="why" data-key="${key}"
		aria-expanded="false" aria-controls="${id}">${escape(__("Why this date?"))}<span class="sr-only">
		${escape(row.label)}</span></button>`;
	return `<tr role="row" class="sg-row sg-row--${escape(row.status)}" data-clock="${escape(row.clock)}">
		<th role="rowheader" scope="row">${escape(row.label)}<div class="sg-quiet">${escape(smallPrint(row))}</div></th>
		${cell(1, escape(row.owed_by_label) + chaseHtml(row))}
		${cell(2, `<span class="sg-due">${escape(row.due)}</span>${cappedHtml(row)}${why}`)}
		${cell(3, escape(row.time_left || endedWords(row) || "–"))}
		${cell(4, badge(row.status_label, TONES[row.status] || "quiet"))}</tr>
		<tr role="row" class="sg-explained" id="${id}" hidden>
		<td role="cell" colspan="${heads.length}" aria-live="polite"></td></tr>`;
}

// An answer that is late: a letter about this very clock.
function chaseHtml(row) {
	if (row.status !== "overdue" || row.kind === "local target") return "";
	return `<button type="button" class="btn btn-link sg-why" data-sg="chase" data-key="${escape(keyOf(row))}">${escape(
		__("Write a chase letter")
	)}<span class="sr-only"> ${escape(row.label)}</span></button>`;
}

function smallPrint(row) {
	const kinds = {
		preference: __("preferred, not a limit"),
		advisory: __("advisory, not a limit"),
		"local target": __("local target, not the board's policy"),
	};
	const clause = row.clause ? clauseWords(row.clause) : "";
	return [row.stage ? __("Stage {0}", [row.stage]) : "", clause, kinds[row.kind] || ""]
		.filter(Boolean)
		.join(" · ");
}

function cappedHtml(row) {
	const reasons = {
		protective_deadline: __("brought forward by the protective deadline"),
		agreed_timescale: __("brought forward by the agreed timescale"),
	};
	if (!row.capped_by) return "";
	return `<div class="sg-quiet">${escape(reasons[row.capped_by] || __("brought forward by another deadline"))}</div>`;
}

function endedWords(row) {
	if (row.met_at) return __("met {0}", [showMoment(row.met_at)]);
	return row.ended_at ? __("ended {0}", [showMoment(row.ended_at)]) : "";
}

// `explained` is the answer of `.explain`: each day counted or skipped, with its number and its reason.
export function explanationHtml(explained) {
	return `<ol class="sg-steps">${(explained.steps || []).map(stepHtml).join("")}</ol>`;
}

// The text says the date in full; `number` is 0 for the start, and absent for a day that does not count.
function stepHtml(step) {
	const day = step.number ? __("Day {0}", [step.number]) : step.number === 0 ? __("Start") : "–";
	return `<li class="sg-step${step.counted ? " sg-step--counted" : ""}">
		<span class="sg-step__mark">${escape(day)}</span><span>${escape(step.text)}</span></li>`;
}
