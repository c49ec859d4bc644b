// The dialogs of both sides' word: to ask, to read and answer, to sign, to send a link, to take something back.
import { tell } from "./leads";
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";
import { escape } from "./text";

const API = "safeguarding_escalation.api.confirmation.";

function send(frm, method, args) {
	return call(`${API}${method}`, { escalation: frm.doc.name, ...args });
}

export async function act(frm, method, row, done) {
	try {
		await send(frm, method, { confirmation: row.confirmation });
	} catch (refusal) {
		tell(refusal);
		return;
	}
	frappe.show_alert({ message: done, indicator: "green" });
	bringUpToDate(frm);
}

// A dialog that stays open with the reason where it is refused.
function dialogOf(frm, { title, fields, label, method, given, done }) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [{ fieldname: "problem", fieldtype: "HTML" }, ...fields],
		primary_action_label: label,
		primary_action: async (values) => {
			let answer = null;
			try {
				answer = await send(frm, method, given(values));
			} catch (refusal) {
				showRefusal(dialog, refusal);
				return;
			}
			dialog.hide();
			if (answer.link) showLink(answer.link);
			else frappe.show_alert({ message: done, indicator: "green" });
			bringUpToDate(frm);
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
	return dialog;
}

export function ask(frm, row, links) {
	const here = (contact) => (row.people.find((each) => each.contact === contact) || {}).here;
	const outside = (values) => values.how === "outside";
	dialogOf(frm, {
		title: __("Ask for their word"),
		label: __("Ask"),
		method: "ask",
		done: __("They are asked. It is in the log."),
		fields: [
			{ fieldname: "about", fieldtype: "HTML", options: `<p>${escape(row.title)}</p>` },
			{
				fieldname: "contact",
				fieldtype: "Select",
				label: __("Whom?"),
				reqd: 1,
				default: row.people[0].contact,
				options: row.people.map((each) => ({
					value: each.contact,
					label: `${each.name}, ${each.agency}${each.here ? "" : ` (${__("no account here")})`}`,
				})),
			},
			{
				fieldname: "how",
				fieldtype: "Select",
				label: __("How?"),
				depends_on: (values) => !here(values.contact),
				default: links ? "mail" : "outside",
				options: [
					...(links
						? [
								{ value: "mail", label: __("By a link that we mail them") },
								{
									value: "copied",
									label: __("By a link that I send by my own secure email"),
								},
							]
						: []),
					{ value: "outside", label: __("I have asked them outside this system") },
				],
			},
			{
				fieldname: "evidence",
				fieldtype: "Small Text",
				label: __("How and when were they asked?"),
				description: __("For example: our letter of 12 March, by secure email."),
				depends_on: (values) => outside(values) && !here(values.contact),
				mandatory_depends_on: (values) => outside(values) && !here(values.contact),
			},
			{
				fieldname: "reply_by",
				fieldtype: "Datetime",
				label: __("Reply by"),
				description: __(
					"Left empty: the working days that the settings say. No clock of the policy."
				),
			},
		],
		given: (values) => ({
			what: row.what,
			stage: row.stage,
			contact: values.contact,
			reply_by: values.reply_by || undefined,
			...howArguments(values, here(values.contact)),
		}),
	});
}

function howArguments(values, here) {
	if (here) return { how: "in this system" };
	if (values.how === "outside") return { how: "outside", evidence: values.evidence };
	return { how: "response link", deliver: values.how };
}

// Shown once: it is stored nowhere.
function showLink(link) {
	const dialog = new frappe.ui.Dialog({
		title: __("The link, to send by your own secure email"),
		fields: [
			{
				fieldname: "about",
				fieldtype: "HTML",
				options: `<p>${escape(__("It is shown once. A code goes to the address that the directory holds for them; you do not get it. When you have sent the link, say so in the panel: only then does silence count."))}</p>`,
			},
			{ fieldname: "link", fieldtype: "Small Text", label: __("Link"), read_only: 0, default: link },
		],
		primary_action_label: __("Copy"),
		primary_action: () => frappe.utils.copy_to_clipboard(link),
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}

export function recordHtml(found) {
	const facts = found.facts.map((fact) => `<dt>${escape(fact.label)}</dt><dd>${escape(fact.text)}</dd>`);
	const entries = found.entries.map((entry) => {
		const small = [
			entry.who ? __("By {0}", [entry.who]) : "",
			entry.with ? __("With or to: {0}", [entry.with]) : "",
			entry.how ? __("How: {0}", [entry.how]) : "",
			entry.due ? __("By: {0}", [entry.due]) : "",
			entry.whose_word,
		].filter(Boolean);
		return `<li><b>${escape(entry.what)}</b>, ${escape(entry.when)}<div class="sg-quiet">${escape(small.join(" \u00b7 "))}</div>
			${entry.note ? `<blockquote class="sg-note">${escape(entry.note)}</blockquote>` : ""}</li>`;
	});
	return `<div class="sg-record"><dl>${facts.join("")}</dl><ol>${entries.join("")}</ol></div>`;
}

export async function recordOf(frm, row) {
	try {
		return await send(frm, "record", { what: row.what, stage: row.stage });
	} catch (refusal) {
		tell(refusal);
		return null;
	}
}

// Read, and answer for oneself; or write down what they answered outside this system.
export async function read(frm, row, theirs = false) {
	const found = await recordOf(frm, row);
	if (!found) return;
	dialogOf(frm, {
		title: found.title,
		label: theirs ? __("Record") : __("Send my answer"),
		method: "answer",
		done: __("Recorded. It stands beside the record."),
		fields: [
			{ fieldname: "record", fieldtype: "HTML", options: recordHtml(found) },
			{
				fieldname: "verdict",
				fieldtype: "Select",
				label: theirs ? __("What did they say?") : __("What do you say of it?"),
				reqd: 1,
				options: [
					{ value: "", label: "\u2013" },
					{ value: "confirmed", label: __("Confirm: it is right") },
					{ value: "corrected", label: __("Correct: something in it is not right") },
					{ value: "disputed", label: __("Dispute") },
				],
			},
			{
				fieldname: "words",
				fieldtype: "Small Text",
				label: theirs ? __("Their words") : __("Your words"),
				description: __(
					"They stand beside the record, and nothing is written over. Do not name the adult."
				),
				mandatory_depends_on: (values) => ["corrected", "disputed"].includes(values.verdict),
			},
			{
				fieldname: "evidence",
				fieldtype: "Small Text",
				label: __("How do you know?"),
				description: __("For example: their letter of 12 March, in our records."),
				hidden: theirs ? 0 : 1,
				reqd: theirs ? 1 : 0,
			},
			{
				fieldname: "sign",
				fieldtype: "Check",
				label: theirs ? __("They also signed it on paper") : __("I also sign this record"),
				hidden: theirs || row.may_sign ? 0 : 1,
			},
		],
		given: (values) => ({
			confirmation: row.confirmation,
			verdict: values.verdict,
			digest: found.digest,
			words: values.words || undefined,
			evidence: theirs ? values.evidence : undefined,
			sign: values.sign ? 1 : 0,
		}),
	});
}

export async function sign(frm, row) {
	const found = await recordOf(frm, row);
	if (!found) return;
	dialogOf(frm, {
		title: found.title,
		label: __("Sign"),
		method: "sign",
		done: __("Signed. It is in the log."),
		fields: [
			{ fieldname: "record", fieldtype: "HTML", options: recordHtml(found) },
			{
				fieldname: "on_paper",
				fieldtype: "Check",
				label: __("Somebody else signed it on paper; I write that down"),
			},
			{
				fieldname: "contact",
				fieldtype: "Link",
				options: "Safeguarding Contact",
				only_select: true,
				label: __("Who signed?"),
				depends_on: (values) => Boolean(values.on_paper),
				mandatory_depends_on: (values) => Boolean(values.on_paper),
			},
			{
				fieldname: "signed_on",
				fieldtype: "Date",
				label: __("Signed on"),
				depends_on: (values) => Boolean(values.on_paper),
			},
			{
				fieldname: "evidence",
				fieldtype: "Small Text",
				label: __("Where is the signed paper kept?"),
				depends_on: (values) => Boolean(values.on_paper),
				mandatory_depends_on: (values) => Boolean(values.on_paper),
			},
		],
		given: (values) => ({
			what: row.what,
			stage: row.stage,
			digest: found.digest,
			...(values.on_paper
				? {
						contact: values.contact,
						evidence: values.evidence,
						signed_on: values.signed_on || undefined,
					}
				: {}),
		}),
	});
}

export function withdraw(frm, row) {
	dialogOf(frm, {
		title: __("Withdraw this request?"),
		label: __("Withdraw"),
		method: "withdraw",
		done: __("Withdrawn. A link of it no longer works."),
		fields: [{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason") }],
		given: (values) => ({ confirmation: row.confirmation, reason: values.reason || undefined }),
	});
}

export function newLink(frm, row) {
	dialogOf(frm, {
		title: __("A new link"),
		label: __("Make a new link"),
		method: "new_link",
		done: __("A new link is on its way. The older one no longer works."),
		fields: [
			{
				fieldname: "deliver",
				fieldtype: "Select",
				label: __("How?"),
				default: "mail",
				options: [
					{ value: "mail", label: __("We mail it to them") },
					{ value: "copied", label: __("I send it by my own secure email") },
				],
			},
		],
		given: (values) => ({ confirmation: row.confirmation, deliver: values.deliver }),
	});
}

export function sent(frm, row) {
	dialogOf(frm, {
		title: __("You have sent the link"),
		label: __("Record"),
		method: "sent_by_hand",
		done: __("Recorded."),
		fields: [
			{
				fieldname: "evidence",
				fieldtype: "Small Text",
				label: __("How, and to which address?"),
				description: __("For example: by secure email to their own address."),
				reqd: 1,
			},
		],
		given: (values) => ({ confirmation: row.confirmation, evidence: values.evidence }),
	});
}

export function strike(frm, row) {
	dialogOf(frm, {
		title: __("Strike this signature out?"),
		label: __("Strike out"),
		method: "strike",
		done: __("Struck out. It stays to be seen."),
		fields: [{ fieldname: "reason", fieldtype: "Small Text", label: __("Why?"), reqd: 1 }],
		given: (values) => ({ signature: row.row, reason: values.reason }),
	});
}
