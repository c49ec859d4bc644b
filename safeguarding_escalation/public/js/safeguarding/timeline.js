// The case's log as the reader may see it, newest first.
import { answerButtons, theirAnswerButton } from "./confirming";
import { badge, clauseWords, escape } from "./text";

const SHOWN = 6;
// Reported by X: confirmed by Y, disputed by Y, or waiting for Y's word.
const TONES = { confirmed: "good", disputed: "danger" };

export function timelineHtml(rows) {
	if (!rows.length) return `<p class="sg-quiet">${escape(__("Nothing has been recorded yet."))}</p>`;
	const numbers = Object.fromEntries(rows.map((row) => [row.name, row.sequence]));
	const correctedBy = Object.fromEntries(
		rows.filter((row) => row.corrects).map((row) => [row.corrects, row.sequence])
	);
	const newestFirst = [...rows].sort(
		(one, other) => momentOf(other) - momentOf(one) || other.sequence - one.sequence
	);
	const items = newestFirst.map((row) => entryHtml(row, numbers, correctedBy));
	const rest = items.slice(SHOWN);
	const folded = rest.length
		? `<details class="sg-fold"><summary>${escape(__("Earlier entries ({0})", [rest.length]))}</summary>
			<ol class="sg-timeline">${rest.join("")}</ol></details>`
		: "";
	return `<ol class="sg-timeline">${items.slice(0, SHOWN).join("")}</ol>${folded}`;
}

function momentOf(row) {
	return Date.parse(row.occurred_at);
}

function entryHtml(row, numbers, correctedBy) {
	const replaced = correctedBy[row.name];
	const who = [row.actor, row.actor_role, row.actor_agency].filter(Boolean).join(", ");
	const small = [
		row.counterpart ? __("With or to: {0}", [row.counterpart]) : "",
		row.relates_to ? __("About: {0}", [row.relates_to]) : "",
		row.mode ? __("How: {0}", [row.mode]) : "",
		row.due ? __("By: {0}", [row.due]) : "",
		row.rule ? clauseWords(row.rule) : "",
		row.evidence ? __("How it is known: {0}", [row.evidence]) : "",
		row.redacted_cells ? __("Taken out: {0}", [row.redacted_cells]) : "",
	].filter(Boolean);
	return `<li class="sg-entry${replaced ? " sg-entry--replaced" : ""}">
		<div class="sg-entry__head"><span class="sg-entry__number">${escape(row.sequence)}</span>
		<strong>${escape(row.kind_label)}</strong> <span class="sg-quiet">${escape(stageWords(row))}</span>
		<time datetime="${escape(row.occurred_at)}">${escape(row.occurred)}</time></div>
		${who ? `<div>${escape(__("By {0}", [who]))}</div>` : ""}
		${small.length ? `<div class="sg-quiet">${escape(small.join(" · "))}</div>` : ""}
		${row.note ? `<blockquote class="sg-note">${escape(row.note)}</blockquote>` : ""}
		<div class="sg-marks">${marks(row, numbers, replaced).join("")}</div></li>`;
}

function stageWords(row) {
	return [row.stage ? __("stage {0}", [row.stage]) : "", row.level].filter(Boolean).join(", ");
}

function marks(row, numbers, replaced) {
	const found = [];
	if (row.late_entry) found.push(badge(__("Late entry: written down {0}", [row.late_entry]), "warning"));
	const reported = row.source === "reported";
	if (reported && row.doubt) found.push(badge(row.doubt, TONES[row.verdict] || "warning"));
	if (row.may_confirm) found.push(answerButtons(row.name, row.kind_label));
	else if (reported && row.doubt && !row.verdict && !replaced) {
		found.push(theirAnswerButton(row.name, row.kind_label));
	}
	if (row.visibility === "own agency") found.push(badge(__("Own agency only"), "private"));
	if (row.visibility === "board") found.push(badge(__("Board and own agency only"), "private"));
	if (row.redacted) found.push(badge(__("Redacted: {0}", [row.redacted]), "quiet"));
	if (row.corrects) found.push(badge(__("Corrects entry {0}", [numbers[row.corrects] || "?"]), "quiet"));
	if (replaced) found.push(badge(__("Corrected by entry {0}", [replaced]), "quiet"));
	return found;
}
