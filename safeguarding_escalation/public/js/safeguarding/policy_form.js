// The Board Policy form: it opens on the diagram; a draft is read back while it is written.
import { callPolicy } from "./policy_server";
import { diagramHtml } from "./policy_diagram";
import { barHtml, showExample } from "./policy_example";
import { readBack, readBackSoon, rowOpened, theVocabulary } from "./policy_readback";
import { helpHtml } from "./policy_terms";
import { openAdoptDialog } from "./policy_adopt";
import { beforeSubmit, openCompareDialog } from "./policy_changes";
import { printAlone } from "./policy_dialog";
import { openStartDialog } from "./policy_start";
import { openCopyDialog, openNextDialog, openReviewedDialog } from "./policy_versions";
import { escape, paragraphs } from "./text";

export { beforeSubmit, openStartDialog, rowOpened };

const isAuthor = () => frappe.model.can_create("Board Policy");
const isDraft = (frm) => frm.doc.docstatus === 0 && isAuthor();
const areaOf = (frm) => $(frm.get_field("diagram_html").wrapper);

export async function refresh(frm) {
	const name = frm.doc.name;
	frm.safeguarding_diagram = null;
	if (frm.is_new()) {
		areaOf(frm).html(
			paragraphs([
				__(
					"A policy is best begun as a copy (open one and choose Copy to a draft) or from its stages."
				),
			])
		);
		frm.add_custom_button(__("Begin a policy from its stages"), () => openStartDialog());
	} else {
		const diagram = await callPolicy("diagram", { policy: name }, { type: "GET" }).catch((refusal) => {
			areaOf(frm).html(paragraphs(refusal.lines));
			return null;
		});
		if (!diagram || frm.doc.name !== name) return;
		frm.safeguarding_diagram = diagram;
		draw(frm, diagram);
		offer(frm, diagram);
	}
	if (isDraft(frm)) readBack(frm, (answer) => answered(frm, answer));
}

// Any cell that changes is read back a moment later.
export function changed(frm) {
	if (isDraft(frm)) readBackSoon(frm, (answer) => answered(frm, answer));
}

// Frappe tells of a changed cell field by field; the form is asked about all of them.
export function setup(frm, tables) {
	const listen = (doctype) => {
		const names = frappe.meta
			.get_docfields(doctype)
			.filter((field) => !frappe.model.no_value_type.includes(field.fieldtype));
		const handlers = Object.fromEntries(names.map((field) => [field.fieldname, (form) => changed(form)]));
		frappe.ui.form.on(doctype, handlers);
	};
	if (frappe.safeguarding_policy_listens) return;
	frappe.safeguarding_policy_listens = true;
	listen("Board Policy");
	for (const [doctype, table] of Object.entries(tables)) {
		listen(doctype);
		frappe.ui.form.on(doctype, { form_render: (form, cdt, cdn) => rowOpened(form, cdt, cdn) });
		frappe.ui.form.on("Board Policy", {
			[`${table}_add`]: changed,
			[`${table}_remove`]: changed,
			[`${table}_move`]: changed,
		});
	}
}

function draw(frm, diagram, problems = []) {
	const area = areaOf(frm);
	const day = frm.safeguarding_drawn === frm.doc.name && area.find("[data-sgp-day]").val();
	frm.safeguarding_drawn = frm.doc.name;
	area.html(barHtml(diagram) + diagramHtml(diagram, problems));
	if (day) area.find("[data-sgp-day]").val(day); // drawn anew after each save and each key
	listenTo(frm, area);
}

// The answer on a draft: its problems on top, the diagram as the form now stands.
function answered(frm, answer) {
	const head = frm.safeguarding_diagram || { notes: [] };
	draw(frm, { ...head, ...answer.diagram, title: frm.doc.title }, answer.problems);
	showProblemsEverywhere(frm, answer.problems);
}

// Somebody who edits a row is not on the diagram's tab, so the count is said above the form too.
function showProblemsEverywhere(frm, problems) {
	frm.dashboard.clear_headline();
	if (!problems.length) return;
	const first = escape(problems[0].sentence);
	const more = problems.length > 1 ? ` ${escape(__("({0} to mend in all)", [problems.length]))}` : "";
	frm.dashboard.set_headline(`<span class="sgp-headline">${first}${more}</span>`);
}

function listenTo(frm, area) {
	const policy = frm.doc.name;
	area.off(".sgp")
		.on("click.sgp", "[data-sgp=example]", () =>
			showExample(area, policy, area.find("[data-sgp-day]").val())
		)
		.on("click.sgp", "[data-sgp=easter]", (event) =>
			showExample(area, policy, event.currentTarget.dataset.day)
		)
		.on("click.sgp", "[data-sgp=problem]", (event) => goTo(frm, event.currentTarget.dataset));
}

// To the table, with its row open.
function goTo(frm, { field, row }) {
	frm.scroll_to_field(field, false); // a focus in the grid would leave a cell of the opening row blank
	const grid = (frm.get_field(field) || {}).grid;
	const found = grid && row && grid.grid_rows[Number(row) - 1];
	if (found) found.toggle_view(true);
}

function offer(frm, diagram) {
	const group = __("Policy");
	frm.add_custom_button(__("Print the diagram"), () => printDiagram(frm), group);
	frm.add_custom_button(__("Compare with …"), () => openCompareDialog(frm.doc), group);
	if (isAuthor()) {
		if (frm.doc.docstatus === 1) {
			const next = () => openNextDialog(frm.doc, diagram.next_name);
			frm.add_custom_button(__("Prepare the next version"), next, group);
			frm.add_custom_button(__("Reviewed, unchanged"), () => openReviewedDialog(frm.doc), group);
		}
		frm.add_custom_button(__("Copy to a draft"), () => openCopyDialog(frm.doc), group);
		frm.add_custom_button(__("What the words mean"), () => openHelp(), group);
	}
	if (frm.doc.docstatus === 1 && diagram.manages.length) {
		const given = { policy: frm.doc.name, boards: diagram.manages, done: () => frm.refresh() };
		frm.add_custom_button(__("Adopt from …"), () => openAdoptDialog(given), group);
	}
}

async function openHelp() {
	const known = await theVocabulary();
	if (!known) return;
	const dialog = new frappe.ui.Dialog({
		title: __("What the words mean"),
		fields: [{ fieldname: "help", fieldtype: "HTML" }],
	});
	dialog.get_field("help").$wrapper.html(helpHtml(known));
	dialog.$wrapper.addClass("sg-dialog").find(".modal-dialog").addClass("modal-lg");
	dialog.show();
}

function printDiagram(frm) {
	printAlone(areaOf(frm).children(".sgp").clone());
}
