// What is owed beside the clocks, as a checklist: copies, confirmations, records, actions, closing duties.
import { badge, clauseWords, escape, showMoment } from "./text";

export function dutiesHtml(duties, policy) {
	// Closing duties have a checklist of their own (closing.js).
	const numbered = duties
		.map((duty, index) => ({ ...duty, index }))
		.filter((duty) => duty.kind !== "closing");
	if (!numbered.length) return "";
	const open = numbered.filter((duty) => !isDone(duty));
	const done = numbered.filter(isDone);
	const folded = done.length
		? `<details class="sg-fold"><summary>${escape(__("Done ({0})", [done.length]))}</summary>
			<ul class="sg-duties">${done.map((duty) => dutyHtml(duty, policy)).join("")}</ul></details>`
		: "";
	return `<section class="sg-block" aria-label="${escape(__("Also owed"))}">
		<h3 class="sg-heading">${escape(__("Also owed"))}</h3>
		<ul class="sg-duties">${open.map((duty) => dutyHtml(duty, policy)).join("")}</ul>${folded}</section>`;
}

export function isDone(duty) {
	return duty.done ?? Boolean(duty.done_at);
}

// How a duty is done: {kind, …} for an entry of the log, {field} for a field of the form, or null.
// `policy` is the Board Policy document, whose rows name what satisfies each duty.
export function recordOf(duty, policy) {
	const [kind, ...rest] = String(duty.key || "").split(":");
	if (kind === "copy") return { kind: "copied", to: duty.recipient || rest.slice(2).join(":") };
	if (kind === "answer") return { kind: "recommendation_answered" };
	if (kind === "prompt") return { process: "consider" };
	if (kind === "check") return { process: "check", matter: rest.join(":") };
	if (kind === "action") return { kind: "action_done", relates_to: rest.join(":") };
	if (kind === "review") return { kind: "review_held", relates_to: rest.join(":") };
	if (kind === "signature") return { field: "signatures" };
	if (duty.key === "wishes:reason") return { field: "involvement" };
	if (duty.key === "wishes:manager") return { kind: "duty_done", relates_to: duty.key };
	const closing = (policy.closing_duties || []).find((row) => same(row.duty, duty.text));
	if (closing) return satisfying(closing.satisfied_by) || { kind: "duty_done", relates_to: closing.duty };
	const record = (policy.records || []).find((row) => same(row.message, duty.text));
	return record ? satisfying(record.needs) : null;
}

// The first term that can be done: "event KIND …" or "field NAME", one a line.
function satisfying(terms) {
	const [first] = String(terms || "")
		.split("\n")
		.map((term) => term.trim())
		.filter((term) => term && term !== "reason");
	if (!first) return null;
	const [word, name] = first.split(/\s+/);
	if (word === "field") return { field: name };
	return { kind: word === "event" ? name : word };
}

export function ownerWords(owedBy) {
	const words = {
		"raising lead": __("raising side"),
		"responding lead": __("responding side"),
		"action owner": __("whoever took it on"),
	};
	const parts = String(owedBy || "").split(",");
	return parts.map((part) => words[part.trim()] || part.trim()).join(", ");
}

function same(row, text) {
	const bare = (words) =>
		String(words || "")
			.trim()
			.replace(/\.$/, "")
			.toLowerCase();
	return bare(row) === bare(text);
}

function wordsOf(duty, how) {
	if (duty.kind === "copy") return __("Send copy");
	return how.field ? __("Fill it in") : __("Record it");
}

function dutyHtml(duty, policy) {
	const done = isDone(duty);
	const state = done
		? __("Done{0}", [duty.done_at ? ` ${showMoment(duty.done_at)}` : ""])
		: duty.overdue
			? __("Overdue")
			: __("To do");
	const tone = done ? "good" : duty.overdue ? "danger" : "quiet";
	const clause = duty.clause ? clauseWords(duty.clause) : "";
	const small = [
		ownerWords(duty.owed_by),
		clause,
		duty.required && !done ? __("closing waits for this") : "",
	].filter(Boolean);
	const how = done ? null : recordOf(duty, policy);
	const button = how
		? `<button type="button" class="btn btn-xs btn-default" data-sg="duty" data-index="${duty.index}">
			${escape(wordsOf(duty, how))}<span class="sr-only"> ${escape(duty.text)}</span></button>`
		: "";
	return `<li class="sg-duty">${badge(state, tone)}<div>${escape(duty.text)}
		<div class="sg-quiet">${escape(small.join(" · "))}</div></div>${button}</li>`;
}
