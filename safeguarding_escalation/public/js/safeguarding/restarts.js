// Which clocks run again, and until when, if the case is reopened: said before it is confirmed.
import { call } from "./server";
import { paragraphs } from "./text";

export async function showRestarts(frm, dialog, move) {
	if (!move || move.action !== "Reopen") return;
	const args = { escalation: frm.doc.name, to_stage: move.to_stage };
	const lines = await call("safeguarding_escalation.api.dates.reopening", args, { type: "GET" }).then(
		(found) => {
			const again = found.filter((fate) => fate.what === "starts").map((fate) => fate.text);
			return again.length
				? [__("Clocks that run again:"), ...again]
				: [__("No clock runs again by the reopening itself.")];
		},
		(refusal) => refusal.lines
	);
	dialog.get_field("restarts").$wrapper.html(`<div class="sg-fates">${paragraphs(lines)}</div>`);
}
