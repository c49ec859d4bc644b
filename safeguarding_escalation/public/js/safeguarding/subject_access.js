// The form of a subject access request: its steps as buttons, and the review of what names other people.
import { call } from "./server";
import { badge, escape, paragraphs, showDay } from "./text";

const API = "safeguarding_escalation.api.subject_access.";
const ENDED = ["Sent", "Refused", "Withdrawn"];
const TONES = { Release: "good", Redact: "warning", Withhold: "danger" };

export async function refresh(frm) {
	frm.disable_save();
	if (frm.is_new()) return;
	const open = !ENDED.includes(frm.doc.state);
	frm.dashboard.clear_headline();
	if (open) headline(frm);
	if (open) steps(frm);
	if (["Ready", "Sent"].includes(frm.doc.state)) {
		frm.add_custom_button(__("Download the export"), () => download(frm));
	}
	if (!open && frm.doc.subject) {
		frm.add_custom_button(__("Erase names and pieces"), () =>
			frappe.confirm(__("This cannot be undone. Dates and state stay."), () => act(frm, "erase", {}))
		);
	}
	await showReview(frm, open);
}

// The list's own button: a request is taken down in a dialog, never typed into an empty form.
export function list(listview) {
	listview.page.set_primary_action(__("Take down a request"), () => takeDown());
}

function headline(frm) {
	const until = frm.doc.extended_until || frm.doc.due_on;
	const late = until < frappe.datetime.get_today();
	frm.dashboard.set_headline(
		escape(late ? __("Overdue since {0}", [showDay(until)]) : __("Answer by {0}", [showDay(until)]))
	);
}

function steps(frm) {
	const add = (label, run, group) => frm.add_custom_button(label, run, group);
	add(__("Add a case"), () => ask(frm, __("Add a case"), "add_case", [caseField()]));
	add(__("Gather the pieces"), () => act(frm, "gather", {}));
	if (frm.doc.state === "In review") add(__("Finish the review"), () => act(frm, "finish", {}));
	const more = __("More");
	add(
		__("Identity confirmed"),
		() =>
			ask(frm, __("Identity confirmed"), "confirm_identity", [
				{ fieldname: "how", fieldtype: "Small Text", label: __("How was it checked?"), reqd: 1 },
				{
					fieldname: "checked_on",
					fieldtype: "Date",
					label: __("On"),
					default: frappe.datetime.get_today(),
				},
			]),
		more
	);
	add(
		__("Extend by two months"),
		() => ask(frm, __("Extend"), "extend", [why(__("Why? Tell the requester too."))]),
		more
	);
	add(
		__("Another handler"),
		() =>
			ask(frm, __("Another handler"), "hand_to", [
				{
					fieldname: "handler",
					fieldtype: "Link",
					options: "Safeguarding Contact",
					label: __("Handler"),
					reqd: 1,
					get_query: () => ({ filters: { agency: frm.doc.agency } }),
				},
			]),
		more
	);
	add(
		__("Leave a case out"),
		() => ask(frm, __("Leave a case out"), "remove_case", [caseField(frm)]),
		more
	);
	for (const state of ENDED) {
		if (state === "Sent" && !(frm.doc.state === "Ready" && frm.doc.produced_at)) continue;
		const words = state === "Sent" ? __("How was it sent, and to whom?") : __("Why?");
		const field = { fieldname: "why", fieldtype: "Small Text", label: words, reqd: 1 };
		add(__(state), () => ask(frm, __(state), "end", [field], { state }), more);
	}
}

function caseField(frm) {
	const field = {
		fieldname: "escalation",
		fieldtype: "Link",
		options: "Escalation",
		label: __("Case"),
		reqd: 1,
	};
	const names = frm ? (frm.doc.cases || []).map((row) => row.escalation) : null;
	return names ? { ...field, get_query: () => ({ filters: { name: ["in", names] } }) } : field;
}

function why(label) {
	return { fieldname: "reason", fieldtype: "Small Text", label, reqd: 1 };
}

function ask(frm, title, method, fields, given = {}) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [{ fieldname: "problem", fieldtype: "HTML" }, ...fields],
		primary_action_label: title,
		primary_action: (values) => act(frm, method, { ...values, ...given, problem: undefined }, dialog),
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
	return dialog;
}

async function act(frm, method, given, dialog) {
	try {
		const answer = await call(API + method, { request: frm.doc.name, ...given }, { freeze: true });
		if (dialog) dialog.hide();
		await frm.reload_doc();
		return answer;
	} catch (refusal) {
		tell(refusal, dialog);
		return null;
	}
}

function tell(refusal, dialog) {
	const html = `<div class="sg-banner sg-banner--danger" role="alert">${paragraphs(refusal.lines)}</div>`;
	if (dialog) dialog.fields_dict.problem.$wrapper.html(html);
	else frappe.msgprint({ title: refusal.title, message: html, indicator: "red" });
}

function takeDown() {
	const meta = (name) => frappe.meta.get_docfield("Access Request", name);
	const dialog = new frappe.ui.Dialog({
		title: __("Take down a request"),
		fields: [
			{ fieldname: "problem", fieldtype: "HTML" },
			{
				fieldname: "requester_kind",
				fieldtype: "Select",
				label: __("Who asks?"),
				options: meta("requester_kind").options,
				default: "The adult",
				reqd: 1,
			},
			{ fieldname: "requester", fieldtype: "Data", label: __("Their name") },
			{
				fieldname: "authority",
				fieldtype: "Small Text",
				label: __("Their authority"),
				depends_on: "eval:doc.requester_kind === 'A representative with authority'",
				mandatory_depends_on: "eval:doc.requester_kind === 'A representative with authority'",
			},
			{
				fieldname: "subject",
				fieldtype: "Small Text",
				label: __("About whom?"),
				description: __("One name a line, other names they use included."),
				reqd: 1,
			},
			{
				fieldname: "received_on",
				fieldtype: "Date",
				label: __("Received on"),
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
		],
		primary_action_label: __("Take down"),
		primary_action: async (values) => {
			try {
				const made = await call(`${API}create`, { ...values, problem: undefined }, { freeze: true });
				dialog.hide();
				frappe.set_route("Form", "Access Request", made.name);
			} catch (refusal) {
				tell(refusal, dialog);
			}
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}

async function showReview(frm, open) {
	const area = frm.get_field("review_html").$wrapper;
	const name = frm.doc.name;
	area.html(
		`<p class="sg-quiet">${escape(__("Nothing is gathered yet: add a case, then gather its pieces."))}</p>`
	);
	if (!(frm.doc.cases || []).some((row) => row.gathered_at)) return;
	try {
		const found = await call(`${API}review`, { request: name });
		if (frm.doc.name === name) draw(frm, area, found, open);
	} catch (refusal) {
		area.html(paragraphs(refusal.lines));
	}
}

function draw(frm, area, { items, exemptions }, open) {
	const waiting = items.filter((item) => item.needs_review && !item.decision).length;
	const head = waiting
		? __("{0} of {1} pieces wait for a decision.", [waiting, items.length])
		: __("{0} pieces; everything marked is decided.", [items.length]);
	const buttons = open
		? `<p>${["Release", "Redact", "Withhold"].map((word) => `<button type="button" class="btn btn-default btn-sm" data-decision="${word}">${escape(__(word))}</button>`).join(" ")}</p>`
		: "";
	area.html(
		`<div class="sg-review"><p>${escape(head)} ${escape(
			__("Names are found where the case knows them. Read free text for people whom nobody listed.")
		)}</p>${buttons}<table class="table table-bordered"><thead><tr><th><input type="checkbox" data-all aria-label="${escape(
			__("All that wait")
		)}"></th><th>#</th><th>${escape(__("What it is"))}</th><th>${escape(__("Text"))}</th><th>${escape(
			__("Appears to name")
		)}</th><th>${escape(__("Decision"))}</th></tr></thead><tbody>${items.map(row).join("")}</tbody></table></div>`
	);
	area.find("[data-all]").on("change", (event) => {
		area.find("input[data-waits]").prop("checked", event.target.checked);
	});
	area.find("[data-decision]").on("click", (event) => {
		const chosen = area
			.find("input[data-item]:checked")
			.map((_, box) => box.dataset.item)
			.get();
		decide(
			frm,
			items.filter((item) => chosen.includes(item.name)),
			event.target.dataset.decision,
			exemptions
		);
	});
}

function row(item) {
	const waits = item.needs_review && !item.decision;
	const decision = item.decision
		? `${badge(__(item.decision), TONES[item.decision])}<div class="sg-quiet">${escape(item.reason)}</div>`
		: waits
			? badge(__("Needs review"), "warning")
			: escape(__("Released"));
	const names = String(item.mentions || "")
		.split("\n")
		.map(escape)
		.join("<br>");
	return `<tr><td><input type="checkbox" data-item="${escape(item.name)}" ${waits ? "data-waits" : ""} aria-label="${escape(
		item.what
	)}"></td><td>${escape(item.sequence)}</td><td>${escape(item.what)}</td><td class="sg-review__text">${escape(
		item.redacted_text || item.text
	)}</td><td>${names}</td><td>${decision}</td></tr>`;
}

function decide(frm, items, decision, exemptions) {
	if (!items.length) {
		frappe.show_alert({ message: __("Tick the pieces first."), indicator: "orange" });
		return;
	}
	if (decision === "Redact" && items.length > 1) {
		frappe.show_alert({ message: __("Redact one piece at a time."), indicator: "orange" });
		return;
	}
	const fields = [
		{
			fieldname: "reason",
			fieldtype: "Autocomplete",
			label: __("Reason or exemption"),
			options: exemptions,
			ignore_validation: 1, // a reason of one's own will do
			reqd: decision !== "Release" || items.some((item) => item.needs_review) ? 1 : 0,
		},
	];
	if (decision === "Redact") {
		fields.push({
			fieldname: "redacted_text",
			fieldtype: "Text",
			label: __("Text to be released"),
			default: items[0].text,
			reqd: 1,
		});
	}
	const dialog = ask(frm, __(decision), "decide", fields);
	dialog.set_primary_action(__(decision), async (values) => {
		const names = items.map((item) => item.name);
		const answer = await act(
			frm,
			"decide",
			{ ...values, problem: undefined, items: names, decision },
			dialog
		);
		if (answer && answer.still_names.length) {
			frappe.msgprint(
				escape(__("The text still appears to name: {0}", [answer.still_names.join(", ")]))
			);
		}
	});
}

// The answer is a file, so it comes by a form of the page; what is refused comes back as a message.
function download(frm) {
	frappe.confirm(
		__("The file holds personal data. Send it by your organisation's secure way, then delete it here."),
		() => {
			window.open_url_post("/api/method/" + API + "produce", { request: frm.doc.name }, true);
			window.setTimeout(() => frm.reload_doc(), 3000);
		}
	);
}
