// While a concern is written: cases about somebody of exactly the same name that this user may see. A failure shows
// nothing and bars nothing; names go in the body of a request, never in an address.
import { call } from "./server";
import { escape } from "./text";

const TYPING = 600; // milliseconds of rest before names are looked up
let resting = null;

export function lookUp(subjects) {
	const people = subjects
		.filter((row) => String(row.subject_name || "").trim())
		.map((row) => ({ subject_name: row.subject_name, date_of_birth: row.date_of_birth || "" }));
	if (!people.length) return Promise.resolve([]);
	return call("safeguarding_escalation.api.process.same_name", { subjects: JSON.stringify(people) }).catch(
		() => []
	);
}

export function sameNameHtml(rows, then) {
	if (!rows || !rows.length) return "";
	const items = rows.map((row) => {
		const href = `/app/escalation/${encodeURIComponent(row.name)}`;
		const small = [row.board, row.stage_label || row.workflow_state].filter(Boolean).join(" · ");
		return `<li><a href="${escape(href)}" target="_blank">${escape(row.reference)}</a>
			<span class="sg-quiet">${escape(small)}</span></li>`;
	});
	return `<div class="sg-banner sg-banner--info" role="note">
		<p>${escape(__("There are cases about somebody of the same name that you may see. Is it one of these?"))}</p>
		<ul>${items.join("")}</ul><p class="sg-quiet">${escape(then)}</p></div>`;
}

// In the form, until the concern is raised; `area` holds the panel.
export async function showSameName(frm) {
	const name = frm.doc.name;
	if (!frm.is_new() && frm.doc.workflow_state !== "Draft") return;
	const linked = ((frm.safeguarding_panel || {}).related || []).map((row) => row.escalation);
	const rows = (await lookUp(frm.doc.subjects || [])).filter(
		(row) => row.name !== name && (frm.is_new() || !linked.includes(row.name))
	);
	if (frm.doc.name !== name) return;
	const then = frm.is_new()
		? __("Once this is saved, link it under Related escalations.")
		: __("Link it below, under Related escalations.");
	frm.get_field("panel_html").$wrapper.find("[data-sg-same]").html(sameNameHtml(rows, then));
}

// A name is being typed into the table.
export function sameNameSoon(frm) {
	clearTimeout(resting);
	resting = setTimeout(() => showSameName(frm), TYPING);
}
