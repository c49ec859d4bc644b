// Who has looked at the case: in the form's menu, for those whom the server says may ask.
import { call } from "./server";
import { escape, showMoment } from "./text";

const METHOD = "safeguarding_escalation.api.audit.who_has_looked";

export function offerWhoLooked(frm) {
	if (!frm.doc.__onload || !frm.doc.__onload.who_looked) return;
	frm.page.add_menu_item(__("Who has looked"), () => open(frm));
}

async function open(frm) {
	const dialog = new frappe.ui.Dialog({ title: __("Who has looked"), size: "extra-large" });
	dialog.$body.html(`<p>${escape(__("One moment"))}</p>`);
	dialog.show();
	try {
		dialog.$body.html(table(await call(METHOD, { escalation: frm.doc.name })));
	} catch (refusal) {
		dialog.$body.html(refusal.lines.map((line) => `<p>${escape(line)}</p>`).join(""));
	}
}

function table(rows) {
	const titles = [
		__("When"),
		__("Who"),
		__("Agency"),
		__("What was done"),
		__("Through what"),
		__("From where"),
	];
	const head = titles.map((title) => `<th scope="col">${escape(title)}</th>`).join("");
	const lines = rows.map((row) => {
		const cells = [
			showMoment(String(row.at || "").replace(" ", "T")),
			row.contact_name || row.user,
			row.agency,
			__(row.action),
			row.what,
			row.from_where,
		];
		return `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`;
	});
	return `<div class="table-responsive"><table class="table table-sm"><thead><tr>${head}</tr></thead><tbody>${lines.join(
		""
	)}</tbody></table></div>`;
}
