// The last step of Quick raise: where the case starts, what is due first and why, who is told.
import { area, choice, note } from "./raise_fields";
import { QUESTIONS } from "./raise_questions";
import { sameNameHtml } from "./same_name";
import { escape, paragraphs } from "./text";

export function summaryHtml(state) {
	const { preview } = state;
	if (!preview) {
		return `<p>${escape(__("Your answers are still here."))}</p>
			<button type="button" class="btn btn-default sg-raise__button" data-raise="reload">${escape(__("Try again"))}</button>`;
	}
	const elsewhere = preview.problems.filter((row) => row.question <= QUESTIONS.length);
	const same = `<div data-sg-same aria-live="polite">${sameHtml(state)}</div>`;
	const parts = [elsewhere.map(problemHtml).join(""), same];
	if (preview.stage_label) parts.push(whatHappensHtml(preview), startsHtml(state), warningsHtml(preview));
	parts.push(answersHtml());
	return parts.join("");
}

// Cases about somebody of the same name, if there are any that this user may see.
export function sameHtml(state) {
	return sameNameHtml(state.same, __("You can raise this all the same, and link the two afterwards."));
}

function problemHtml(row) {
	return `<div class="sg-banner sg-banner--danger" role="alert"><p>${escape(row.text)}</p>
		${stepButton(row.question, __("Go to question {0}", [row.question]))}</div>`;
}

function stepButton(step, words) {
	return `<button type="button" class="btn btn-default sg-raise__go" data-raise="step" data-step="${step}">${escape(words)}</button>`;
}

function whatHappensHtml(preview) {
	const rows = [
		[__("It starts at"), escape(`${preview.stage_label}, ${preview.policy_title}`)],
		[__("Then you"), escape(preview.next_step.sentence)],
		...(preview.deadline ? [[__("First deadline"), deadlineHtml(preview.deadline)]] : []),
		[__("Who is told"), preview.told.map((text) => `<div>${escape(text)}</div>`).join("")],
	];
	const list = rows.map(([term, html]) => `<dt>${escape(term)}</dt><dd>${html}</dd>`).join("");
	return `<dl class="sg-raise__facts">${list}</dl>`;
}

function deadlineHtml(deadline) {
	return `<strong>${escape(deadline.due)}</strong> ${escape(deadline.label)}
		<details class="sg-fold"><summary>${escape(__("Why this date?"))}</summary>${paragraphs(deadline.why)}</details>`;
}

// Where the policy leaves a choice: immediate risk, a policy issue, or stages that may be missed out.
function startsHtml(state) {
	const { preview, answers } = state;
	const open = preview.starts.filter((start) => start.allowed || start.suggested);
	if (open.length < 2) return "";
	const chosen = open.find((start) => start.suggested) || open[0];
	const rows = open.map((start) => ({
		value: `${start.to_stage}|${start.ground}`,
		label: [start.label || start.action, start.to_level].filter(Boolean).join(": "),
		small: start.guidance || "",
	}));
	const picked = { answers: { start_choice: `${chosen.to_stage}|${chosen.ground}` } };
	const reason =
		chosen.needs_reason || chosen.ground === "policy issue"
			? area(
					"start_reason",
					chosen.ground === "policy issue"
						? __("Which significant policy issue is it?")
						: __("Why does it start there?"),
					{ answers },
					{ required: true, rows: 2 }
				)
			: "";
	return `<details class="sg-fold" ${chosen.to_stage > 1 ? "open" : ""}><summary>${escape(__("Start at another stage"))}</summary>
		${choice("start_choice", __("Start at"), picked, rows)}</details>${reason}`;
}

function warningsHtml(preview) {
	if (!preview.warnings.length) return "";
	const rows = preview.warnings.map((text) => `<li>${escape(text)}</li>`).join("");
	return `<details class="sg-fold"><summary>${escape(__("To add afterwards ({0})", [preview.warnings.length]))}</summary>
		<ul class="sg-raise__list">${rows}</ul></details>`;
}

function answersHtml() {
	const rows = QUESTIONS.map(
		(question, index) => `<li>${stepButton(index + 1, `${index + 1}. ${question.heading()}`)}</li>`
	);
	return `<details class="sg-fold"><summary>${escape(__("Change an answer"))}</summary>
		<ul class="sg-raise__answers">${rows.join("")}</ul></details>`;
}

export function doneHtml(done) {
	return note(__("Done: {0}. Opening it now.", [done.reference]));
}
