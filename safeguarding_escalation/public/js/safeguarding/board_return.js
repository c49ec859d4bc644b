// The form of a Board Return: its figures with their definitions, from a figure to its rows, files, issuing.
import { call } from "./server";
import { escape } from "./text";

const API = "safeguarding_escalation.api.returns.";

export async function refresh(frm) {
	const area = frm.get_field("figures_html").$wrapper;
	if (frm.is_new()) {
		area.html(
			`<p class="sg-quiet">${escape(__("Choose the board and a day of the period, and save: the figures are counted then."))}</p>`
		);
		return;
	}
	if (frm.doc.status === "Issued") frm.disable_form();
	await show(frm, area, frm.returnVersion || "internal");
}

async function show(frm, area, version) {
	frm.returnVersion = version;
	const found = await call(`${API}show`, { name: frm.doc.name, version }, { type: "GET" }).catch(
		(refusal) => {
			area.html(`<p role="alert">${refusal.lines.map(escape).join("<br>")}</p>`);
			return null;
		}
	);
	if (!found) return;
	area.html(`<div class="sg-return">${heading(found)}${found.sections.map(section).join("")}
		${late(found)}${year(found.year)}</div>`);
	area.find("[data-version]").on("click", (event) => show(frm, area, event.currentTarget.dataset.version));
	area.find("[data-cell]").on("click", (event) => rows(frm, event.currentTarget.dataset.cell));
	buttons(frm, found, area);
}

function heading(found) {
	const other = found.version === "internal" ? "published" : "internal";
	const words = {
		internal: __("Internal version: not for publication. It has counts under five."),
		published: __("Published version: counts under five are left out."),
	};
	const offer = { internal: __("Show the internal version"), published: __("Show the published version") };
	return `<div class="sg-return__head"><p><b>${escape(words[found.version])}</b></p>
		<p>${escape(found.scope)}. ${escape(found.board)}, ${escape(found.period)}. ${escape(found.policy.title)}</p>
		${found.mark ? `<p>${escape(found.mark)}</p>` : ""}
		<button type="button" class="btn btn-default btn-sm" data-version="${other}">${escape(offer[other])}</button>
		${found.asked.length ? asked(found.asked) : ""}</div>`;
}

function asked(columns) {
	const lines = columns.map((each) => `<li>“${escape(each.column)}”: ${escape(each.where)}</li>`);
	return `<p>${escape(__("The policy asks for:"))}</p><ul>${lines.join("")}</ul>`;
}

function section(each) {
	return `<section><h3>${escape(each.title)}</h3>${each.tables.map(table).join("")}</section>`;
}

function table(each) {
	const heads = each.columns.map((column) => `<th scope="col">${escape(column)}</th>`).join("");
	const body = each.rows.map((row) => line(row, each.columns)).join("");
	const about = each.title
		? `<h4>${escape(each.title)}</h4><p class="sg-quiet">${escape(definition(each))}</p>`
		: "";
	const figures = each.rows.length
		? `<table class="sg-return__table"><thead><tr><th scope="col">${escape(each.of_rows || __("Figure"))}</th>${heads}</tr></thead><tbody>${body}</tbody></table>`
		: `<p class="sg-quiet">${escape(__("None."))}</p>`;
	return `${about}${figures}${each.note ? `<p>${escape(each.note)}</p>` : ""}`;
}

function definition(each) {
	return `${each.definition} ${__("Counted: {0}, {1}.", [each.counts, each.dated])} ${each.source}`;
}

function line(row, columns) {
	const about = row.about
		? `<span class="sg-quiet sg-return__about">${escape(definition(row.about))}</span>`
		: "";
	const clause = row.clause ? ` <span class="sg-quiet">${escape(row.clause)}</span>` : "";
	const cells = row.cells
		.map((cell, place) => `<td data-label="${escape(columns[place])}">${number(cell, row.label)}</td>`)
		.join("");
	return `<tr><th scope="row">${escape(row.label)}${clause}${about}</th>${cells}</tr>`;
}

function number(cell, label) {
	if (!cell.cell || !cell.value) return escape(cell.text);
	const said = __("{0}: {1}. Show the escalations.", [label, cell.text]);
	return `<button type="button" class="btn btn-link sg-return__number" data-cell="${escape(cell.cell)}" aria-label="${escape(said)}">${escape(cell.text)}</button>`;
}

function late(found) {
	const title = `<h3>${escape(__("Corrected since it was issued"))}</h3>`;
	if (!found.late.length) {
		return `<section>${title}<p>${escape(__("Nothing of an earlier return has changed."))}</p></section>`;
	}
	return `<section>${title}${found.late.map(lateReturn).join("")}</section>`;
}

function lateReturn(each) {
	if (each.titles !== undefined) return `<p><b>${escape(each.period)}</b>: ${escape(each.titles)}</p>`;
	const lines = each.lines
		.map(
			(row) =>
				`<tr><th scope="row">${escape(row.figure)}</th><td data-label="${escape(__("Was"))}">${row.was}</td><td data-label="${escape(__("Is"))}">${row.now}</td><td data-label="${escape(__("Change"))}">${escape(row.change)}</td></tr>`
		)
		.join("");
	return `<p><b>${escape(each.period)}</b>: ${escape(__("entered or corrected since in {0} escalations.", [each.cases]))}</p>
		<table class="sg-return__table"><thead><tr><th scope="col">${escape(__("Figure"))}</th><th scope="col">${escape(__("Was"))}</th><th scope="col">${escape(__("Is"))}</th><th scope="col">${escape(__("Change"))}</th></tr></thead><tbody>${lines}</tbody></table>`;
}

function year(found) {
	if (!found) return "";
	const title = `<h3>${escape(__("How the year follows from its quarters"))}</h3>`;
	if (found.missing.length) {
		return `<section>${title}<p>${escape(__("Not yet: no return is issued of {0}.", [found.missing.join(", ")]))}</p></section>`;
	}
	const heads = [
		__("First"),
		__("Second"),
		__("Third"),
		__("Fourth"),
		__("Corrected since"),
		__("In several quarters"),
		__("Settled later"),
		__("Year"),
		__("Left"),
	];
	const lines = found.lines.map((row) => {
		const values = [...row.quarters, row.late, row.twice, row.settled, row.year, row.left];
		const cells = values.map((value, place) => `<td data-label="${escape(heads[place])}">${value}</td>`);
		return `<tr><th scope="row">${escape(row.figure)}</th>${cells.join("")}</tr>`;
	});
	return `<section>${title}<table class="sg-return__table"><thead><tr><th scope="col">${escape(__("Figure"))}</th>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join("")}</tr></thead><tbody>${lines.join("")}</tbody></table></section>`;
}

async function rows(frm, cell) {
	const found = await call(`${API}rows`, { name: frm.doc.name, cell }, { type: "GET" });
	const hidden = found.hidden ? __("{0} of them you may not open.", [found.hidden]) : "";
	const said = found.count === 1 ? __("1 escalation.") : __("{0} escalations.", [found.count]);
	const lines = found.rows.map(
		(row) =>
			`<li><a href="/app/escalation/${encodeURIComponent(row.name)}">${escape(row.reference)}</a> ${escape(row.stage_label || row.workflow_state)}</li>`
	);
	frappe.msgprint({
		title: __("As counted now"),
		message: `<p>${escape(`${said} ${hidden}`)}</p><ul>${lines.join("")}</ul>${found.more ? `<p>${escape(__("and {0} more", [found.more]))}</p>` : ""}`,
	});
}

function buttons(frm, found, area) {
	frm.clear_custom_buttons();
	for (const version of ["internal", "published"]) {
		const group = version === "internal" ? __("Internal version") : __("Published version");
		frm.add_custom_button(__("PDF"), () => download("pdf", { name: frm.doc.name, version }), group);
		for (const kind of ["csv", "xlsx"]) {
			const given = { name: frm.doc.name, version, kind };
			frm.add_custom_button(kind.toUpperCase(), () => download("export", given), group);
		}
	}
	if (found.status !== "Draft" || !found.may_write) return;
	frm.add_custom_button(__("Texts of escalations"), () => texts(frm));
	frm.add_custom_button(__("Count again"), async () => {
		const done = await call(`${API}recount`, { name: frm.doc.name });
		frappe.show_alert(done.changed ? __("Figures have changed.") : __("Nothing has changed."));
		await frm.reload_doc();
	});
	frm.add_custom_button(__("Issue"), () => issue(frm, area)).addClass("btn-primary");
}

function download(what, given) {
	window.open(`/api/method/${API}${what}?${new URLSearchParams(given)}`);
}

async function issue(frm) {
	if (frm.is_dirty()) await frm.save();
	frappe.confirm(
		__(
			"Issue this return? It stays as it is from then on; what is corrected later is listed in the next one."
		),
		async () => {
			const done = await call(`${API}issue`, { name: frm.doc.name }).catch((refusal) => {
				frappe.msgprint(refusal.lines.map(escape).join("<br>"));
				return null;
			});
			if (done) await frm.reload_doc();
		}
	);
}

async function texts(frm) {
	if (frm.is_dirty()) await frm.save();
	const found = await call(`${API}texts`, { name: frm.doc.name }, { type: "GET" });
	if (!found.length) {
		frappe.msgprint(__("No escalation of the period that you may read has such a text."));
		return;
	}
	const label = (each) => `${each.reference}: ${each.label}`;
	const dialog = new frappe.ui.Dialog({
		title: __("Put it in words that name nobody"),
		fields: [
			{
				fieldname: "which",
				fieldtype: "Select",
				label: __("Text"),
				options: found.map(label).join("\n"),
				reqd: 1,
				change: () => choose(),
			},
			{ fieldname: "original", fieldtype: "Small Text", label: __("As recorded"), read_only: 1 },
			{ fieldname: "names", fieldtype: "Data", label: __("It names"), read_only: 1 },
			{ fieldname: "words", fieldtype: "Text", label: __("In your words"), reqd: 1 },
		],
		primary_action_label: __("Add to the return"),
		primary_action: async ({ which, words }) => {
			const each = found.find((one) => label(one) === which);
			const given = { name: frm.doc.name, escalation: each.escalation, field: each.field, words };
			const done = await call(`${API}adopt`, given).catch((refusal) => {
				frappe.msgprint(refusal.lines.map(escape).join("<br>"));
				return null;
			});
			if (!done) return;
			dialog.hide();
			await frm.reload_doc();
		},
	});
	function choose() {
		const each = found.find((one) => label(one) === dialog.get_value("which"));
		if (!each) return;
		dialog.set_values({
			original: each.text,
			names: each.names.join(", ") || __("nobody that we know of"),
			words: "",
		});
	}
	dialog.show();
}
