// The form of a Calendar Change: what would move, before it is applied; what moved, afterwards.
import { call } from "./server";
import { escape, paragraphs } from "./text";

const API = "safeguarding_escalation.api.calendar.";

export function refresh(frm) {
	const area = frm.get_field("preview").$wrapper;
	if (frm.is_new()) {
		area.html(
			`<p class="sg-quiet">${escape(__("Save it to see which dates would move. Nothing moves before you apply it."))}</p>`
		);
		if (!frm.doc.board && !frm.doc.nation) suggestBoard(frm);
		return undefined;
	}
	if (frm.doc.state === "Draft") return showPreview(frm, area);
	frm.disable_save();
	if (frm.doc.state === "Applied" && frm.doc.kind !== "Withdrawn closure") {
		frm.add_custom_button(__("Withdraw"), () => withdraw(frm));
	}
	return showMoved(frm, area);
}

async function suggestBoard(frm) {
	const boards = await frappe.db.get_list("Safeguarding Board", { filters: { disabled: 0 }, limit: 2 });
	if (boards.length === 1 && frm.is_new()) frm.set_value("board", boards[0].name);
}

async function showPreview(frm, area) {
	area.html(`<p class="sg-quiet">${escape(__("Working out what would move …"))}</p>`);
	const found = await call(`${API}preview`, { change: frm.doc.name }, { type: "GET" }).catch((refusal) => {
		area.html(problem(refusal.lines));
		return null;
	});
	if (!found) return;
	area.html(`<div class="sg-calendar">${paragraphs(summary(found))}${table(found.rows)}</div>`);
	frm.remove_custom_button(__("Apply"));
	frm.add_custom_button(__("Apply"), () => confirm(frm, found)).addClass("btn-primary");
}

function summary(found) {
	if (!found.cases) return [__("No open date would move.")];
	const lines = [
		__("{0} dates in {1} cases would move. Dates that were met, ended or are past due stay.", [
			found.clocks + found.local_targets,
			found.cases,
		]),
	];
	if (found.local_targets) {
		lines.push(__("{0} of them are local targets, not policy.", [found.local_targets]));
	}
	if (found.hidden_cases) {
		lines.push(
			__("{0} of these cases you may not read; they are counted here and move too.", [
				found.hidden_cases,
			])
		);
	}
	return lines;
}

function table(rows) {
	if (!rows.length) return "";
	const cells = rows.map(
		(
			row
		) => `<tr><td><a href="/app/escalation/${encodeURIComponent(row.escalation)}">${escape(row.reference)}</a></td>
			<td>${escape(row.label)}${row.kind === "local target" ? ` <span class="sg-quiet">${escape(__("not policy"))}</span>` : ""}</td>
			<td>${escape(row.owed_by)}</td><td>${escape(row.old_text)}</td><td><b>${escape(row.new_text)}</b></td></tr>`
	);
	const heads = [
		__("Escalation"),
		__("What is due"),
		__("Owed by"),
		__("Due until now"),
		__("Would be due"),
	];
	return `<div class="table-responsive"><table class="table table-bordered sg-calendar__table">
		<caption class="sr-only">${escape(__("Dates that would move"))}</caption>
		<thead><tr>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join("")}</tr></thead>
		<tbody>${cells.join("")}</tbody></table></div>`;
}

function problem(lines) {
	return `<div class="sg-banner sg-banner--danger" role="alert">${paragraphs(lines)}</div>`;
}

function confirm(frm, found) {
	const dialog = new frappe.ui.Dialog({
		title: __("Apply this change of the working days"),
		fields: [
			{ fieldname: "problem", fieldtype: "HTML" },
			{
				fieldname: "about",
				fieldtype: "HTML",
				options: paragraphs([
					...summary(found),
					__("Each case's log keeps both dates, and those who owe a date that moves get a mail."),
					__("An applied change is never edited. It can be withdrawn for the days to come."),
				]),
			},
		],
		primary_action_label: __("Apply"),
		primary_action: async () => {
			const args = { change: frm.doc.name, digest: found.digest };
			try {
				await call(`${API}apply`, args);
			} catch (refusal) {
				dialog.get_field("problem").$wrapper.html(problem(refusal.lines));
				if (refusal.kind === "PreviewOutdated") {
					dialog.hide();
					frappe.msgprint({ title: refusal.title, message: paragraphs(refusal.lines) });
					frm.reload_doc();
				}
				return;
			}
			dialog.hide();
			frappe.show_alert({ message: __("Applied."), indicator: "green" });
			frm.reload_doc();
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}

async function showMoved(frm, area) {
	const rows = await call(`${API}moved`, { change: frm.doc.name }, { type: "GET" }).catch(() => []);
	const state = frm.doc.finished_at
		? __("{0} cases had dates that moved.", [frm.doc.cases_moved])
		: __("The cases are being worked through; those who owe a date are told.");
	const items = rows.map(
		(
			row
		) => `<li><a href="/app/escalation/${encodeURIComponent(row.escalation)}">${escape(row.reference)}</a>
			${paragraphs(row.note.split("\n").slice(1))}</li>`
	);
	area.html(`<div class="sg-calendar">${paragraphs([state])}<ul>${items.join("")}</ul></div>`);
}

function withdraw(frm) {
	frappe.prompt(
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Why?"), reqd: 1 },
		async ({ reason }) => {
			const made = await call(`${API}withdraw`, { change: frm.doc.name, reason }).catch((refusal) => {
				frappe.msgprint({ title: refusal.title, message: paragraphs(refusal.lines) });
				return null;
			});
			if (made) frappe.set_route("Form", frm.doctype, made.change);
		},
		__("Withdraw: the days to come count again"),
		__("Make the change")
	);
}
