// Somebody is at risk now: whom to ring comes first, before anything is typed or saved; then one short dialog, and a band
// on top of the form that stays until somebody records that the risk has passed.
import { fetchNumbers, ringHtml } from "./ring_now";
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";
import { escape, paragraphs } from "./text";

const API = "safeguarding_escalation.api.immediate.";

// The band of a saved case; for one that is not at risk the button that says so.
export function bandHtml(panel) {
	const risk = panel.immediate || {};
	if (!risk.stands) return risk.may_record ? openerHtml() : "";
	const told = (risk.told || []).map((row) => __("{0}, {1}", [row.whom, row.when]));
	const nobody = `<strong class="sg-risk__missing">${escape(__("Nobody is recorded as told yet."))}</strong>`;
	return `<section class="sg-risk" role="status" aria-label="${escape(__("Immediate risk"))}">
		<p class="sg-risk__title">${escape(__("Immediate risk"))}
			<span class="sg-risk__since">${escape([risk.since, risk.by].filter(Boolean).join(", "))}</span></p>
		<p>${told.length ? escape(__("Told: {0}", [told.join("; ")])) : nobody}</p>
		<p><strong>${escape(__("What keeps the person safe:"))}</strong>
			<span class="sg-risk__actions">${escape(risk.actions || __("none written down yet"))}</span></p>
		<div class="sg-risk__buttons">
			<a class="btn btn-danger sg-button" href="tel:999">${escape(__("Ring 999"))}</a>
			${button("risk", told.length ? __("Whom to ring, and add") : __("Whom to ring, and whom I told"))}
			${button("actions", __("Change what keeps them safe"))}
			${button("passed", __("The risk has passed"))}
		</div></section>`;
}

function openerHtml() {
	return `<p class="sg-risk-opener"><button type="button" class="btn btn-default sg-button sg-risk-open" data-sg="risk">${escape(
		__("Somebody is at risk now")
	)}</button></p>`;
}

function button(does, words) {
	return `<button type="button" class="btn btn-default sg-button" data-sg="${does}">${escape(words)}</button>`;
}

// Stages that were jumped over keep their reason.
export function skippedHtml(panel) {
	const rows = (panel.skipped || []).map((row) => {
		const why = [row.ground, row.reason].filter(Boolean).join(": ");
		const by = [row.who, row.when].filter(Boolean).join(", ");
		return `<li>${escape(__("{0} skipped", [row.label]))}${why ? escape(`: ${why}`) : ""}
			<span class="sg-quiet">${escape(by)}</span></li>`;
	});
	return rows.length ? `<ul class="sg-skipped">${rows.join("")}</ul>` : "";
}

// Asked for once a form, so that the numbers are there when the button is pressed, on a bad network too.
export function prefetch(frm) {
	if (frm.safeguarding_ring_of === frm.doc.name) return;
	frm.safeguarding_ring_of = frm.doc.name;
	frm.safeguarding_ring = fetchNumbers(frm.is_new() ? "" : frm.doc.name);
}

// The box was ticked in the form. A saved case takes it by the dialog; a new one keeps what is typed for its first save.
export function ticked(frm) {
	if (!frm.doc.immediate_risk || frm.safeguarding_risk_shown === frm.doc.name) return;
	const before = frm.is_new() ? 0 : ((frm.safeguarding_panel || {}).immediate || {}).stands;
	if (before) return;
	openRisk(frm);
}

export function openRisk(frm) {
	prefetch(frm);
	const fresh = frm.is_new();
	const panel = fresh ? {} : frm.safeguarding_panel || {};
	const risk = panel.immediate || {};
	const key = frappe.utils.get_random(24);
	const dialog = new frappe.ui.Dialog({
		title: risk.stands ? __("Immediate risk") : __("Somebody is at risk now"),
		fields: riskFields(frm, risk),
		primary_action_label: fresh
			? __("Go on")
			: risk.stands
				? __("Add this")
				: __("Record immediate risk"),
		primary_action: (values) => (fresh ? keep(frm, dialog, values) : record(frm, dialog, values, key)),
	});
	dialog.$wrapper.addClass("sg-dialog sg-risk-dialog");
	dialog.show();
	const area = dialog.get_field("ring").$wrapper;
	area.html(ringHtml([]));
	frm.safeguarding_ring.then((rows) => area.html(ringHtml(rows)));
	// The dialog puts the caret into its first box, and a phone's keyboard over the numbers.
	dialog.$wrapper.on("shown.bs.modal", () => {
		if (document.activeElement) document.activeElement.blur();
	});
	return dialog;
}

function riskFields(frm, risk) {
	return [
		{ fieldname: "problem", fieldtype: "HTML" },
		{ fieldname: "ring", fieldtype: "HTML" },
		{
			fieldname: "told_contact",
			fieldtype: "Link",
			options: "Safeguarding Contact",
			label: __("Whom did you tell?"),
			description: __("Leave this empty if you have told nobody yet, and add it when you have."),
			only_select: true,
			get_query: () => ({ filters: { to_date: ["is", "not set"] } }),
		},
		{ fieldname: "told_whom", fieldtype: "Data", label: __("Or somebody who is not in the list") },
		{
			fieldname: "told_at",
			fieldtype: "Datetime",
			label: __("When?"),
			default: frappe.datetime.now_datetime(),
		},
		{
			fieldname: "interim_safety_actions",
			fieldtype: "Small Text",
			label: __("What keeps the person safe until this is settled?"),
			default: risk.actions || frm.doc.interim_safety_actions || "",
		},
		{
			fieldname: "protective_deadline",
			fieldtype: "Datetime",
			label: __("By when must this be settled to keep the person safe?"),
			default: frm.doc.protective_deadline || null,
		},
	];
}

async function record(frm, dialog, values, key) {
	dialog.get_primary_btn().prop("disabled", true);
	let panel;
	try {
		panel = await call(API + "record", { escalation: frm.doc.name, key, ...given(values) });
	} catch (refusal) {
		showRefusal(dialog, refusal);
		return;
	} finally {
		dialog.get_primary_btn().prop("disabled", false);
	}
	dialog.hide();
	if (panel.problems.length) {
		frappe.msgprint({
			title: __("The immediate risk is recorded"),
			message: paragraphs([__("This could not be recorded with it:"), ...panel.problems]),
			indicator: "orange",
		});
	}
	frappe.show_alert({
		message: __("Recorded. The managers and leads who can act are told."),
		indicator: "red",
	});
	bringUpToDate(frm);
}

// What nobody was told has no time.
function given(values) {
	const told = values.told_contact || values.told_whom;
	return {
		told_contact: values.told_contact || undefined,
		told_whom: values.told_whom || undefined,
		told_at: told ? values.told_at || undefined : undefined,
		interim_safety_actions: values.interim_safety_actions || undefined,
		protective_deadline: values.protective_deadline || undefined,
	};
}

// A case that is not saved yet keeps the answers in its own fields.
async function keep(frm, dialog, values) {
	frm.safeguarding_risk_shown = frm.doc.name;
	const { told_contact, told_whom, told_at, interim_safety_actions, protective_deadline } = given(values);
	let whom = told_whom;
	if (told_contact) {
		const row = await frappe.db.get_value("Safeguarding Contact", told_contact, "contact_name");
		whom = (row && row.message && row.message.contact_name) || told_whom;
	}
	const fields = { told_whom: whom, told_at, interim_safety_actions, protective_deadline };
	await frm.set_value({ immediate_risk: 1, ...fields });
	dialog.hide();
}

export function changeActions(frm) {
	const risk = frm.safeguarding_panel.immediate;
	ask(frm, {
		title: __("What keeps the person safe"),
		label: __("Interim safety actions"),
		description: __("What stood here before is kept in the log."),
		value: risk.actions,
		button: __("Save"),
		done: __("Saved. What stood there before is in the log."),
		send: (text, key) => call(API + "change_actions", { escalation: frm.doc.name, actions: text, key }),
	});
}

export function riskPassed(frm) {
	ask(frm, {
		title: __("The risk has passed"),
		label: __("Why has it passed, and how do you know?"),
		description: __("It can be recorded again at any time."),
		value: "",
		button: __("Record that it has passed"),
		done: __("Recorded."),
		send: (text, key) => call(API + "passed", { escalation: frm.doc.name, why: text, key }),
	});
}

function ask(frm, { title, label, description, value, button: action, done, send }) {
	const key = frappe.utils.get_random(24);
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [
			{ fieldname: "problem", fieldtype: "HTML" },
			{ fieldname: "text", fieldtype: "Small Text", label, description, default: value, reqd: 1 },
		],
		primary_action_label: action,
		primary_action: async ({ text }) => {
			try {
				await send(text, key);
			} catch (refusal) {
				showRefusal(dialog, refusal);
				return;
			}
			dialog.hide();
			frappe.show_alert({ message: done, indicator: "green" });
			bringUpToDate(frm);
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}
