// Worked example dates on the diagram: a day is picked, the server's engine answers, nothing is stored.
import { callPolicy } from "./policy_server";
import { explanationHtml } from "./deadlines";
import { escape, paragraphs } from "./text";

// No form of its own: it stands in the form of the Desk.
export function barHtml(diagram) {
	const easter = diagram.easter_thursday
		? `<button type="button" class="btn btn-default sg-button" data-sgp="easter" data-day="${escape(diagram.easter_thursday)}">
			${escape(__("Thursday before Easter"))}</button>`
		: "";
	return `<div class="sgp-bar" role="group"><label>${escape(__("Example dates for a case that starts on"))}
		<input type="date" class="form-control" data-sgp-day value="${escape(frappe.datetime.get_today())}"
		min="2000-01-01" max="2100-12-31"></label>
		<button type="button" class="btn btn-default sg-button" data-sgp="example">${escape(__("Show dates"))}</button>${easter}
		<span role="status" class="sg-quiet" data-sgp-said></span></div>`;
}

export async function showExample(area, policy, day) {
	const said = area.find("[data-sgp-said]");
	area.find("[data-sgp-day]").val(day);
	const answer = await callPolicy("example", { policy, start: day }, { type: "GET" }).catch((refusal) => {
		said.text(refusal.lines.join(" "));
		return null;
	});
	if (!answer) return;
	area.find("[data-sgp-example]").each((_, element) => {
		const dates = answer.clocks[element.dataset.sgpExample];
		element.innerHTML = dates ? datesHtml(dates) : "";
	});
	area.find("[data-sgp-stage]").each((_, element) => {
		const start = answer.stages[element.dataset.sgpStage];
		element.textContent = start ? __("example: starts {0}", [start.text]) : "";
	});
	said.text(
		__("Examples for {0}. The example case uses all the time that each step has.", [answer.start_text])
	);
}

function datesHtml(dates) {
	const alone = dates.alone.map((way) => {
		const words = way.invented
			? __("If, on that day, {0} for a week later: due {1}", [way.how, way.due])
			: __("If {0} on that day: due {1}", [way.how, way.due]);
		return whyHtml(way.fallback ? __("Failing that: {0}", [words]) : words, way.steps);
	});
	const sequence = dates.sequence
		? whyHtml(
				__("In the example case: starts {0}, due {1}", [dates.sequence.starts, dates.sequence.due]),
				dates.sequence.steps
			)
		: "";
	const none = paragraphs([__("No date: nothing in the policy starts it.")]);
	return `<div class="sgp-dates">${alone.join("") + sequence || none}</div>`;
}

function whyHtml(words, steps) {
	return `<details class="sg-fold"><summary><span class="sg-due">${escape(words)}</span>
		<span class="sgp-why">${escape(__("Why?"))}</span></summary>${explanationHtml({ steps })}</details>`;
}
