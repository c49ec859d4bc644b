// What is owed beside the clocks, as a checklist: copies, confirmations, records, actions, closing duties.
import { badge, escape, showMoment } from "./text";

export function dutiesHtml(duties) {
	if (!duties.length) return "";
	const numbered = duties.map((duty, index) => ({ ...duty, index }));
	const open = numbered.filter((duty) => !isDone(duty));
	const done = numbered.filter(isDone);
	const folded = done.length
		? `<details class="sg-fold"><summary>${escape(__("Done ({0})", [done.length]))}</summary>
			<ul class="sg-duties">${done.map(dutyHtml).join("")}</ul></details>`
		: "";
	return `<section class="sg-block" aria-label="${escape(__("Also owed"))}">
		<h3 class="sg-heading">${escape(__("Also owed"))}</h3>
		<ul class="sg-duties">${open.map(dutyHtml).join("")}</ul>${folded}</section>`;
}

export function isDone(duty) {
	return duty.done ?? Boolean(duty.done_at);
}

// How a duty is recorded: the dialog's first values, or null where it is done in the form itself.
export function recordOf(duty) {
	const [kind, ...rest] = String(duty.key || "").split(":");
	const last = rest.join(":");
	if (kind === "copy") return { kind: "copied", to: rest.slice(2).join(":") };
	if (kind === "answer") return { kind: "recommendation_answered" };
	if (kind === "action") return { kind: "action_done", relates_to: last };
	if (kind === "review") return { kind: "review_held", relates_to: last };
	if (kind === "closing") return duty.record || { kind: "duty_done", relates_to: last };
	return null;
}

function dutyHtml(duty) {
	const done = isDone(duty);
	const state = done
		? __("Done{0}", [duty.done_at ? ` ${showMoment(duty.done_at)}` : ""])
		: duty.overdue
			? __("Overdue")
			: __("To do");
	const tone = done ? "good" : duty.overdue ? "danger" : "quiet";
	const clause = duty.clause ? __("Clause {0}", [duty.clause]) : "";
	const small = [duty.owed_by, clause, duty.required && !done ? __("closing waits for this") : ""].filter(
		Boolean
	);
	const button =
		!done && recordOf(duty)
			? `<button type="button" class="btn btn-xs btn-default" data-sg="duty" data-index="${duty.index}">
				${escape(__("Record it"))}<span class="sr-only"> ${escape(duty.text)}</span></button>`
			: "";
	return `<li class="sg-duty">${badge(state, tone)}<div>${escape(duty.text)}
		<div class="sg-quiet">${escape(small.join(" · "))}</div></div>${button}</li>`;
}
