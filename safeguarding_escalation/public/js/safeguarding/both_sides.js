// Both sides' word: whom to ask about which record, what was asked and said, one's own answer, and signatures.
import { ANSWERED, beside } from "./both_sides_beside";
import { act, ask, newLink, read, sent, sign, strike, withdraw } from "./both_sides_dialogs";
import { badge, escape } from "./text";

const TONES = { confirmed: "good", corrected: "warning", disputed: "danger", expired: "quiet" };
const STATES = {
	asked: () => __("Asked"),
	confirmed: () => __("Confirmed"),
	corrected: () => __("Corrected"),
	disputed: () => __("Disputed"),
	withdrawn: () => __("Withdrawn"),
	expired: () => __("No reply"),
	"not validly asked": () => __("Not validly asked"),
};

export function bothSidesHtml(panel) {
	const found = panel.both_sides;
	if (!found) return "";
	const { proposals, requests, signatures, may_sign: signable } = found;
	if (!proposals.length && !requests.length && !signatures.length && !signable.length) return "";
	return `<section class="sg-block sg-both" aria-label="${escape(__("Both sides\u2019 word"))}">
		<h3 class="sg-heading">${escape(__("Both sides\u2019 word"))}</h3>
		<ul class="sg-duties">${requests.map(requestHtml).join("")}${proposals.map(proposalHtml).join("")}
		${signatures.map(signatureHtml).join("")}</ul>${signable.map(signButton).join("")}</section>`;
}

function button(what, label, index, about) {
	return `<button type="button" class="btn btn-xs btn-default" data-sg="${what}" data-index="${index}">${escape(label)}<span
		class="sr-only"> ${escape(about)}</span></button> `;
}

function requestHtml(row, index) {
	const words = row.words ? `<blockquote class="sg-note">${escape(row.words)}</blockquote>` : "";
	const small = [row.version, row.signed ? __("Signed.") : "", row.link ? row.link.words : ""].filter(
		Boolean
	);
	return `<li class="sg-duty">${badge((STATES[row.state] || (() => row.state))(), TONES[row.state] || "warning")}
		<div><b>${escape(row.title)}</b>. ${escape(row.said)}${words}
		${small.length ? `<div class="sg-quiet">${escape(small.join(" "))}</div>` : ""}</div>
		<span>${requestButtons(row, index)}</span></li>`;
}

function requestButtons(row, index) {
	if (row.may_answer) return button("word", __("Read and answer"), index, row.title);
	if (ANSWERED.includes(row.state)) return button("wordboth", __("Read both"), index, row.title);
	if (!row.may_manage) return "";
	const found = [button("wordtheirs", __("Record their answer"), index, row.title)];
	if (row.link) {
		found.push(button("wordlink", __("New link"), index, row.title));
		if (row.link.live) found.push(button("wordrevoke", __("Revoke link"), index, row.title));
		if (row.link.copied) found.push(button("wordsent", __("I have sent it"), index, row.title));
	}
	if (row.state === "asked") found.push(button("wordback", __("Withdraw request"), index, row.title));
	return found.join("");
}

function proposalHtml(row, index) {
	return `<li class="sg-duty">${badge(__("To ask"), "quiet")}<div>${escape(row.text)}</div>
		<span>${button("wordask", __("Ask"), index, row.title)}</span></li>`;
}

function signatureHtml(row, index) {
	const who = [row.name, row.agency, row.signed_on].filter(Boolean).join(", ");
	const text = row.struck ? `<s>${escape(who)}</s>` : escape(who);
	return `<li class="sg-duty">${badge(row.struck ? __("Struck out") : __("Signed"), row.struck ? "quiet" : "good")}
		<div>${text}<div class="sg-quiet">${escape(row.words)}</div></div>
		<span>${row.may_strike ? button("wordstrike", __("Strike out"), index, who) : ""}</span></li>`;
}

function signButton(row, index) {
	return `<p>${button("wordsign", __("Read and sign"), index, row.title)}</p>`;
}

// The panel's buttons, by their data-sg.
export function bothSidesHandlers(frm, panel, index) {
	const found = panel.both_sides || {};
	const request = () => found.requests[index];
	return {
		word: () => read(frm, request()),
		wordboth: () => beside(frm, request()),
		wordtheirs: () => read(frm, request(), true),
		wordask: () => ask(frm, found.proposals[index], found.links),
		wordback: () => withdraw(frm, request()),
		wordlink: () => newLink(frm, request()),
		wordrevoke: () => act(frm, "revoke_link", request(), __("The link no longer works.")),
		wordsent: () => sent(frm, request()),
		wordsign: () => sign(frm, found.may_sign[index]),
		wordstrike: () => strike(frm, found.signatures[index]),
	};
}
