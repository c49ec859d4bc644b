// Quick raise: eight questions one after another, then what will happen, then one button. What is typed lives in this
// tab's memory alone, so nothing about anybody stays on a phone; a bad network, a reload of a step or the phone's own
// Back key lose none of it.
import { keepCaret } from "./caret";
import { labelOf, openPaperDialog } from "./paper";
import { openBlankForm } from "./prints";
import { call } from "./server";
import { policyOf, questionHtml, QUESTIONS } from "./raise_questions";
import { fingerUp, watchFinger } from "./raise_finger";
import { forgetNatures, fresh, hasAnswers, keepNature, sent } from "./raise_state";
import { offerHtml, riskHtml } from "./raise_risk";
import { doneHtml, sameHtml, summaryHtml } from "./raise_summary";
import { lookUp } from "./same_name";
import { signpostsHtml } from "./signposts";
import { escape, paragraphs } from "./text";

const ROUTE = "raise-concern";
const API = "safeguarding_escalation.api.intake.";
const PAPER = "safeguarding_escalation.api.paper.";
const SUMMARY = QUESTIONS.length + 1;
const DRAFT_FROM = 4; // what the first three questions ask is what a draft needs
const TYPING = 400; // milliseconds of rest before an area is looked up
const GET = { type: "GET" };

let state = fresh();
let resting = null; // the timer of a lookup that waits until the typing rests

export function load(wrapper) {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Raise a concern"),
		single_column: true,
	});
	wrapper.classList.add("sg-raise-page");
	const root = $('<div class="sg-raise"></div>').appendTo(page.main);
	listen(root);
	window.addEventListener("beforeunload", (event) => {
		if (hasAnswers(state)) event.preventDefault();
	});
}

export async function show(wrapper) {
	const root = $(wrapper).find(".sg-raise");
	if (!state.options && !(await loadOptions(root))) return;
	const step = currentStep();
	if (step > firstOpen()) {
		go(firstOpen(), true);
		return;
	}
	if (step === SUMMARY) await loadPreview();
	draw(root);
	if (step === SUMMARY) lookUpNames(root);
}

async function loadOptions(root) {
	root.html(`<p class="sg-quiet" role="status">${escape(__("Loading …"))}</p>`);
	try {
		const [options, suggested] = await Promise.all([call(API + "options", {}, GET), suggestion()]);
		Object.assign(state, { options, suggested });
	} catch (refusal) {
		root.html(`<div class="sg-banner sg-banner--danger" role="alert">${paragraphs(refusal.lines)}</div>
			<button type="button" class="btn btn-primary sg-raise__button" data-raise="reload">
			${escape(__("Try again"))}</button>`);
		return false;
	}
	if (!state.answers.board) chooseSuggested();
	return true;
}

function suggestion() {
	return call(API + "suggest", askedFor(), GET);
}

function askedFor() {
	const { adult_area, board, responding_agency, immediate_risk } = state.answers;
	return {
		area: adult_area || "",
		board: state.shown.board ? board : "",
		agency: responding_agency || "",
		immediate_risk: immediate_risk ? 1 : 0,
	};
}

// A board that nobody chose by hand follows the area; an agency that nobody chose follows the policy.
function chooseSuggested() {
	const { answers, suggested, shown } = state;
	if (!shown.board && answers.board !== (suggested.board || "")) {
		answers.board = suggested.board || "";
		forgetNatures(state);
	}
	if (!answers.responding_agency && !shown.agency && suggested.agency) {
		answers.responding_agency = suggested.agency;
	}
}

function lookUpSoon(root) {
	clearTimeout(resting);
	resting = setTimeout(() => suggestAgain(root), TYPING);
}

async function suggestAgain(root) {
	clearTimeout(resting);
	resting = null;
	const asked = JSON.stringify(askedFor());
	const found = await suggestion().catch((refusal) => {
		showProblems(root, refusal.lines);
		return null;
	});
	await fingerUp();
	if (!found || asked !== JSON.stringify(askedFor())) return;
	state.suggested = found;
	chooseSuggested();
	redraw(root);
}

// The cases of the same name come when they come, and are shown while the rest is read.
async function lookUpNames(root) {
	const { subject_name, date_of_birth } = state.answers;
	const asked = JSON.stringify([subject_name, date_of_birth]);
	if (state.named === asked) return;
	state.named = asked;
	state.same = [];
	const found = await lookUp([{ subject_name, date_of_birth }]);
	if (state.named !== asked) return;
	state.same = found;
	root.find("[data-sg-same]").html(sameHtml(state));
}

async function loadPreview() {
	try {
		state.preview = await call(API + "preview", { values: JSON.stringify(sent(state)) });
		state.problems = state.preview.problems;
	} catch (refusal) {
		state.preview = null;
		state.problems = refusal.lines.map((text) => ({ question: SUMMARY, text }));
	}
}

function currentStep() {
	const step = Number(frappe.get_route()[1]) || 1;
	return Math.min(Math.max(Math.trunc(step), 1), SUMMARY);
}

// The first question without what it needs: one may go back from there, and not beyond it.
function firstOpen() {
	const open = QUESTIONS.findIndex((question) => question.missing(state).length);
	return open < 0 ? SUMMARY : open + 1;
}

function go(step, instead = false) {
	if (instead) frappe.route_flags.replace_route = true;
	frappe.set_route(ROUTE, String(step));
}

function draw(root) {
	const step = currentStep();
	root.html(stepHtml(step));
	window.scrollTo(0, 0);
	root.find(".sg-raise__heading").trigger("focus");
}

// Draws the step again without moving the reader.
function redraw(root) {
	keepCaret(() => root.html(stepHtml(currentStep())));
}

function stepHtml(step) {
	if (state.options.problem) {
		return `<div class="sg-banner sg-banner--danger" role="alert">${escape(state.options.problem)}</div>`;
	}
	const texts = state.problems.filter((row) => row.question === step).map((row) => row.text);
	const heading = step === SUMMARY ? __("What will happen") : QUESTIONS[step - 1].heading(state);
	const body = step === SUMMARY ? summaryHtml(state) : questionHtml(step, state);
	return `${topHtml(step)}${riskHtml(step, state)}<form class="sg-raise__form" novalidate autocomplete="off">
		<h2 class="sg-raise__heading" tabindex="-1" id="sg-raise-heading">${escape(heading)}</h2>
		${problemsHtml(texts)}${body}${paperHtml(step)}${barHtml(step)}</form>${step === 1 ? signpostsHtml(policyOf(state)) : ""}`;
}

function topHtml(step) {
	const count = step === SUMMARY ? __("Check and raise") : __("{0} of {1}", [step, QUESTIONS.length]);
	const keep =
		step >= DRAFT_FROM
			? `<button type="button" class="btn btn-link sg-raise__keep" data-raise="draft">${escape(__("Save as draft"))}</button>`
			: "";
	return `<div class="sg-raise__top"><div><p class="sg-raise__count">${escape(count)}</p>
		<progress class="sg-raise__progress" max="${QUESTIONS.length}" value="${Math.min(step, QUESTIONS.length)}"
		aria-label="${escape(__("Progress"))}"></progress></div>${offerHtml(state)}${keep}</div>`;
}

function barHtml(step) {
	const back = step > 1 ? button("back", __("Back"), "default") : "";
	const next =
		step === SUMMARY
			? `<button type="submit" class="btn btn-primary sg-raise__button"${state.busy ? " disabled" : ""}>
				${escape(state.busy ? __("Raising …") : __("Raise concern now"))}</button>`
			: `<button type="submit" class="btn btn-primary sg-raise__button">${escape(__("Next"))}</button>`;
	return `<div class="sg-raise__bar">${back}${next}</div>`;
}

// The first step offers the form for the next outage; the last one takes what was written on it during the one that was.
function paperHtml(step) {
	const link = (does, words) =>
		`<p class="sg-quiet"><button type="button" class="btn btn-link sg-raise__paper" data-raise="${does}">${escape(words)}</button></p>`;
	if (step === 1) {
		return link("blank", __("Print the blank paper form, for when the system cannot be reached"));
	}
	return step === SUMMARY ? link("paper", __("This was on paper: type in what happened since")) : "";
}

function button(does, words, tone) {
	return `<button type="button" class="btn btn-${tone} sg-raise__button" data-raise="${does}">${escape(words)}</button>`;
}

function problemsHtml(texts) {
	const lines = texts.map((text) => `<p>${escape(text)}</p>`).join("");
	return `<div class="sg-raise__problems" role="alert">${lines ? `<div class="sg-banner sg-banner--danger">${lines}</div>` : ""}</div>`;
}

function showProblems(root, lines) {
	root.find(".sg-raise__problems").replaceWith(problemsHtml(lines));
	root.find(".sg-raise__problems")[0]?.scrollIntoView({ block: "nearest" });
}

function listen(root) {
	watchFinger(root);
	root.on("input change", "[name]", (event) => {
		const input = event.currentTarget;
		const field = input.name;
		const value = input.type === "checkbox" ? input.checked : input.value;
		if (state.answers[field] === value) return;
		state.answers[field] = value;
		const decides = input.tagName === "SELECT" || ["radio", "checkbox"].includes(input.type);
		if (field === "adult_area") lookUpSoon(root);
		else if (!keepNature(state, field, value) && decides) changed(root, field);
	});
	root.on("submit", "form", (event) => {
		event.preventDefault();
		if (currentStep() === SUMMARY) finish(root, false);
		else next(root);
	});
	root.on("click", "[data-raise]", (event) => {
		const target = $(event.currentTarget);
		const handlers = {
			back: () => go(currentStep() - 1),
			reload: () => show(root.closest(".sg-raise-page")),
			draft: () => finish(root, true),
			step: () => go(Number(target.attr("data-step"))),
			another: () => askForAnother(root),
			blank: () => openBlankForm(),
			paper: () => fromPaper(),
			risk: () => atRisk(root, true),
			norisk: () => atRisk(root, false),
		};
		handlers[target.attr("data-raise")]();
	});
}

// Answers that change what the rest of the question asks.
function changed(root, field) {
	const { answers, shown } = state;
	if (field === "board" || field === "responding_agency") {
		shown[field === "board" ? "board" : "agency"] = true;
		if (field === "board") forgetNatures(state);
		answers.responding_lead = "";
		answers.responding_team = "";
		answers.counterparty = answers.responding_agency === "family" ? state.options.family : "";
		lookUpSoon(root);
	} else if (field.startsWith("start_") && field !== "start_reason") {
		pickStart(root);
	} else if (field === "immediate_risk") {
		atRisk(root, state.answers.immediate_risk);
	} else if (["referral_made", "scope_exclusion", "safe_by"].includes(field)) {
		redraw(root);
	}
}

// Whom to ring is the first thing on the screen, wherever it was ticked.
function atRisk(root, risk) {
	state.answers.immediate_risk = risk;
	state.shown.risk = risk ? currentStep() : 0;
	redraw(root);
	lookUpSoon(root);
	const shown = root.find(".sg-raise__risk")[0];
	if (shown) shown.scrollIntoView({ block: "start" });
}

function askForAnother(root) {
	state.shown.natures += 1;
	redraw(root);
	root.find(`[name=nature_${state.shown.natures - 1}]`).trigger("focus");
}

async function pickStart(root) {
	const [stage, ground] = String(state.answers.start_choice || "").split("|");
	Object.assign(state.answers, { start_stage: stage, start_ground: ground });
	await loadPreview();
	await fingerUp();
	redraw(root);
}

async function next(root) {
	const step = currentStep();
	if (resting) await suggestAgain(root); // a quick thumb taps before the lookup has begun
	const missing = QUESTIONS[step - 1].missing(state);
	state.problems = state.problems.filter((row) => row.question !== step);
	if (missing.length) {
		showProblems(root, missing);
		root.find(":input[aria-required=true]")
			.filter((_, input) => !input.value)
			.first()
			.trigger("focus");
		return;
	}
	go(step + 1);
}

async function finish(root, draft) {
	if (state.busy) return;
	state.busy = true;
	root.find("[type=submit], [data-raise=draft]").prop("disabled", true);
	const values = { values: JSON.stringify(sent(state)), key: state.key, draft: draft ? 1 : 0 };
	try {
		const done = await call(API + "raise_concern", values);
		state = fresh();
		root.html(doneHtml(done));
		frappe.set_route("Form", "Escalation", done.escalation);
	} catch (refusal) {
		state.busy = false;
		refused(root, refusal);
	}
}

// A case that began on paper: it is made and everything on the paper is entered with its own times, or nothing is.
function fromPaper() {
	const first = { what: labelOf("concern_raised"), occurred_at: state.answers.when || "" };
	const dialog = openPaperDialog([first], async (entries, form) => {
		const values = { values: JSON.stringify(sent(state)), entries, form, key: state.key };
		const done = await call(`${PAPER}raise_from_paper`, values);
		state = fresh();
		dialog.hide();
		frappe.set_route("Form", "Escalation", done.escalation);
	});
}

// Each sentence goes beside its question; where the network failed, everything stays and the button works again.
function refused(root, refusal) {
	state.problems = refusal.problems.length
		? refusal.problems
		: refusal.lines.map((text) => ({ question: currentStep(), text }));
	const first = Math.min(...state.problems.map((row) => row.question));
	if (first !== currentStep()) go(first);
	else {
		redraw(root);
		showProblems(
			root,
			state.problems.map((row) => row.text)
		);
	}
}
