// Send copy: one dialog for everybody who is owed one. With an account: access and a link. Without: a file to send by
// one's own secure email, and in a second step that it was sent.
import { bringUpToDate, showRefusal } from "./record_dialog";
import { chosenHtml, personWords, proposalHtml } from "./copies_rows";
import { sentFields, sendStepHtml } from "./copies_sent";
import { call } from "./server";
import { escape } from "./text";

export const API = "safeguarding_escalation.api.copies.";

// `duty` is the key of one copy that is owed: the dialog is then about that one, and the standing ones.
export async function openSendCopy(frm, duty = "") {
	const escalation = frm.doc.name;
	let proposals;
	try {
		proposals = await call(`${API}proposed`, { escalation }, { type: "GET" });
	} catch (refusal) {
		frappe.msgprint({ title: escape(refusal.title), message: escape(refusal.lines.join(" ")) });
		return null;
	}
	const shown = proposals.filter((row) => !duty || row.key === duty || row.standing);
	const state = { frm, duty, rows: shown.map(stateOf), others: [] };
	const dialog = new frappe.ui.Dialog({
		title: __("Send copy"),
		size: "large",
		fields: fieldsOf(state),
		primary_action_label: __("Prepare the copies"),
		primary_action: () => send(state, dialog),
	});
	dialog.$wrapper.addClass("sg-dialog sg-copies");
	state.dialog = dialog;
	dialog.show();
	draw(state);
	return dialog;
}

function stateOf(row) {
	const usable = row.candidates.filter((one) => !one.barred);
	return { ...row, chosen: !row.prepared && !row.withheld && usable.length > 0, who: 0, reason: "" };
}

function fieldsOf(state) {
	return [
		{ fieldname: "problem", fieldtype: "HTML" },
		{ fieldname: "proposals", fieldtype: "HTML" },
		{ fieldtype: "Section Break", label: __("Somebody else"), collapsible: 1 },
		{
			fieldname: "contact",
			fieldtype: "Link",
			options: "Safeguarding Contact",
			label: __("From the directory"),
			only_select: true,
			get_query: () => ({ filters: { to_date: ["is", "not set"] } }),
		},
		{ fieldtype: "Column Break" },
		{ fieldname: "name", fieldtype: "Data", label: __("Or a name") },
		{ fieldname: "role", fieldtype: "Data", label: __("Role") },
		{
			fieldname: "agency",
			fieldtype: "Link",
			options: "Partner Agency",
			label: __("Agency"),
			only_select: true,
		},
		{ fieldname: "address", fieldtype: "Data", label: __("Secure email address") },
		{ fieldtype: "Section Break" },
		{
			fieldname: "add",
			fieldtype: "Button",
			label: __("Add this recipient"),
			click: () => add(state),
		},
		{
			fieldname: "other_board",
			fieldtype: "Button",
			label: __("Add the other board"),
			hidden: state.frm.doc.out_of_area_board ? 0 : 1,
			click: () => addKnown(state),
		},
		{ fieldname: "others", fieldtype: "HTML" },
	];
}

function draw(state) {
	const { dialog, rows, others } = state;
	const none = `<p class="sg-quiet">${escape(__("The policy asks for no copy now."))}</p>`;
	const html = rows.map((row, index) => proposalHtml(row, index)).join("") || none;
	const area = dialog.get_field("proposals").$wrapper.html(`<ul class="sg-copies__list">${html}</ul>`);
	area.off(".copies")
		.on("change.copies", "[data-copy=tick]", (event) => {
			rows[event.target.dataset.index].chosen = event.target.checked;
			draw(state);
		})
		.on("change.copies", "[data-copy=who]", (event) => {
			rows[event.target.dataset.index].who = Number(event.target.value);
			draw(state);
		})
		.on("change.copies", "[data-copy=format]", (event) => {
			rows[event.target.dataset.index].file_format = event.target.value;
		})
		.on("input.copies", "[data-copy=reason]", (event) => {
			rows[event.target.dataset.index].reason = event.target.value;
		})
		.on("input.copies", "[data-copy=address]", (event) => {
			rows[event.target.dataset.index].address = event.target.value;
		})
		.on("input.copies", "[data-copy=name]", (event) => {
			rows[event.target.dataset.index].name = event.target.value;
		});
	const chosen = others.map((row, index) => chosenHtml(row, index)).join("");
	dialog
		.get_field("others")
		.$wrapper.html(chosen ? `<ul class="sg-copies__list">${chosen}</ul>` : "")
		.off(".copies")
		.on("click.copies", "[data-copy=remove]", (event) => {
			others.splice(Number(event.currentTarget.dataset.index), 1);
			draw(state);
		})
		.on("change.copies", "[data-copy=format]", (event) => {
			others[event.target.dataset.index].file_format = event.target.value;
		})
		.on("change.copies", "[data-copy=continuing]", (event) => {
			others[event.target.dataset.index].continuing = event.target.checked ? 1 : 0;
		});
}

async function add(state) {
	const { dialog } = state;
	const values = dialog.get_values(true) || {};
	if (values.contact) {
		if (!(await addKnown(state, values.contact))) return;
	} else if (values.name || values.role) {
		const { name, role, agency, address } = values;
		addOnce(state, { contact: "", name, role, agency, address, secure: false, account: false });
	}
	await dialog.set_values({ contact: "", name: "", role: "", agency: "", address: "" });
	draw(state);
}

// Somebody whom the server knows: of the directory, or without a contact the other board of an adult out of area.
export async function known(frm, dialog, contact) {
	try {
		return await call(`${API}recipient`, { escalation: frm.doc.name, contact }, { type: "GET" });
	} catch (refusal) {
		showRefusal(dialog, refusal);
		return null;
	}
}

async function addKnown(state, contact) {
	const found = await known(state.frm, state.dialog, contact);
	if (!found) return false;
	addOnce(state, { ...found, continuing: 0 });
	draw(state);
	return true;
}

// Nobody gets two of the same: who is ticked above, or was added before, is not added again.
function addOnce({ dialog, rows, others }, one) {
	const same = (other) =>
		one.contact
			? other.contact === one.contact
			: !other.contact && personWords(other) === personWords(one);
	const ticked = rows.filter((row) => row.chosen).map((row) => row.candidates[row.who] || {});
	if ([...ticked, ...others].some(same)) {
		const words = __("{0} is among those who get a copy already.", [personWords(one)]);
		showRefusal(dialog, { lines: [words] });
		return;
	}
	dialog.get_field("problem").$wrapper.empty();
	others.push(one);
}

function argumentsOf({ frm, duty, rows, others }) {
	const recipients = rows
		.filter((row) => row.chosen)
		.map((row) => {
			const who = row.candidates[row.who] || {};
			const to = who.contact
				? { contact: who.contact }
				: {
						name: row.name ?? who.name,
						role: who.role,
						agency: who.agency,
						address: row.address ?? who.address,
					};
			return { duty: row.key, ...to, print_format: row.print_format, file_format: row.file_format };
		});
	const more = others.map(({ contact, name, role, agency, address, continuing, file_format }) =>
		contact ? { contact, continuing, file_format } : { name, role, agency, address, file_format }
	);
	const left = rows
		.filter((row) => !row.chosen && row.reason)
		.map((row) => ({ duty: row.key, reason: row.reason }));
	return { escalation: frm.doc.name, duty, recipients: [...recipients, ...more], left_out: left };
}

async function send(state, dialog) {
	const { contact, name, role, address } = dialog.get_values(true) || {};
	if (contact || name || role || address) {
		const words = __("Somebody else is filled in, and not added. Add them, or empty the boxes.");
		showRefusal(dialog, { lines: [words] });
		return;
	}
	dialog.get_primary_btn().prop("disabled", true);
	let answer;
	try {
		answer = await call(`${API}send`, argumentsOf(state));
	} catch (refusal) {
		showRefusal(dialog, refusal);
		return;
	} finally {
		dialog.get_primary_btn().prop("disabled", false);
	}
	dialog.hide();
	bringUpToDate(state.frm);
	openSecondStep(state.frm, answer.prepared);
}

// What is left to do by hand: download, send by one's own secure email, and record that it went.
export function openSecondStep(frm, prepared) {
	if (!prepared.length) {
		frappe.show_alert({ message: __("Recorded."), indicator: "green" });
		return;
	}
	const files = prepared.filter((one) => !one.account);
	const dialog = new frappe.ui.Dialog({
		title: files.length ? __("Send the files, then record it") : __("Copies prepared"),
		size: "large",
		fields: [
			{ fieldname: "problem", fieldtype: "HTML" },
			{ fieldname: "prepared", fieldtype: "HTML" },
			...(files.length ? sentFields() : []),
		],
		primary_action_label: files.length ? __("Record as sent") : __("Close"),
		primary_action: (values) => recordSent(frm, dialog, files, values),
	});
	dialog.$wrapper.addClass("sg-dialog sg-copies");
	dialog.get_field("prepared").$wrapper.html(sendStepHtml(frm.doc.name, prepared));
	dialog.show();
}

async function recordSent(frm, dialog, files, { method, sent_at, evidence }) {
	const ticked = dialog.$wrapper
		.find("[data-copy=sent]:checked")
		.get()
		.map((box) => box.value);
	try {
		for (const { copy } of files.filter((one) => ticked.includes(one.copy))) {
			await call(`${API}record_sent`, { escalation: frm.doc.name, copy, method, sent_at, evidence });
		}
	} catch (refusal) {
		showRefusal(dialog, refusal);
		return;
	}
	dialog.hide();
	if (files.length) {
		const words = ticked.length
			? __("{0} recorded as sent.", [ticked.length])
			: __("Nothing is recorded as sent yet: the copies stay owed.");
		frappe.show_alert({ message: words, indicator: ticked.length ? "green" : "orange" });
	}
	bringUpToDate(frm);
}
