// Quick raise when somebody is at risk now: whom to ring comes first at any question, then whom one told, what keeps the
// person safe and by when it must be settled. All of it may stay empty.
import { area, choice, line } from "./raise_fields";
import { ringHtml } from "./ring_now";
import { escape } from "./text";

// The question whose answer is the time by which it must be settled.
const SETTLED = 8;

export function offerHtml(state) {
	if (state.answers.immediate_risk) return "";
	return `<button type="button" class="btn btn-link sg-raise__urgent" data-raise="risk">${escape(
		__("Somebody is at risk now")
	)}</button>`;
}

// Whole where it was ticked, folded at the questions that follow.
export function riskHtml(step, state) {
	if (!state.answers.immediate_risk) return "";
	const open = state.shown.risk === step ? " open" : "";
	return `<details class="sg-raise__risk"${open} aria-label="${escape(__("Immediate risk"))}">
		<summary>${escape(__("Immediate risk: whom to ring now"))}</summary>
		${ringHtml(state.options.ring)}${fieldsHtml(step, state)}
		<button type="button" class="btn btn-link sg-raise__keep" data-raise="norisk">${escape(
			__("Nobody is at risk now: ticked by mistake")
		)}</button></details>`;
}

function fieldsHtml(step, state) {
	const { answers, options } = state;
	if (!answers.told_at) answers.told_at = moment();
	const known = (options.ring || []).slice(1).map((row) => row.who);
	return `${line("told_whom", __("Whom did you tell?"), state, {
		hint: __("Leave this empty if you have told nobody yet."),
		list: [...new Set(known)],
	})}
		${line("told_at", __("When?"), state, { type: "datetime-local", max: moment() })}
		${area("interim_safety_actions", __("What keeps the person safe until this is settled?"), state, { rows: 2 })}
		${step === SETTLED ? "" : settledHtml(state)}`;
}

function settledHtml(state) {
	const rows = (state.suggested.safe_by || []).map(({ value, label }) => ({ value, label }));
	return choice("safe_by", __("By when must it be settled to keep the person safe?"), state, rows);
}

function moment() {
	return String(frappe.datetime.now_datetime()).slice(0, 16).replace(" ", "T");
}
