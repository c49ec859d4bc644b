// The record itself: is it complete and unaltered, and taking personal text out of it for good.
import { tell } from "./leads";
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";
import { escape, paragraphs } from "./text";

const API = "safeguarding_escalation.api.records.";

export function recordButtonsHtml(panel) {
	const button = (action, words) =>
		`<button type="button" class="btn btn-xs btn-default" data-sg="${action}">${escape(words)}</button>`;
	const redact = panel.may_redact ? button("redact", __("Redact …")) : "";
	return `<p class="sg-answer">${button("verify", __("Is this record whole?"))} ${redact}</p>`;
}

export async function verifyRecord(frm) {
	const args = { escalation: frm.doc.name };
	const found = await call(`${API}verify`, args, { type: "GET" }).catch((refusal) => {
		tell(refusal);
		return null;
	});
	if (!found) return;
	frappe.msgprint({
		title: __("The record of this case"),
		message: paragraphs([found.sentence, ...found.findings.map((finding) => finding.sentence)]),
		indicator: found.valid ? "green" : found.state === "broken" ? "red" : "orange",
	});
}

// The whole site, for those who look after it: whatever cases they may see.
export async function checkAll(listview) {
	const found = await call(`${API}verify_all`, {}).catch((refusal) => {
		tell(refusal);
		return null;
	});
	if (!found) return;
	frappe.show_alert({
		message: escape(found.sentence),
		indicator: found.verdict === "valid" ? "green" : "red",
	});
	listview.refresh();
}

export async function openRedactDialog(frm) {
	const args = { escalation: frm.doc.name };
	const choices = await call(`${API}redactable`, args, { type: "GET" }).catch((refusal) => {
		tell(refusal);
		return [];
	});
	if (!choices.length) return;
	const dialog = new frappe.ui.Dialog({
		title: __("Redact"),
		fields: fields(choices, () => offerCells(dialog, choices)),
		primary_action_label: __("Redact for good"),
		primary_action: (values) => redact(frm, dialog, values),
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
	offerCells(dialog, choices);
}

function fields(choices, changed) {
	return [
		{
			fieldname: "about",
			fieldtype: "HTML",
			options: paragraphs([
				__(
					"The text goes for good, from earlier versions too. In its place stands who redacted it, when and why, and the log says so. Attached files, copies already sent and backups are not changed."
				),
			]),
		},
		{ fieldname: "problem", fieldtype: "HTML" },
		{
			fieldname: "row",
			fieldtype: "Select",
			label: __("Where is it?"),
			options: choices.map((choice) => ({ value: choice.row, label: choice.label })),
			default: choices[0].row,
			reqd: 1,
			change: changed,
		},
		{ fieldname: "cells", fieldtype: "HTML" },
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Why?"),
			description: __("It stays in the record for everybody who may see the case. Name nobody."),
			reqd: 1,
		},
	];
}

function offerCells(dialog, choices) {
	const choice = choices.find((each) => each.row === dialog.get_value("row")) || choices[0];
	const boxes = choice.cells.map(
		({ cell, label }) =>
			`<div class="checkbox"><label><input type="checkbox" data-cell="${escape(cell)}"${
				choice.cells.length === 1 ? " checked" : ""
			}> ${escape(label)}</label></div>`
	);
	dialog
		.get_field("cells")
		.$wrapper.html(
			`<fieldset><legend class="control-label">${escape(__("What of it?"))}</legend>${boxes.join("")}</fieldset>`
		);
}

async function redact(frm, dialog, { row, reason }) {
	const cells = dialog
		.get_field("cells")
		.$wrapper.find("input:checked")
		.get()
		.map((box) => box.dataset.cell);
	if (!cells.length) {
		showRefusal(dialog, { lines: [__("Tick what is to be redacted.")] });
		return;
	}
	const args = { escalation: frm.doc.name, row, reason, cells };
	const done = await call(`${API}redact`, args).catch((refusal) => {
		showRefusal(dialog, refusal);
		return null;
	});
	if (!done) return;
	dialog.hide();
	tellWhereElse(done.also_in);
	bringUpToDate(frm);
}

function tellWhereElse(places) {
	if (!places.length) {
		frappe.show_alert({ message: __("Redacted. It is in the log."), indicator: "green" });
		return;
	}
	frappe.msgprint({
		title: __("Redacted. It is in the log."),
		message: paragraphs([
			__("The same words also stand here. Look whether they must go too:"),
			...places,
		]),
		indicator: "orange",
	});
}
