// The policy's own questions in the form: its special routes to choose from, and the answers that it suggests.
import { escape } from "./text";

// The routes of `policy` (a Board Policy document) as choices; the field is hidden where a policy has none.
export function offerPaths(frm, policy) {
	const paths = policy.paths || [];
	const held = frm.doc.path;
	const known = paths.map((path) => ({ value: path.path_name, label: path.label }));
	if (held && !paths.some((path) => path.path_name === held)) known.push({ value: held, label: held });
	const options = [{ value: "", label: __("None: the policy's stages") }, ...known];
	frm.set_df_property("path", "options", options);
	frm.set_df_property("path", "read_only", isDraft(frm) ? 0 : 1);
	frm.toggle_display("path", known.length > 0);
	showPath(frm);
}

// What the policy says of the route chosen, under the choice.
export function showPath(frm) {
	const paths = (frm.safeguarding_policy || {}).paths || [];
	const chosen = paths.find((path) => path.path_name === frm.doc.path);
	const words = chosen
		? chosen.guidance
		: __("Only where the policy has a route of its own for this matter.");
	frm.set_df_property("path", "description", escape(words || ""));
}

// Rows come from the policy: nobody adds or removes one. Without a question there is no table.
export function showQuestions(frm) {
	const grid = frm.get_field("answers").grid;
	grid.cannot_add_rows = true;
	grid.df.cannot_delete_rows = 1;
	frm.toggle_display("answers", Boolean((frm.doc.answers || []).length));
	grid.refresh();
}

// In an opened row: a button for each answer that the policy suggests. It fills the field, which stays free text.
export function suggestAnswers(frm, cdt, cdn) {
	const row = locals[cdt][cdn];
	const opened = frm.get_field("answers").grid.grid_rows_by_docname[cdn];
	const field = opened && opened.grid_form && opened.grid_form.fields_dict.answer;
	if (!field) return;
	field.$wrapper.find(".sg-suggested").remove();
	const options = String(row.options || "")
		.split("\n")
		.map((text) => text.trim())
		.filter(Boolean);
	if (!options.length || field.df.read_only) return;
	const buttons = options.map(
		(text) => `<button type="button" class="btn btn-xs btn-default">${escape(text)}</button>`
	);
	const bar = $(`<div class="sg-suggested" role="group" aria-label="${escape(__("Suggested answers"))}">
		${buttons.join(" ")}</div>`).appendTo(field.$wrapper);
	bar.on("click", "button", (event) => {
		frappe.model.set_value(cdt, cdn, "answer", $(event.currentTarget).text().trim());
	});
}

function isDraft(frm) {
	return frm.is_new() || (frm.doc.workflow_state || "Draft") === "Draft";
}
