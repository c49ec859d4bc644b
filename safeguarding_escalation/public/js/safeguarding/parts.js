// What the sections of the process and their short dialogs are made of: a block, its buttons, the fields of a question.
import { escape } from "./text";

export function button(what, label, index = "") {
	return `<button type="button" class="btn btn-xs btn-default" data-sg="${what}" data-index="${index}">${escape(label)}</button> `;
}

export function section(name, heading, inner) {
	return `<section class="sg-block sg-${name}" aria-label="${escape(heading)}">
		<h3 class="sg-heading">${escape(heading)}</h3>${inner}</section>`;
}

export const day = (fieldname, label, more = {}) => ({ fieldname, fieldtype: "Date", label, ...more });
export const words = (fieldname, label, more = {}) => ({
	fieldname,
	fieldtype: "Small Text",
	label,
	...more,
});
export const choice = (fieldname, label, options, more = {}) => ({
	fieldname,
	fieldtype: "Select",
	label,
	options,
	...more,
});
export const person = (fieldname, label, more = {}) => ({
	fieldname,
	fieldtype: "Link",
	options: "Safeguarding Contact",
	label,
	only_select: true,
	...more,
});

// When it happened: now, unless somebody says otherwise.
export const happened = () => ({
	fieldname: "occurred_at",
	fieldtype: "Datetime",
	label: __("When?"),
	default: frappe.datetime.now_datetime(),
	reqd: 1,
});

// What the dialog is about, above its questions.
export const about = (text) => ({
	fieldname: "about",
	fieldtype: "HTML",
	options: `<p>${escape(text)}</p>`,
});
