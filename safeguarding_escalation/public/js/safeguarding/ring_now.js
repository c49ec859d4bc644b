// Whom to ring now: numbers to tap, first first. Nothing is typed and nothing is saved for it.
import { call } from "./server";
import { escape } from "./text";

// Until the directory has answered, and where it does not, 999 stands there all the same.
export function ringHtml(rows) {
	const emergency = { who: "999", about: __("Somebody is in danger now"), number: "999" };
	const found = rows && rows.length ? rows : [emergency];
	const items = found.map((row, index) => {
		const tone = index ? "default" : "danger";
		return `<li><a class="btn btn-${tone} sg-ring__number" href="tel:${escape(dialled(row.number))}">
			<span><strong>${escape(row.who)}</strong><small>${escape(row.about)}</small></span>
			<span class="sg-ring__digits">${escape(row.number)}</span></a></li>`;
	});
	const alone = __(
		"No other number is in the directory: ring the manager or safeguarding lead whom you know."
	);
	return `<ul class="sg-ring" aria-label="${escape(__("Whom to ring now"))}">${items.join("")}</ul>
		${rows && rows.length === 1 ? `<p class="sg-quiet">${escape(alone)}</p>` : ""}`;
}

// What a telephone dials: digits and a leading plus; words such as "ext. 12" stay on the screen alone.
function dialled(number) {
	return String(number || "")
		.replace(/(?:ext|x)\.?\s*\d+.*$/i, "")
		.replace(/(?!^\+)[^\d]/g, "");
}

export function fetchNumbers(escalation) {
	const args = escalation ? { escalation } : {};
	return call("safeguarding_escalation.api.immediate.ring", args, { type: "GET" }).catch(() => []);
}
