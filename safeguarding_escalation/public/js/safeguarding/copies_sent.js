// The second step of a copy: the file, the address, and what is recorded once it has gone.
import { escape } from "./text";

export const METHODS = [
	["secure email", () => __("Secure email")],
	["by hand", () => __("By hand")],
	["post", () => __("Post")],
	["other", () => __("Otherwise")],
];

export function fileAddress(escalation, copy) {
	const query = new window.URLSearchParams({ escalation, copy });
	return `/api/method/safeguarding_escalation.api.copies.download?${query}`;
}

export function sentFields() {
	return [
		{ fieldtype: "Section Break", label: __("Once you have sent them") },
		{
			fieldname: "method",
			fieldtype: "Select",
			label: __("How?"),
			options: METHODS.map(([value, label]) => ({ value, label: label() })),
			default: "secure email",
			reqd: 1,
		},
		{ fieldtype: "Column Break" },
		{
			fieldname: "sent_at",
			fieldtype: "Datetime",
			label: __("When?"),
			default: frappe.datetime.now_datetime(),
			reqd: 1,
		},
		{ fieldtype: "Section Break" },
		{
			fieldname: "evidence",
			fieldtype: "Data",
			label: __("How can it be shown?"),
			description: __("For example: in the sent items of the team's mailbox. Nobody's name."),
		},
	];
}

export function sendStepHtml(escalation, prepared) {
	return `<ul class="sg-copies__list">${prepared.map((one) => stepHtml(escalation, one)).join("")}</ul>`;
}

function stepHtml(escalation, one) {
	if (one.account) {
		const words = one.queued
			? __(
					"Access is given and a mail with the link waits. It counts as sent when the mail has left, or when they have opened it."
				)
			: __("Access is given, but no mail could be made for this account. Tell them by another way.");
		return `<li class="sg-copies__row"><b>${escape(one.to)}</b><div class="sg-quiet">${escape(words)}</div></li>`;
	}
	const warning = one.warning ? `<div class="sg-copies__warning">${escape(one.warning)}</div>` : "";
	const address = one.address ? `<div>${escape(__("Send it to"))} <b>${escape(one.address)}</b></div>` : "";
	return `<li class="sg-copies__row"><div class="sg-copies__head">
		<label><input type="checkbox" data-copy="sent" value="${escape(one.copy)}"> <b>${escape(one.to)}</b>, ${escape(
			one.what
		)}</label>
		<a class="btn btn-xs btn-primary" download href="${escape(fileAddress(escalation, one.copy))}">${escape(
			__("Download")
		)}<span class="sr-only"> ${escape(one.to)}</span></a></div>${address}${warning}
		<div class="sg-quiet">${escape(
			__("Attach the file to a secure email of your own organisation. Tick it here once it has gone.")
		)}</div></li>`;
}
