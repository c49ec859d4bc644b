// The panel on top of the form: what must I do now, the steps, the deadlines, the duties and the log.
import { call } from "./server";
import { adviceHandlers, adviceHtml } from "./advice";
import { openSendCopy } from "./copies";
import { copiesHtml, copyHandlers, showRegister } from "./copies_register";
import { deadlinesHtml, explanationHtml } from "./deadlines";
import { dutiesHtml, recordOf } from "./duties";
import { movesHtml } from "./moves";
import { openMoveDialog } from "./move_dialog";
import { openRecordDialog } from "./record_dialog";
import { confirmEntry, disputeEntry, recordTheirAnswer, toConfirmHtml } from "./confirming";
import { enterAbsence, giveBack, handOver, received } from "./handover";
import { bandHtml, changeActions, openRisk, prefetch, riskPassed, skippedHtml } from "./immediate";
import { leadsHtml, stepBack, takeOver } from "./leads";
import { closingHtml, setDate, tick } from "./closing";
import { boardHtml, giveToBoard } from "./boards";
import { bothSidesHandlers, bothSidesHtml } from "./both_sides";
import { beginningHtml } from "./beginning";
import { guidanceHtml, routeHtml, stageHtml } from "./guidance";
import { openRedactDialog, recordButtonsHtml, verifyRecord } from "./record_itself";
import { timelineHtml } from "./timeline";
import { agree, decline, propose, setProtective, timescalesHtml } from "./timescales";
import { doProcess, processHandlers, processHtml } from "./process";
import { buttonOf } from "./policy";
import { showSameName } from "./same_name";
import { whomHtml } from "./whom";
import { escape, paragraphs } from "./text";

const EMERGENCY = "999";

// Draws the panel from what came with the form, in the words of `frm.safeguarding_policy`.
export function show(frm) {
	const area = frm.get_field("panel_html").$wrapper;
	const policy = frm.safeguarding_policy || {};
	if (frm.is_new()) {
		frm.safeguarding_drawn = null;
		area.html(
			`<div class="sg-panel">${riskHtml(frm)}${beginningHtml(frm, policy)}<div data-sg-same aria-live="polite"></div>${guidanceHtml(policy.guidance)}</div>`
		);
		showSameName(frm);
		return;
	}
	const panel = frm.doc.__onload && frm.doc.__onload.panel;
	if (!panel) {
		refresh(frm);
		return;
	}
	frm.safeguarding_panel = named(panel, policy);
	const drawn = JSON.stringify([frm.doc.name, frm.safeguarding_panel]);
	if (frm.safeguarding_drawn !== drawn || !area.find(".sg-now").length) {
		frm.safeguarding_drawn = drawn;
		redraw(frm, area);
	}
	prefetch(frm);
	showTimeline(frm, area);
	showRegister(frm, area);
}

// What the reader had opened stays open.
function redraw(frm, area) {
	const opened = (button) => $(button).attr("data-key");
	const keys = area.find("[data-sg=why][aria-expanded=true]").get().map(opened);
	const unfolded = area.find("[data-sg-fold=guidance]").prop("open");
	area.html(panelHtml(frm, frm.safeguarding_panel));
	listen(frm, area);
	showSameName(frm);
	area.find("[data-sg-fold=guidance]").prop("open", Boolean(unfolded));
	const again = area.find("[data-sg=why]").filter((_, button) => keys.includes(opened(button)));
	again.each((_, button) => {
		explain(frm, $(button));
	});
}

// Asks the server again: time passes, and others work on the case. Never touches what was typed in the form.
export async function refresh(frm) {
	const name = frm.doc.name;
	const panel = await call("deadlines", { escalation: name }, { type: "GET" }).catch(() => null);
	if (!panel || frm.doc.name !== name) return;
	frm.doc.__onload = Object.assign(frm.doc.__onload || {}, { panel });
	show(frm);
}

// Immediate risk ticked or not yet saved: the banner follows at once.
export function showRisk(frm) {
	frm.get_field("panel_html").$wrapper.find(".sg-banners").replaceWith(riskHtml(frm));
}

// The board's own words for the steps into its stages, where the server gave none.
function named(panel, policy) {
	const into = (move) =>
		move.to_state.startsWith("Stage ") && move.action !== "Reopen" ? move.to_stage : 0;
	const moves = panel.moves.map((move) => ({
		...move,
		label: move.label || buttonOf(policy, into(move)) || move.action,
	}));
	return { ...panel, moves };
}

function panelHtml(frm, panel) {
	const step = panel.next_step || {};
	const facts = [escape(panel.stage_label || panel.workflow_state), policyLink(panel)]
		.filter(Boolean)
		.join(" · ");
	return `<div class="sg-panel">${riskHtml(frm)}${bandHtml(panel)}
		<div class="sg-now sg-now--${escape(step.urgency || "none")}" role="status">
			<p class="sg-now__sentence">${escape(step.sentence)}</p>
			${stageHtml(panel)}${routeHtml(panel)}${skippedHtml(panel)}
			<p class="sg-quiet">${facts}</p>
			<p class="sg-quiet">${escape(panel.principle)}</p></div>
		${movesHtml(panel)}<div data-sg-same aria-live="polite"></div>${whomHtml(panel)}${toConfirmHtml(panel)}${bothSidesHtml(panel)}${noticesHtml(panel.banners)}${deadlinesHtml(panel.deadlines)}${timescalesHtml(panel.timescales)}${processHtml(panel)}${closingHtml(panel, frm.safeguarding_policy || {})}${dutiesHtml(panel.duties, frm.safeguarding_policy || {})}${copiesHtml(panel)}${adviceHtml(panel)}${leadsHtml(panel)}${boardHtml(frm, panel)}
		${guidanceHtml(panel.guidance)}
		<section class="sg-block" aria-label="${escape(__("What has happened"))}">
			<h3 class="sg-heading">${escape(__("What has happened"))}</h3>
			${recordButtonsHtml(panel)}
			<div data-sg-timeline aria-live="polite"><p class="sg-quiet">${escape(__("Loading …"))}</p></div>
		</section></div>`;
}

// To the policy's stage diagram, which everybody who sees a case may read.
function policyLink(panel) {
	if (!panel.policy) return "";
	const target = `/app/board-policy/${encodeURIComponent(panel.policy_name)}`;
	return `<a class="sg-policy" href="${escape(target)}">${escape(panel.policy)}</a>`;
}

// Danger stands above everything else; what is only ticked and not yet saved counts.
function riskHtml(frm) {
	const panel = frm.is_new() ? null : frm.safeguarding_panel;
	const danger = ((panel && panel.banners) || [])
		.filter((banner) => banner.kind === "danger")
		.map((banner) => banner.text);
	if (frm.is_new() && frm.doc.immediate_risk) {
		danger.push(
			__(
				"Immediate risk: if somebody is in danger now, ring {0}. Then tell your manager or safeguarding lead.",
				[EMERGENCY]
			)
		);
	}
	const items = danger.map(
		(text) => `<div class="sg-banner sg-banner--danger" role="alert">${escape(text)}</div>`
	);
	return `<div class="sg-banners">${items.join("")}</div>`;
}

// Other notices, such as a policy past its review date, come after what there is to do.
function noticesHtml(banners) {
	return banners
		.filter((banner) => banner.kind !== "danger")
		.map((banner) => {
			const tone = banner.kind === "warning" ? "warning" : "info";
			return `<div class="sg-banner sg-banner--${tone}" role="note">${escape(banner.text)}</div>`;
		})
		.join("");
}

function listen(frm, area) {
	area.off("click.safeguarding").on("click.safeguarding", "[data-sg]", (event) => {
		const button = $(event.currentTarget);
		const panel = frm.safeguarding_panel;
		const index = Number(button.attr("data-index"));
		const handlers = {
			...copyHandlers(frm, index, button),
			...adviceHandlers(frm, index),
			why: () => explain(frm, button),
			takeover: () => takeOver(frm),
			recuse: () => stepBack(frm, panel),
			risk: () => openRisk(frm),
			actions: () => changeActions(frm),
			passed: () => riskPassed(frm),
			handover: () => handOver(frm, panel.leads[index], panel),
			giveback: () => giveBack(frm),
			received: () => received(frm),
			absence: () => enterAbsence(frm.doc[`${panel.leads[index].side}_lead`]),
			verify: () => verifyRecord(frm),
			redact: () => openRedactDialog(frm),
			board: () => giveToBoard(frm),
			protective: () => setProtective(frm),
			tick: () => tick(frm, panel.duties[index], frm.safeguarding_policy || {}),
			dutydate: () => setDate(frm, panel.duties[index]),
			propose: () => propose(frm),
			agree: () => agree(frm, panel.timescales.proposals[index]),
			decline: () => decline(frm, panel.timescales.proposals[index]),
			confirm: () => confirmEntry(frm, button.attr("data-log")),
			dispute: () => disputeEntry(frm, button.attr("data-log")),
			answer: () => recordTheirAnswer(frm, button.attr("data-log")),
			record: () => openRecordDialog(frm),
			duty: () => doDuty(frm, panel.duties[index]),
			move: () => openMoveDialog(frm, panel.moves[index].action, panel.moves[index]),
			refused: () => tellWhyNot(panel.moves[index]),
			...bothSidesHandlers(frm, panel, index),
			...processHandlers(frm, panel, button),
		};
		handlers[button.attr("data-sg")]();
	});
}

function doDuty(frm, duty) {
	if (duty.kind === "copy") {
		openSendCopy(frm, duty.key);
		return;
	}
	const how = recordOf(duty, frm.safeguarding_policy || {});
	if (how.process) doProcess(frm, how);
	else if (how.field) frm.scroll_to_field(how.field);
	else openRecordDialog(frm, { ...how, about: duty.text });
}

function tellWhyNot(move) {
	frappe.msgprint({
		title: __("This step is not possible yet"),
		message: paragraphs(move.refusals),
		indicator: "orange",
	});
}

// Opens or closes the row below a deadline; the reasons are asked for once.
async function explain(frm, button) {
	const row = $(`#${button.attr("aria-controls")}`);
	const open = button.attr("aria-expanded") !== "true";
	button.attr("aria-expanded", String(open));
	row.prop("hidden", !open);
	if (!open || row.attr("data-loaded")) return;
	row.attr("data-loaded", "1");
	const [clock, instance] = button.attr("data-key").split("|");
	const args = { escalation: frm.doc.name, clock, instance: instance || undefined };
	const html = await call("explain", args, { type: "GET" }).then(explanationHtml, (refusal) => {
		row.removeAttr("data-loaded");
		return paragraphs(refusal.lines);
	});
	row.find("td").html(html);
}

async function showTimeline(frm, area) {
	const name = frm.doc.name;
	const html = await call("timeline", { escalation: name }, { type: "GET" }).then(
		(rows) => {
			frm.safeguarding_timeline = rows;
			return timelineHtml(rows);
		},
		(refusal) => paragraphs(refusal.lines)
	);
	if (frm.doc.name === name) area.find("[data-sg-timeline]").html(html);
}
