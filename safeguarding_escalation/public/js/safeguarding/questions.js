// What the policy asks in the form: which of its special routes the case takes, and its own questions.
import { keepCaret } from "./caret";
import { clauseWords, escape } from "./text";

// The routes of `policy` (a Board Policy document) as choices; the field is hidden where a policy has none.
export function offerPaths(frm, policy) {
	const paths = policy.paths || [];
	const held = frm.doc.path;
	const known = paths.map((path) => ({ value: path.path_name, label: path.label }));
	if (held && !paths.some((path) => path.path_name === held)) known.push({ value: held, label: held });
	const options = [{ value: "", label: __("None: the policy's stages") }, ...known];
	frm.set_df_property("path", "options", options);
	frm.set_df_property("path", "read_only", isDraft(frm) ? 0 : 1);
	frm.toggle_display("path", known.length > 0);
	showPath(frm);
}

// What the policy says of the route chosen, under the choice.
export function showPath(frm) {
	const paths = (frm.safeguarding_policy || {}).paths || [];
	const chosen = paths.find((path) => path.path_name === frm.doc.path);
	const words = chosen
		? chosen.guidance
		: __("Only where the policy has a route of its own for this matter.");
	frm.set_df_property("path", "description", escape(words || ""));
}

// The questions in full, each with its answer below: a table would cut them off. Rows come from the policy, so nobody
// adds or removes one; without a question there is nothing to show.
export function showQuestions(frm) {
	keepCaret(() => drawQuestions(frm));
}

function drawQuestions(frm) {
	const field = frm.get_field("answers");
	const rows = frm.doc.answers || [];
	frm.toggle_display("answers", rows.length > 0);
	field.grid.wrapper.hide();
	field.$wrapper.find(".sg-questions").remove();
	const area = $(`<div class="sg-questions">${groupsHtml(frm, rows)}</div>`).appendTo(field.$wrapper);
	area.on("input", "textarea", (event) => {
		const text = $(event.currentTarget);
		locals["Escalation Answer"][text.attr("data-row")].answer = text.val();
		frm.dirty();
	});
	area.on("click", "button", (event) => {
		const text = $(event.currentTarget).closest(".sg-question").find("textarea");
		text.val(withAnswer(event.currentTarget, text.val())).trigger("input").trigger("focus");
	});
}

// The suggested answer first; what was typed stays behind it, and another suggestion makes way.
function withAnswer(button, typed) {
	const answers = $(button).parent().children().get();
	const words = answers.map((other) => other.textContent).filter((answer) => typed.startsWith(answer));
	const before = words.sort((one, other) => other.length - one.length)[0];
	const rest = typed.slice(before ? before.length : 0).replace(/^[.\s]+/, "");
	return rest ? `${button.textContent}. ${rest}` : button.textContent;
}

function groupsHtml(frm, rows) {
	const open = mayAnswer(frm);
	const moments = [...new Set(rows.map((row) => row.asked_at))];
	return moments
		.map((moment) => {
			const asked = rows.filter((row) => row.asked_at === moment);
			return `<h4 class="sg-topic">${escape(momentWords(frm, moment))}</h4>
				${asked.map((row) => questionHtml(row, open)).join("")}`;
		})
		.join("");
}

function questionHtml(row, open) {
	const id = `sg-question-${escape(row.name)}`;
	const clause = row.clause ? ` <span class="sg-quiet">${escape(clauseWords(row.clause))}</span>` : "";
	if (!open) {
		return `<div class="sg-question"><p class="sg-question__words">${escape(row.question)}${clause}</p>
			<p class="sg-question__answer">${escape(row.answer || __("Not answered."))}</p></div>`;
	}
	return `<div class="sg-question"><label class="sg-question__words" for="${id}">${escape(row.question)}${clause}</label>
		<textarea class="form-control" id="${id}" data-row="${escape(row.name)}" rows="2">${escape(row.answer)}</textarea>
		${suggestedHtml(row)}</div>`;
}

// A click fills the field, which stays free text.
function suggestedHtml(row) {
	const options = String(row.options || "")
		.split("\n")
		.map((text) => text.trim())
		.filter(Boolean);
	if (!options.length) return "";
	const buttons = options.map(
		(text) => `<button type="button" class="btn btn-xs btn-default">${escape(text)}</button>`
	);
	return `<div class="sg-suggested" role="group" aria-label="${escape(__("Suggested answers"))}">
		${buttons.join("")}</div>`;
}

// "stage 2" → the policy's name for Stage 2; "path dissent" → the route's own name.
function momentWords(frm, moment) {
	const [word, ...rest] = String(moment || "raise").split(" ");
	const argument = rest.join(" ");
	const policy = frm.safeguarding_policy || {};
	if (word === "stage") {
		const stage = (policy.stages || []).find((row) => row.number === Number(argument));
		return (stage && stage.label) || __("Stage {0}", [argument]);
	}
	if (word === "path") {
		const path = (policy.paths || []).find((row) => row.path_name === argument);
		return (path && path.label) || argument;
	}
	const words = {
		raise: __("On raising the concern"),
		recommend: __("On the recommendations"),
		resolve: __("On the resolution"),
		close: __("Before closing"),
	};
	return words[word] || moment;
}

function mayAnswer(frm) {
	const ended = ["Closed", "Withdrawn"].includes(frm.doc.workflow_state);
	return !ended && Boolean(frm.perm[0] && frm.perm[0].write);
}

function isDraft(frm) {
	return frm.is_new() || (frm.doc.workflow_state || "Draft") === "Draft";
}
