// The steps that the policy knows from here: the open ones as buttons, the others with what they still need.
import { escape } from "./text";

export function movesHtml(panel) {
	const numbered = panel.moves.map((move, index) => ({ ...move, index }));
	const open = numbered.filter((move) => move.allowed);
	const refused = numbered.filter((move) => !move.allowed);
	const next = numbered.length && !numbered[0].allowed ? [numbered[0]] : [];
	const rest = refused.filter((move) => !next.includes(move));
	const folded = rest.length
		? `<details class="sg-fold"><summary>${escape(__("Steps not open to you now ({0})", [rest.length]))}</summary>
			${refusedHtml(rest)}</details>`
		: "";
	return `<section class="sg-block" aria-label="${escape(__("Next steps"))}">
		<div class="sg-buttons">${recordButton()}${open.map(buttonHtml).join("")}</div>
		${next.length ? refusedHtml(next) : ""}${folded}</section>`;
}

export function moveLabel(move) {
	const label = move.label || move.action;
	return move.to_level && move.to_state.startsWith("Stage ") ? `${label}: ${move.to_level}` : label;
}

function recordButton() {
	return `<button type="button" class="btn btn-primary sg-button" data-sg="record">
		${escape(__("Record what happened"))}</button>`;
}

function buttonHtml(move) {
	return `<button type="button" class="btn btn-default sg-button" data-sg="move" data-index="${move.index}">
		${escape(moveLabel(move))}</button>`;
}

function refusedHtml(moves) {
	const rows = moves.map((move) => {
		const id = frappe.dom.get_unique_id();
		const why = move.refusals.map((text) => `<li>${escape(text)}</li>`).join("");
		return `<li class="sg-refused"><button type="button" class="btn btn-default sg-button" aria-disabled="true"
			data-sg="refused" data-index="${move.index}" aria-describedby="${id}">${escape(moveLabel(move))}</button>
			<ul class="sg-refusals" id="${id}">${why}</ul></li>`;
	});
	return `<ul class="sg-refused-list">${rows.join("")}</ul>`;
}
