// The closing checklist, from resolution to closing: what, who owes it, by when and whose date that is, done by whom.
import { askAndRecord } from "./ask";
import { ownerWords, recordOf } from "./duties";
import { badge, clauseWords, escape, showMoment } from "./text";

export function closingHtml(panel, policy) {
	const duties = panel.duties
		.map((duty, index) => ({ ...duty, index }))
		.filter((duty) => duty.kind === "closing");
	if (!duties.length) return "";
	const open = duties.filter((duty) => duty.required && !duty.done).length;
	const said = open
		? __("Resolved is not closed: {0} things are still owed before closing.", [open])
		: __("Nothing is owed any more: the case can be closed.");
	return `<section class="sg-block sg-closing" aria-label="${escape(__("Before closing"))}">
		<h3 class="sg-heading">${escape(__("Before closing"))}</h3><p>${escape(said)}</p>
		<ul class="sg-duties">${duties.map((duty) => rowHtml(duty, policy)).join("")}</ul></section>`;
}

function rowHtml(duty, policy) {
	const state = duty.done ? __("Done") : duty.overdue ? __("Overdue") : __("To do");
	const tone = duty.done ? "good" : duty.overdue ? "danger" : "quiet";
	const by = duty.due ? __("by {0} ({1})", [duty.due, duty.date_words]) : duty.date_words;
	const done = duty.done
		? [duty.done_at ? showMoment(duty.done_at) : "", duty.done_by].filter(Boolean).join(", ")
		: "";
	const small = [
		ownerWords(duty.owed_by),
		by,
		duty.clause ? clauseWords(duty.clause) : "",
		duty.required ? __("closing waits for this") : __("where it fits"),
		done ? __("Done: {0}", [done]) : "",
	].filter(Boolean);
	return `<li class="sg-duty">${badge(state, tone)}<div>${escape(duty.text)}
		<div class="sg-quiet">${escape(small.join(" \u00b7 "))}</div></div>${duty.done ? "" : buttonsHtml(duty, policy)}</li>`;
}

function buttonsHtml(duty, policy) {
	const how = recordOf(duty, policy);
	const ticks = how && how.kind === "duty_done";
	const words = ticks ? __("Tick it off") : how && how.field ? __("Fill it in") : __("Record it");
	const record = how
		? `<button type="button" class="btn btn-xs btn-default" data-sg="${ticks ? "tick" : "duty"}" data-index="${duty.index}">
			${escape(words)}<span class="sr-only"> ${escape(duty.text)}</span></button> `
		: "";
	const date =
		duty.date_source === "none" || duty.date_source === "people"
			? `<button type="button" class="btn btn-xs btn-default" data-sg="dutydate" data-index="${duty.index}">
				${escape(__("Set a date"))}<span class="sr-only"> ${escape(duty.text)}</span></button>`
			: "";
	return `<span>${record}${date}</span>`;
}

export function tick(frm, duty, policy) {
	const { relates_to } = recordOf(duty, policy);
	askAndRecord(frm, {
		title: escape(__("Tick off: {0}", [duty.text])),
		label: __("Record it"),
		given: { kind: "duty_done", relates_to },
		fields: [
			{
				fieldname: "note",
				fieldtype: "Small Text",
				label: __("Note"),
				description: __("Optional: how it was done."),
			},
		],
	});
}

export function setDate(frm, duty) {
	askAndRecord(frm, {
		title: escape(__("By when: {0}", [duty.text])),
		label: __("Record it"),
		given: { kind: "duty_date_set", relates_to: duty.key },
		fields: [
			{
				fieldname: "due_at",
				fieldtype: "Datetime",
				label: __("By when"),
				description: __(
					"A date that you set yourselves. It is shown as yours, not as the policy\u2019s."
				),
				reqd: 1,
			},
		],
	});
}
