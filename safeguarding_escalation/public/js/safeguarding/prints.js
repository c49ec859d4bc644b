// A print in another form than paper: a Word document, plain text to paste into another system, a blank paper form.
import { call } from "./server";
import { escape, paragraphs } from "./text";

const API = "safeguarding_escalation.api.";

export function offerPrints(frm) {
	if (frm.is_new()) return;
	frm.page.add_menu_item(__("Word document"), () => openWord(frm));
	frm.page.add_menu_item(__("Plain text to paste elsewhere"), () => openText(frm));
	if (frm.doc.board) frm.page.add_menu_item(__("Blank paper form"), () => openBlankForm(frm.doc.board));
}

// Opens the blank form of a board; without one asks for which.
export function openBlankForm(board) {
	if (board) {
		open("paper.blank_form", { board });
		return;
	}
	frappe.prompt(
		[boardField()],
		(values) => open("paper.blank_form", { board: values.board }),
		__("Blank paper form"),
		__("Print")
	);
}

function boardField() {
	return {
		fieldname: "board",
		fieldtype: "Link",
		options: "Safeguarding Board",
		label: __("Which board?"),
		description: __("Print it before it is needed, and keep it where the telephone is."),
		get_query: () => ({ filters: { disabled: 0 } }),
		reqd: 1,
	};
}

// The page that workspaces lead to.
export function paperPage(wrapper) {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Blank paper form"),
		single_column: true,
	});
	const print = (made_as) => {
		const values = wrapper.paper.get_values();
		if (values) open("paper.blank_form", { board: values.board, made_as });
	};
	const words = __(
		"For when the system cannot be reached: what the board's policy asks, its stages, its clocks and whom to ring. What is written on it is typed in afterwards, with its own times."
	);
	const body = $(`<div class="sg-paper-form"><p>${escape(words)}</p></div>`).appendTo(page.main);
	wrapper.paper = new frappe.ui.FieldGroup({
		body: body[0],
		fields: [
			boardField(),
			{ fieldname: "print", fieldtype: "Button", label: __("Print"), click: () => print("pdf") },
			{
				fieldname: "word",
				fieldtype: "Button",
				label: __("Word document"),
				click: () => print("word"),
			},
		],
	});
	wrapper.paper.make();
}

function openWord(frm) {
	frappe.prompt(
		[formatField(frm)],
		(values) => open("prints.word", { escalation: frm.doc.name, print_format: values.print_format }),
		__("Word document"),
		__("Download")
	);
}

function formatField(frm) {
	const known = frappe.meta.get_print_formats(frm.doctype).filter((name) => name !== "Standard");
	return {
		fieldname: "print_format",
		fieldtype: "Select",
		label: __("Which form?"),
		options: known,
		default: known.includes(frm.meta.default_print_format) ? frm.meta.default_print_format : known[0],
		reqd: 1,
	};
}

function openText(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Plain text to paste elsewhere"),
		size: "large",
		fields: [
			{ fieldname: "problem", fieldtype: "HTML" },
			{ ...formatField(frm), onchange: () => fill(frm, dialog) },
			{
				fieldname: "wrapped",
				fieldtype: "Check",
				label: __("Break long lines"),
				description: __("For a system that does not break them itself."),
				onchange: () => fill(frm, dialog),
			},
			{
				fieldname: "text",
				fieldtype: "Long Text",
				label: __("Text"),
				description: __("What you copy is confidential: paste it only into the person's own record."),
				read_only: 0,
			},
		],
		primary_action_label: __("Copy"),
		primary_action: (values) => copy(values.text),
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
	const { style } = dialog.get_field("text").$input[0];
	style.setProperty("height", "45vh", "important");
	style.setProperty("max-height", "none", "important");
	fill(frm, dialog);
}

function copy(text) {
	frappe.utils.copy_to_clipboard(text || "");
}

async function fill(frm, dialog) {
	const { print_format, wrapped } = dialog.get_values(true) || {};
	const asked = { escalation: frm.doc.name, print_format, wrapped: wrapped ? 1 : 0 };
	const key = JSON.stringify(asked);
	if (dialog.safeguarding_asked === key) return;
	dialog.safeguarding_asked = key;
	try {
		const answer = await call(`${API}prints.text`, asked);
		if (dialog.safeguarding_asked === key) await dialog.set_value("text", answer.text);
	} catch (refusal) {
		dialog.safeguarding_asked = null;
		dialog
			.get_field("problem")
			.$wrapper.html(
				`<div class="sg-banner sg-banner--danger" role="alert">${paragraphs(refusal.lines)}</div>`
			);
	}
}

function open(method, values) {
	const query = new window.URLSearchParams(values);
	window.open(`/api/method/${API}${method}?${query}`, "_blank", "noopener");
}
