// Ready-worded letters: filled from the case, read and edited, then copied, or made a file that the register keeps.
import { API, known, openSecondStep } from "./copies";
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";

const KINDS = [
	["chase", () => __("Chase: an answer is overdue")],
	["referral", () => __("Referral: to a senior manager, the board or the Chair")],
	["confirmation", () => __("Confirmation: of the resolution, in writing")],
	["notice", () => __("Notice: the case has been escalated")],
];

// `about` names the clock that a chase is about; else it is the one that is late for longest.
export function openLetter(frm, kind = "", about = {}) {
	const refill = () => fill(frm, dialog, about);
	const dialog = new frappe.ui.Dialog({
		title: __("Write a letter"),
		size: "large",
		fields: fieldsOf(frm, kind, { refill, toBoard: () => toOtherBoard(frm, dialog) }),
		primary_action_label: __("Save as a copy to send"),
		primary_action: (values) => save(frm, dialog, values),
		secondary_action_label: __("Copy the text"),
		secondary_action: () => frappe.utils.copy_to_clipboard(dialog.get_value("text") || ""),
	});
	dialog.$wrapper.addClass("sg-dialog sg-copies");
	dialog.show();
	if (kind) fill(frm, dialog, about);
	return dialog;
}

function fieldsOf(frm, kind, { refill, toBoard }) {
	return [
		{ fieldname: "problem", fieldtype: "HTML" },
		{
			fieldname: "kind",
			fieldtype: "Select",
			label: __("Which letter?"),
			options: [
				{ value: "", label: "–" },
				...KINDS.map(([value, label]) => ({ value, label: label() })),
			],
			default: kind,
			reqd: 1,
			onchange: refill,
		},
		{
			fieldname: "name",
			fieldtype: "Data",
			label: __("Name of the person it is about"),
			description: __(
				"The letter gives the reference alone. Write a name only where the recipient is a party and needs it."
			),
			onchange: refill,
		},
		{ fieldtype: "Column Break" },
		{
			fieldname: "contact",
			fieldtype: "Link",
			options: "Safeguarding Contact",
			label: __("To whom? From the directory"),
			only_select: true,
		},
		{ fieldname: "to_name", fieldtype: "Data", label: __("Or a name") },
		{ fieldname: "role", fieldtype: "Data", label: __("Role") },
		{ fieldname: "address", fieldtype: "Data", label: __("Secure email address") },
		{
			fieldname: "other_board",
			fieldtype: "Button",
			label: __("To the other board"),
			hidden: frm.doc.out_of_area_board ? 0 : 1,
			click: toBoard,
		},
		{
			fieldname: "file_format",
			fieldtype: "Select",
			label: __("As a file"),
			options: ["PDF", "DOCX"],
			default: "PDF",
		},
		{ fieldtype: "Section Break" },
		{
			fieldname: "text",
			fieldtype: "Long Text",
			label: __("The letter"),
			description: __("Read it and change what you like. It is kept as you send it."),
		},
	];
}

async function toOtherBoard(frm, dialog) {
	const found = await known(frm, dialog);
	if (!found) return;
	await dialog.set_values({
		contact: "",
		to_name: found.name,
		role: found.role,
		address: found.address,
	});
}

async function fill(frm, dialog, about) {
	const { kind, name } = dialog.get_values(true) || {};
	if (!kind) return;
	dialog.get_field("problem").$wrapper.empty();
	try {
		const of = kind === "chase" ? about : {};
		const args = { escalation: frm.doc.name, kind, name: name || undefined, ...of };
		const found = await call(`${API}letter`, args, { type: "GET" });
		await dialog.set_value("text", found.text);
	} catch (refusal) {
		await dialog.set_value("text", "");
		showRefusal(dialog, refusal);
	}
}

async function save(frm, dialog, values) {
	const to = values.contact
		? { contact: values.contact }
		: { name: values.to_name, role: values.role, address: values.address };
	const label = KINDS.find(([value]) => value === values.kind)[1]();
	const { file_format } = values;
	const one = { ...to, letter: values.kind, text: values.text, what: label, file_format };
	let answer;
	try {
		answer = await call(`${API}send`, { escalation: frm.doc.name, recipients: [one], duty: "letter" });
	} catch (refusal) {
		showRefusal(dialog, refusal);
		return;
	}
	dialog.hide();
	bringUpToDate(frm);
	openSecondStep(frm, answer.prepared);
}
