// How the policy wants people to work: at the stage reached, on a special route, and altogether.
import { clauseWords, escape } from "./text";

// What the policy says of the stage reached; nothing once the case is settled.
export function stageHtml(panel) {
	return panel.stage_guidance ? `<p class="sg-now__guidance">${escape(panel.stage_guidance)}</p>` : "";
}

// The special route that the case takes, by the name that its source gives it.
export function routeHtml(panel) {
	const route = (panel.paths || []).find((path) => path.name === panel.path);
	if (!route) return "";
	return `<p class="sg-now__guidance"><strong>${escape(route.label)}.</strong>
		${escape(route.guidance)}${clause(route)}</p>`;
}

// Everything else that the policy asks of people, folded away under its own headings.
export function guidanceHtml(rows) {
	if (!rows || !rows.length) return "";
	const topics = [...new Set(rows.map((row) => row.topic || ""))];
	const parts = topics.map((topic) => {
		const items = rows.filter((row) => (row.topic || "") === topic).map(itemHtml);
		const heading = topic ? `<h4 class="sg-topic">${escape(topic)}</h4>` : "";
		return `${heading}<ul>${items.join("")}</ul>`;
	});
	return `<details class="sg-fold" data-sg-fold="guidance">
		<summary>${escape(__("How this policy asks us to work"))}</summary>${parts.join("")}</details>`;
}

function itemHtml(row) {
	const audience = row.audience ? `<strong>${escape(row.audience)}:</strong> ` : "";
	return `<li>${audience}${escape(row.text)}${clause(row)}</li>`;
}

function clause(row) {
	return row.clause ? ` <span class="sg-quiet">${escape(clauseWords(row.clause))}</span>` : "";
}
