// The register of copies in the panel: to whom, what, how, when, and how it is known that they have it.
import { askAndRecord } from "./ask";
import { API, openSecondStep, openSendCopy } from "./copies";
import { METHODS, fileAddress } from "./copies_sent";
import { openLetter } from "./letters";
import { call } from "./server";
import { badge, clauseWords, escape, paragraphs } from "./text";

const STATES = {
	"struck out": ["quiet", () => __("Struck out")],
	"left out": ["quiet", () => __("Left out")],
	received: ["good", () => __("Received")],
	sent: ["good", () => __("Sent")],
	"mail not sent": ["danger", () => __("Mail not sent")],
	"mail on its way": ["warning", () => __("Mail on its way")],
	"to be sent": ["warning", () => __("To be sent")],
};

export function copiesHtml(panel) {
	const works = !["Draft", "Closed", "Withdrawn"].includes(panel.workflow_state);
	const buttons = works
		? `<p>${button("sendcopy", __("Send copy"))} ${button("letter", __("Write a letter"))}</p>`
		: "";
	return `<section class="sg-block" aria-label="${escape(__("Copies"))}">
		<h3 class="sg-heading">${escape(__("Copies"))}</h3>${buttons}
		<div data-sg-copies aria-live="polite"><p class="sg-quiet">${escape(__("Loading …"))}</p></div></section>`;
}

function button(does, words, more = "") {
	return `<button type="button" class="btn btn-xs btn-default" data-sg="${does}" ${more}>${escape(words)}</button>`;
}

export async function showRegister(frm, area) {
	const name = frm.doc.name;
	const html = await call(`${API}register`, { escalation: name }, { type: "GET" }).then(
		(found) => {
			frm.safeguarding_copies = found.rows;
			return registerHtml(name, found);
		},
		(refusal) => paragraphs(refusal.lines)
	);
	if (frm.doc.name === name) area.find("[data-sg-copies]").html(html);
}

function standingHtml(rows) {
	const lines = rows.map((row) =>
		row.unseen
			? __("{0} gets a copy of all correspondence ({1}). Not sent to them yet: {2}.", [
					row.recipient,
					clauseWords(row.clause),
					row.unseen,
				])
			: __("{0} gets a copy of all correspondence, and has been sent everything so far.", [
					row.recipient,
				])
	);
	return lines.map((text) => `<div class="sg-copies__note" role="note">${escape(text)}</div>`).join("");
}

function registerHtml(escalation, { rows, withheld, standing }) {
	const none = `<p class="sg-quiet">${escape(__("No copy is recorded."))}</p>`;
	const items = rows.map((row, index) => rowHtml(escalation, row, index)).join("");
	const kept = withheld.map(
		(one) => `<li class="sg-copies__row">${badge(__("No copies"), "quiet")} <b>${escape(one.name)}</b>
			<div class="sg-quiet">${escape(one.reason || __("Marked “Do not contact or copy in”."))}</div></li>`
	);
	const list = items || kept.length ? `<ul class="sg-copies__list">${items}${kept.join("")}</ul>` : none;
	return `${standingHtml(standing)}${list}`;
}

function rowHtml(escalation, row, index) {
	const [tone, words] = STATES[row.state];
	const to = [row.to, row.role, row.agency].filter(Boolean).join(", ");
	const struck = row.state === "struck out";
	const facts = [
		row.sent ? __("sent {0}", [row.sent]) : row.prepared && __("prepared {0}", [row.prepared]),
		row.by && __("by {0}", [row.by]),
		methodWords(row),
		row.received && __("received {0}", [[row.received, row.how].filter(Boolean).join(", ")]),
		row.access && row.access === "case" ? __("goes on reading the case") : "",
		row.clause && clauseWords(row.clause),
	].filter(Boolean);
	const version = row.digest
		? `<div class="sg-quiet">${escape(
				__("Version {0}, after entry {1} of the log", [row.digest.slice(0, 12), row.entries])
			)}</div>`
		: "";
	const notes = [row.problem, row.reason].filter(Boolean);
	return `<li class="sg-copies__row"><div class="sg-copies__head">${badge(words(), tone)}
		<span class="${struck ? "sg-struck" : ""}"><b>${escape(to)}</b>${row.what ? `, ${escape(row.what)}` : ""}</span></div>
		<div class="sg-quiet">${escape(facts.join(" · "))}</div>${version}
		${notes.map((text) => `<div class="sg-copies__note">${escape(text)}</div>`).join("")}
		${buttonsHtml(escalation, row, index)}</li>`;
}

function methodWords({ method, access }) {
	if (access) {
		return access === "this copy" ? __("by a link to this copy alone") : __("by a link to the case");
	}
	const known = METHODS.find(([value]) => value === method);
	return known ? known[1]().toLowerCase() : method;
}

function buttonsHtml(escalation, row, index) {
	if (!row.mine || ["struck out", "left out"].includes(row.state)) return "";
	const at = `data-index="${index}"`;
	const file =
		row.file && ["", "this copy"].includes(row.access)
			? `<a class="btn btn-xs btn-default" download href="${escape(fileAddress(escalation, row.copy))}">${escape(__("Download"))}</a>`
			: "";
	const sent = row.state === "to be sent" ? button("copysent", __("Record as sent"), at) : "";
	const received = row.state === "sent" ? button("copyreceived", __("Record as received"), at) : "";
	return `<p class="sg-copies__buttons">${file} ${sent} ${received} ${button("copywrong", __("This is wrong"), at)}</p>`;
}

// What the buttons of this block do; `index` is the row of the register.
export function copyHandlers(frm, index, button) {
	const [clock, instance] = String(button.attr("data-key") || "").split("|");
	const row = () => frm.safeguarding_copies[index];
	return {
		sendcopy: () => openSendCopy(frm),
		letter: () => openLetter(frm),
		chase: () => openLetter(frm, "chase", { clock, instance: instance || undefined }),
		copysent: () => openSecondStep(frm, [stepOf(row())]),
		copyreceived: () => received(frm, row()),
		copywrong: () => wrong(frm, row()),
	};
}

function stepOf({ copy, to, role, agency, what, address, address_secure }) {
	const warning = address && !address_secure ? __("This address is not marked as secure.") : "";
	const words = [to, role, agency].filter(Boolean).join(", ");
	return { copy, to: words, what, address, warning, account: false };
}

function received(frm, row) {
	ask(frm, __("They have the copy"), "record_received", row, [
		{
			fieldname: "received_at",
			fieldtype: "Datetime",
			label: __("When?"),
			default: frappe.datetime.now_datetime(),
			reqd: 1,
		},
		{
			fieldname: "how",
			fieldtype: "Data",
			label: __("How do you know?"),
			description: __("For example: their answer of 12 March, a telephone call today."),
			reqd: 1,
		},
	]);
}

function wrong(frm, row) {
	ask(frm, __("This entry is wrong"), "correct", row, [
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("What is wrong?"),
			description: __(
				"The entry stays, struck out, with this reason. What it had met is owed again, and access by it ends."
			),
			reqd: 1,
		},
	]);
}

function ask(frm, title, method, { copy }, fields) {
	askAndRecord(frm, { title, fields, label: __("Record"), given: { copy }, method: API + method });
}

// In the form's menu too, where people look for what they can send.
export function offerCopies(frm) {
	if (frm.is_new() || ["Draft", "Closed", "Withdrawn"].includes(frm.doc.workflow_state)) return;
	frm.page.add_menu_item(__("Send copy"), () => openSendCopy(frm));
	frm.page.add_menu_item(__("Write a letter"), () => openLetter(frm));
}
