// Another board takes the case, because the adult is in its area: which one, and why.
import { bringUpToDate, showRefusal } from "./record_dialog";
import { call } from "./server";
import { escape, paragraphs } from "./text";

export function boardHtml(frm, panel) {
	if (!panel.may_change_board) return "";
	return `<p class="sg-quiet">${escape(__("Board: {0}", [frm.doc.board]))}
		<button type="button" class="btn btn-xs btn-default" data-sg="board">${escape(
			__("Give to another board")
		)}</button></p>`;
}

// What becomes of each clock that runs, before anything is confirmed.
async function showFates(frm, dialog) {
	const area = dialog.get_field("fates").$wrapper;
	const board = dialog.get_value("board");
	area.empty();
	if (!board) return;
	const args = { escalation: frm.doc.name, board };
	const lines = await call("safeguarding_escalation.api.dates.board_change", args, { type: "GET" }).then(
		(found) => (found.length ? found.map((fate) => fate.text) : [__("No clock is running.")]),
		(refusal) => refusal.lines
	);
	if (dialog.get_value("board") === board) area.html(`<div class="sg-fates">${paragraphs(lines)}</div>`);
}

export function giveToBoard(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Give the case to another board"),
		fields: [
			{ fieldname: "problem", fieldtype: "HTML" },
			{
				fieldname: "about",
				fieldtype: "HTML",
				options: paragraphs([
					__(
						"What already runs keeps its policy and its dates. What starts from now on follows the new board."
					),
				]),
			},
			{
				fieldname: "board",
				fieldtype: "Link",
				options: "Safeguarding Board",
				label: __("Board"),
				get_query: () => ({ filters: { disabled: 0, name: ["!=", frm.doc.board] } }),
				reqd: 1,
				onchange: () => showFates(frm, dialog),
			},
			{ fieldname: "fates", fieldtype: "HTML" },
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Why?"),
				description: __(
					"For example: the adult lives in its area. Both agencies and both boards read it."
				),
				reqd: 1,
			},
		],
		primary_action_label: __("Give to this board"),
		primary_action: async ({ board, reason }) => {
			let answer;
			try {
				answer = await call("change_board", { escalation: frm.doc.name, board, reason });
			} catch (refusal) {
				showRefusal(dialog, refusal);
				return;
			}
			dialog.hide();
			frappe.show_alert({ message: __("{0} has the case now.", [escape(board)]), indicator: "green" });
			if (answer.still_yours) bringUpToDate(frm);
			else frappe.set_route("List", frm.doctype);
		},
	});
	dialog.$wrapper.addClass("sg-dialog");
	dialog.show();
}
