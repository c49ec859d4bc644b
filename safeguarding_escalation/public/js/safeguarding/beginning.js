// What the panel says before the case is saved: what to do, and what the policy is not for.
import { clauseWords, escape, link } from "./text";

export function beginningHtml(frm, policy) {
	const sentence = frm.doc.board
		? __(
				"Write down what the disagreement is about and save. The panel then shows each deadline and the next step."
			)
		: __(
				"Choose the board of the area where the adult is, then write down what the disagreement is about."
			);
	return `<div class="sg-now" role="status"><p class="sg-now__sentence">${escape(sentence)}</p>
		<p class="sg-quiet">${escape(policy.title || "")}</p></div>${scopeHtml(policy)}${contactsHtml(policy)}`;
}

function scopeHtml(policy) {
	const rows = (policy.exclusions || []).map(
		(row) => `<li>${escape(row.text)}${row.signpost ? ` ${escape(row.signpost)}` : ""}
			${row.link ? link(row.link) : ""}${clause(row)}</li>`
	);
	if (!rows.length) return "";
	return `<details class="sg-fold" open><summary>${escape(__("What this policy is not for"))}</summary>
		<ul>${rows.join("")}</ul></details>`;
}

function contactsHtml(policy) {
	const rows = (policy.contacts || []).map(
		(row) => `<li><strong>${escape(row.label)}</strong> ${link(row.address)}
			${row.purpose ? `<span class="sg-quiet">${escape(row.purpose)}</span>` : ""}${clause(row)}</li>`
	);
	if (!rows.length) return "";
	return `<details class="sg-fold"><summary>${escape(__("Contacts that the policy names"))}</summary>
		<ul>${rows.join("")}</ul></details>`;
}

function clause(row) {
	return row.clause ? ` <span class="sg-quiet">${escape(clauseWords(row.clause))}</span>` : "";
}
