// A board's policy as an ordered list of stages. The server says everything in words; this puts the words in place.
import { clauseWords, escape } from "./text";
import { mapHtml } from "./policy_map";

const ARROWS = { next: "↓", skip: "⤵", "immediate risk": "⚡", "policy issue": "⚑", route: "↪" };
const WIDE = "(min-width: 768px)";

// `problems` are the validator's, shown on top of a draft; none for what is submitted.
export function diagramHtml(diagram, problems = []) {
	return `<div class="sg-panel sgp">${problemsHtml(problems)}${headHtml(diagram)}
		${mapHtml(diagram.stages)}
		<ol class="sgp-stages" aria-label="${escape(__("The stages, in order"))}">
		${diagram.stages.map(stageHtml).join("")}</ol>
		${wholeHtml(diagram.whole)}${sectionsHtml(diagram)}</div>`;
}

export function problemsHtml(problems) {
	if (!problems.length) return `<div class="sgp-problems" data-sgp-problems></div>`;
	const items = problems.map(
		(problem) => `<li><button type="button" class="btn btn-link sgp-link" data-sgp="problem"
			data-field="${escape(problem.field)}" data-row="${escape(problem.row || "")}">
			${escape(problem.sentence)}</button></li>`
	);
	const title = __("Not ready to be submitted: {0} to mend", [problems.length]);
	return `<div class="sgp-problems" data-sgp-problems><div class="sg-banner sg-banner--info" role="status">
		<strong>${escape(title)}</strong><ul class="sgp-list">${items.join("")}</ul></div></div>`;
}

function headHtml(diagram) {
	const adopted = (diagram.adopted_by || []).map((row) => row.board).join(", ");
	const facts = [
		diagram.edition,
		diagram.version ? __("Version {0}", [diagram.version]) : "",
		diagram.submitted === false ? __("Draft") : "",
		adopted ? __("Adopted by {0}", [adopted]) : "",
	].filter(Boolean);
	const title = diagram.title ? `<h2 class="sgp-title">${escape(diagram.title)}</h2>` : "";
	const notes = diagram.notes.map((note) => `<p class="sg-quiet">${escape(note)}</p>`).join("");
	const passed = diagram.review_passed
		? `<div class="sg-banner sg-banner--info" role="status">${escape(diagram.review_passed)}</div>`
		: "";
	return `<header>${title}<p>${escape(facts.join(" · "))}</p>${passed}${notes}</header>`;
}

function stageHtml(stage) {
	const next = stage.ways.filter((way) => way.ground === "next");
	const others = stage.ways.filter((way) => way.ground !== "next");
	const levels = stage.levels.map((level) => `<li>${escape(level.words)} ${clause(level.clause)}</li>`);
	return `<li class="sgp-stage" data-stage="${escape(stage.number)}">
		<ul class="sgp-ways">${[...next, ...others].map(wayHtml).join("")}</ul>
		<div class="sgp-card">
			<h3 class="sgp-stage__name"><span class="sgp-number" aria-hidden="true">${escape(stage.number)}</span>
				<span>${escape(stage.label)}</span>${clause(stage.clause)}
				<span class="sgp-stage__date" data-sgp-stage="${escape(stage.number)}"></span></h3>
			<p><strong>${escape(stage.who)}</strong></p>
			${stage.entered_when ? `<p>${escape(stage.entered_when)}</p>` : ""}
			${stage.guidance ? `<p class="sg-quiet">${escape(stage.guidance)}</p>` : ""}
			${levels.length ? `<h4>${escape(__("Levels inside it"))}</h4><ol class="sgp-levels">${levels.join("")}</ol>` : ""}
			<div class="sgp-columns"><div><h4>${escape(__("Clocks"))}</h4>${clocksHtml(stage.clocks)}</div>
			<div>${foldHtml(__("Needed on record"), stage.records)}${foldHtml(__("Copies"), stage.copies)}</div></div>
			<p class="sg-quiet">${escape(__("May end in {0}.", [stage.ends]))} ${escape(stage.sight)}</p>
		</div></li>`;
}

function wayHtml(way) {
	const guidance = way.guidance ? `<span class="sg-quiet">${escape(way.guidance)}</span>` : "";
	return `<li class="sgp-way sgp-way--${escape(way.ground.replace(/\W+/g, "-"))}">
		<span class="sgp-way__arrow" aria-hidden="true">${ARROWS[way.ground] || "→"}</span>
		<span>${escape(way.words)} <span class="sg-quiet">${escape(__("By {0}.", [way.by]))}</span>
		${clause(way.clause)} ${guidance}</span></li>`;
}

function clocksHtml(clocks) {
	if (!clocks.length) return `<p class="sg-quiet">${escape(__("The text gives no number here."))}</p>`;
	return `<ul class="sgp-clocks">${clocks.map(clockHtml).join("")}</ul>`;
}

function clockHtml(clock) {
	const more = [...clock.more, clock.note].filter(Boolean).map((text) => `<p>${escape(text)}</p>`);
	return `<li class="sgp-clock sgp-clock--${escape(clock.kind.replace(/\W+/g, "-"))}" data-clock="${escape(clock.id)}">
		<p class="sgp-clock__due">${escape(clock.due)} ${clause(clock.clause)}</p>
		<p class="sg-quiet">${escape(clock.owed)}</p>
		<details class="sg-fold"><summary>${escape(__("When it ends"))}<span class="sr-only"> ${escape(clock.id)}</span></summary>
		${more.join("")}</details>
		<details class="sg-fold"><summary>${escape(__("Alerts"))}<span class="sr-only"> ${escape(clock.id)}</span></summary>
		<p>${escape(clock.alerts)}</p></details>
		<div data-sgp-example="${escape(clock.id)}"></div></li>`;
}

function foldHtml(title, rows) {
	if (!rows.length) return "";
	const items = rows.map((row) => `<li>${escape(row.words)} ${clause(row.clause)}</li>`).join("");
	const open = window.matchMedia(WIDE).matches ? " open" : "";
	return `<details class="sg-fold sgp-fold"${open}><summary>${escape(title)} (${rows.length})</summary>
		<ul class="sgp-list">${items}</ul></details>`;
}

function wholeHtml(whole) {
	if (!whole.clocks.length && !whole.records.length && !whole.copies.length) return "";
	return `<section class="sgp-card" aria-label="${escape(__("At any stage"))}">
		<h3>${escape(__("At any stage"))}</h3>
		${whole.clocks.length ? `<h4>${escape(__("Clocks"))}</h4>${clocksHtml(whole.clocks)}` : ""}
		${foldHtml(__("Needed on record"), whole.records)}${foldHtml(__("Copies"), whole.copies)}</section>`;
}

function sectionsHtml(diagram) {
	const labelled = (row) => [row.label, row.words].filter(Boolean).join(": ");
	const sections = [
		[__("Before the case is closed"), diagram.duties.map((row) => [row.words, row.clause])],
		[
			__("Special routes"),
			diagram.paths.map((row) => [`${labelled(row)} ${__("Enters {0}.", [row.enters])}`, row.clause]),
		],
		[__("What this is not for"), diagram.exclusions.map((row) => [labelled(row), row.clause])],
		[
			__("Questions that it asks"),
			diagram.questions.map((row) => [`${row.words} ${__("Asked {0}.", [row.when])}`, row.clause]),
		],
		[
			__("Guidance"),
			diagram.guidance.map((row) => [
				[row.topic, row.audience, row.words].filter(Boolean).join(": "),
				row.clause,
			]),
		],
		[__("Returns"), diagram.returns.map((row) => [labelled(row), row.clause])],
		[__("How days are counted"), diagram.counting.map((text) => [text, ""])],
	];
	const source = diagram.source
		? `<p class="sg-quiet">${escape(__("Source: {0}", [diagram.source]))}</p>`
		: "";
	return sections.map(([title, rows]) => sectionHtml(title, rows)).join("") + source;
}

function sectionHtml(title, rows) {
	if (!rows.length) return "";
	const items = rows.map(([text, where]) => `<li>${escape(text)} ${clause(where)}</li>`).join("");
	return `<section class="sgp-card" aria-label="${escape(title)}"><h3>${escape(title)}</h3>
		<ul class="sgp-list">${items}</ul></section>`;
}

export function clause(text) {
	if (!text) return "";
	return `<span class="sg-pill sg-pill--quiet sgp-clause">${escape(clauseWords(text))}</span>`;
}
