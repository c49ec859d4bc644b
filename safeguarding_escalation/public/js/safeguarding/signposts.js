// Where to go with what is no escalation: whistleblowing, a person in a position of trust, a complaint, a crime, a child.
// It asks the server nothing, changes no address and keeps nothing: whoever opens it leaves no trace here.
import { clauseWords, escape, link } from "./text";

const ROWS = [
	{
		what: () => __("Whistleblowing: wrongdoing or a cover-up in your own organisation"),
		where: () =>
			__(
				"Your own agency’s whistleblowing policy; if that is exhausted or not safe, a body outside it. Nothing of it is recorded here: do not write it into a case."
			),
		links: ["https://www.gov.uk/whistleblowing"],
		words: /whistleblow/i,
	},
	{
		what: () => __("An allegation against a person in a position of trust"),
		where: () =>
			__(
				"For adults the council’s lead for people in positions of trust (PiPoT); for children the designated officer (LADO). Tell your own safeguarding lead at once."
			),
		links: [],
		words: /position of trust|allegation/i,
	},
	{
		what: () => __("A crime"),
		where: () => __("The police: 999 if somebody is in danger now, otherwise 101."),
		links: [],
		words: /crim|police/i,
	},
	{
		what: () => __("A complaint about a service"),
		where: () => __("The complaints procedure of the agency that it is about."),
		links: [],
		words: /complaint/i,
	},
	{
		what: () => __("A concern about a child that no service knows of yet"),
		where: () => __("The children’s services (MASH) of the council where the child is."),
		links: [],
		words: /child|MASH/i,
	},
];

// `policy` has the board's own exclusions, links and contacts, once a board is chosen.
export function signpostsHtml(policy) {
	const items = ROWS.map((row) => {
		const own = ownWords(policy || {}, row.words);
		const links = row.links.map((url) => ` ${link(url)}`).join("");
		return `<li><strong>${escape(row.what())}</strong> ${escape(row.where())}${links}${own}</li>`;
	});
	return `<details class="sg-fold sg-signposts"><summary>${escape(__("Is it something else? Where to go"))}</summary>
		<ul>${items.join("")}</ul><p class="sg-quiet">${escape(__("Opening this is not recorded."))}</p></details>`;
}

function ownWords(policy, words) {
	const exclusions = (policy.exclusions || [])
		.filter((row) => words.test(row.text))
		.map((row) => `${row.signpost || ""} ${row.clause ? clauseWords(row.clause) : ""}`);
	const contacts = (policy.contacts || [])
		.filter((row) => words.test(row.label))
		.map((row) => [row.label, row.address].filter(Boolean).join(": "));
	const found = [...exclusions, ...contacts].map((text) => text.trim()).filter(Boolean);
	return found.map((text) => `<div class="sg-quiet">${escape(text)}</div>`).join("");
}
