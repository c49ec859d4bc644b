// Keeping a case: legal hold, the review's decision, and anonymising it after a dry run that shows what would go.
import { call } from "./server";
import { escape, paragraphs, showDay } from "./text";

const API = "safeguarding_escalation.api.retention.";

// The form's menu, for those whom the server lets decide about this case.
export async function offer(frm) {
	const { may_redact: decides } = (frm.doc.__onload || {}).panel || {};
	if (frm.is_new() || !decides) return;
	const name = frm.doc.name;
	let state;
	try {
		state = await call(`${API}state`, { escalation: name });
	} catch {
		return; // not theirs to decide: nothing is offered, and nothing needs saying
	}
	if (frm.doc.name !== name) return;
	const group = __("Keeping the record");
	const add = (label, run) => frm.add_custom_button(label, run, group);
	const again = () => frm.reload_doc();
	if (state.legal_hold) {
		const title = __("Lift the legal hold");
		add(title, () => reasoned(title, "lift_hold", name, again));
	} else if (!state.anonymised) {
		add(__("Legal hold"), () => reasoned(__("Legal hold"), "hold", name, again));
	}
	if (!state.ended || state.anonymised) return;
	add(__("Keep longer"), () => keepLonger([name], again));
	if (!state.legal_hold) add(__("Anonymise"), () => anonymiseOne(state, again));
}

// The review list's buttons, for the rows that are ticked.
export function review(report) {
	const again = () => report.refresh();
	const add = (label, run) =>
		report.page.add_inner_button(label, () => {
			const names = ticked(report);
			if (names.length) run(names);
			else frappe.show_alert({ message: __("Tick the cases first."), indicator: "orange" });
		});
	add(__("Keep longer"), (names) => keepLonger(names, again));
	add(__("Decide: anonymise"), (names) => decideMany(names, again));
	add(__("Anonymise"), (names) => anonymiseMany(names, again));
}

function ticked(report) {
	const rows = report.datatable ? report.datatable.rowmanager.getCheckedRows() : [];
	return rows.map((index) => report.data[index].name);
}

const REASON = { fieldname: "reason", fieldtype: "Small Text", reqd: 1 };

function reasonField() {
	return {
		...REASON,
		label: __("Why?"),
		description: __("It stays with the case. Leave out the names of people."),
	};
}

function open(title, fields, run, label = title) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [{ fieldname: "problem", fieldtype: "HTML" }, ...fields],
		primary_action_label: label,
		primary_action: async (values) => {
			try {
				await run(values);
				dialog.hide();
			} catch (refusal) {
				dialog.fields_dict.problem.$wrapper.html(
					`<div class="sg-banner sg-banner--danger" role="alert">${paragraphs(refusal.lines || [String(refusal)])}</div>`
				);
			}
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
	return dialog;
}

function reasoned(title, method, escalation, again) {
	open(title, [reasonField()], async ({ reason }) => {
		await call(API + method, { escalation, reason }, { freeze: true });
		again();
	});
}

function keepLonger(names, again) {
	const until = { fieldname: "until", fieldtype: "Date", label: __("Until"), reqd: 1 };
	open(__("Keep longer"), [until, reasonField()], async (values) => {
		await each(names, { ...values, decision: "Retain", problem: undefined });
		again();
	});
}

function decideMany(names, again) {
	open(__("Decide: anonymise"), [reasonField()], async ({ reason }) => {
		await each(names, { reason, decision: "Anonymise" });
		again();
	});
}

async function each(names, given) {
	for (const escalation of names) {
		await call(`${API}decide`, { escalation, ...given }, { freeze: true });
	}
}

function anonymiseOne(state, again) {
	const order = {
		fieldname: "order",
		fieldtype: "Data",
		label: __("Order"),
		description: __(
			"Kept until {0}. Before that only by a court's order or an erasure decision: which?",
			[showDay(state.kept_until)]
		),
	};
	const early = state.kept_until >= frappe.datetime.get_today();
	open(
		__("Anonymise"),
		[reasonField(), ...(early ? [order] : [])],
		async ({ reason, order: ordered }) => {
			const given = { escalation: state.escalation, reason, order: ordered || null };
			const found = await call(`${API}anonymise`, { ...given, dry_run: 1 }, { freeze: true });
			confirmOne(state, given, found, again);
		},
		__("Show what would go")
	);
}

function confirmOne(state, given, found, again) {
	const typed = {
		fieldname: "typed",
		fieldtype: "Data",
		reqd: 1,
		label: __("Type the reference {0} to go on", [state.reference]),
	};
	open(
		__("What would go"),
		[{ fieldname: "what", fieldtype: "HTML", options: tableHtml(found) }, typed],
		async (values) => {
			if (String(values.typed).trim() !== state.reference) {
				throw { lines: [__("That is not the reference.")] };
			}
			await call(`${API}anonymise`, { ...given, dry_run: 0, expected: found.digest }, { freeze: true });
			frappe.show_alert({ message: __("Anonymised."), indicator: "green" });
			again();
		},
		__("Anonymise for good")
	);
}

function tableHtml(found) {
	const rows = found.tables
		.map(
			(row) =>
				`<tr><td>${escape(row.table)}</td><td>${escape(row.action === "delete" ? __("deleted") : __("emptied"))}</td><td class="text-right">${escape(
					row.rows
				)}</td><td>${escape(row.fields.join(", "))}</td></tr>`
		)
		.join("");
	const elsewhere = found.elsewhere.length
		? `<p>${escape(__("The names also stand elsewhere and stay there: {0}.", [found.elsewhere.map((row) => `${row.table} (${row.rows})`).join(", ")]))}</p>`
		: "";
	return `<p>${escape(
		__(
			"This cannot be undone. Dates, stages, deadlines and figures stay; backups hold the rest until they are rotated."
		)
	)}</p><table class="table table-bordered"><thead><tr><th>${escape(__("Table"))}</th><th>${escape(__("What"))}</th><th>${escape(
		__("Rows")
	)}</th><th>${escape(__("Fields"))}</th></tr></thead><tbody>${rows}</tbody></table>${elsewhere}`;
}

function anonymiseMany(names, again) {
	open(
		__("Anonymise"),
		[reasonField()],
		async ({ reason }) => {
			const found = await call(
				`${API}anonymise_many`,
				{ cases: names, reason, dry_run: 1 },
				{ freeze: true }
			);
			confirmMany(reason, found, again);
		},
		__("Show what would go")
	);
}

function confirmMany(reason, found, again) {
	const ready = found.cases.filter((row) => row.digest);
	const expected = Object.fromEntries(ready.map((row) => [row.escalation, row.digest]));
	const fields = [{ fieldname: "what", fieldtype: "HTML", options: manyHtml(found.cases) }];
	open(
		__("What would go"),
		fields,
		async () => {
			if (!ready.length) throw { lines: [__("None of these cases can be anonymised now.")] };
			const given = { cases: ready.map((row) => row.escalation), reason, dry_run: 0, expected };
			const done = await call(`${API}anonymise_many`, given, { freeze: true });
			frappe.msgprint({
				title: __("{0} anonymised, {1} refused", [done.done, done.refused]),
				message: manyHtml(done.cases),
			});
			again();
		},
		__("Anonymise {0} for good", [ready.length])
	);
}

function manyHtml(cases) {
	const rows = cases
		.map(
			(row) =>
				`<tr><td>${escape(row.reference || row.escalation)}</td><td>${escape(
					row.error || __("{0} rows, {1} files", [row.rows, row.files])
				)}</td></tr>`
		)
		.join("");
	return `<table class="table table-bordered"><tbody>${rows}</tbody></table>`;
}
