// Others work on the same case: the server says that it changed, not what or by whom (services/realtime.py). A form
// in which nothing was typed follows at once; any other shows the new panel, keeps what was typed, and says so.
import * as panel from "./panel";
import { escape } from "./text";

const EVENT = "safeguarding_case_changed";
// One's own act is announced too, and before its answer has been drawn. In milliseconds.
const OWN_ANSWER = 800;

let waiting = null;

// Once a page. A host without a realtime server never calls.
export function listen() {
	frappe.realtime.off(EVENT, onChange);
	frappe.realtime.on(EVENT, onChange);
}

export function onChange(message) {
	clearTimeout(waiting);
	waiting = setTimeout(() => follow(message), OWN_ANSWER);
}

async function follow(message) {
	const frm = window.cur_frm;
	const open = frm && frm.doctype === "Escalation" && frm.doc && frm.doc.name === message.escalation;
	if (!open || newest(frm) >= message.sequence) return;
	const route = frappe.get_route();
	if (route[0] !== "Form" || route[2] !== frm.doc.name) {
		forget(frm);
	} else if (frm.is_dirty() || window.cur_dialog) {
		await panel.refresh(frm);
		tell(frm);
	} else {
		await frm.reload_doc();
		frappe.show_alert({ message: escape(__("This case has just changed.")), indicator: "blue" });
	}
}

// The number of the newest log entry on the page.
function newest(frm) {
	return Math.max(0, ...(frm.safeguarding_timeline || []).map((row) => row.sequence));
}

// Read again when somebody comes back to it.
function forget(frm) {
	if (frm.is_dirty()) frm.doc.__needs_refresh = true;
	else frappe.model.remove_from_locals(frm.doctype, frm.doc.name);
}

function tell(frm) {
	const words = __(
		"Somebody has changed this case while you were writing. What is below is new; what you typed is untouched. Finish or copy it, then reload."
	);
	frm.set_intro("");
	frm.set_intro(
		`<span role="status" data-sg-changed>${escape(words)}</span>
		<button type="button" class="btn btn-xs btn-default" data-sg-reload>${escape(__("Reload"))}</button>`,
		"blue"
	);
	frm.layout.wrapper.find("[data-sg-reload]").on("click", () => frm.reload_doc());
}
