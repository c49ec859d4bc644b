// The section *Timescales*: the protective deadline, what the two sides propose and agree, and how that came about.
import { askAndRecord } from "./ask";
import { button, section } from "./parts";
import { badge, escape, paragraphs } from "./text";

export function timescalesHtml(found) {
	if (!found) return "";
	const may = found.may;
	const nothing = !found.counts.length && !found.proposals.length && !found.history.length;
	if (nothing && !may.protective && !may.propose) return "";
	const counts = found.counts.map(countingHtml).join("");
	const none = found.counts.length
		? ""
		: `<p class="sg-quiet">${escape(__("Only the policy\u2019s own dates count."))}</p>`;
	return section(
		"timescales",
		__("Timescales"),
		`${none}<ul class="sg-duties">${counts}${found.proposals.map(proposalHtml).join("")}</ul>
		${localHtml(found.local_targets)}
		<p>${may.protective ? button("protective", __("Set a protective deadline")) : ""}
		${may.propose ? button("propose", __("Propose a timescale")) : ""}</p>${historyHtml(found.history)}`
	);
}

function countingHtml(row) {
	const said = row.caps.map((clock) => __("makes this earlier: {0}", [clock.label]));
	said.push(
		...row.later.map((clock) =>
			__("the policy\u2019s own date comes first: {0}, {1}", [clock.label, clock.due])
		)
	);
	if (row.denied) said.push(__("the other side says that it did not agree"));
	const tone = row.passed ? "danger" : "quiet";
	return `<li class="sg-duty">${badge(row.passed ? __("Passed") : __("Counts now"), tone)}
		<div><b>${escape(row.label)}</b>: ${escape(row.due)}
		<div class="sg-quiet">${escape(said.join(" \u00b7 "))}</div></div></li>`;
}

function proposalHtml(row, index) {
	const side = row.side === "raising" ? __("the raising side") : __("the responding side");
	const mark = row.agreed ? __("One side\u2019s word") : __("Proposed");
	const text = row.agreed
		? __("{0} is agreed, as {1} records it. It counts; the other side has not said so yet.", [
				row.due,
				side,
			])
		: __("{0}, by {1}. It counts once the other side agrees.", [row.due, side]);
	const refuse = row.agreed ? __("We did not agree") : __("Refuse");
	return `<li class="sg-duty">${badge(mark, "warning")}
		<div>${escape(text)}</div>
		<span>${row.may_agree ? button("agree", __("Agree"), index) : ""}${row.may_refuse ? button("decline", refuse, index) : ""}${
			row.may_withdraw ? button("decline", __("Withdraw proposal"), index) : ""
		}</span></li>`;
}

function localHtml(rows) {
	if (!rows.length) return "";
	const said = rows.map((row) => `${row.label}, ${row.due}`).join("; ");
	return `<p class="sg-quiet">${escape(__("Local targets, not policy: {0}", [said]))}</p>`;
}

function historyHtml(rows) {
	if (!rows.length) return "";
	const items = rows.map((row) => {
		const dates = row.old && row.new ? `${row.old} \u2192 ${row.new}` : row.new;
		const small = [row.at, row.who, row.carried, row.corrected ? __("corrected later") : ""].filter(
			Boolean
		);
		return `<li><b>${escape(row.label)}</b> ${escape(dates)}
			<div class="sg-quiet">${escape(small.join(" \u00b7 "))}</div>
			${row.reason ? `<blockquote class="sg-note">${escape(row.reason)}</blockquote>` : ""}</li>`;
	});
	return `<details class="sg-fold" data-sg-fold="timescales"><summary>${escape(__("How it came about ({0})", [rows.length]))}</summary>
		<ol>${items.join("")}</ol></details>`;
}

export function setProtective(frm) {
	ask(frm, {
		kind: "protective_deadline",
		title: __("Set a protective deadline"),
		about: __(
			"By when must it be settled to keep the person safe? The policy\u2019s own date counts where it is earlier. Only a manager of the raising side makes it later."
		),
	});
}

export function propose(frm) {
	ask(frm, {
		kind: "timescale_proposed",
		title: __("Propose a timescale"),
		about: __(
			"It counts once the other side agrees. It never goes beyond the policy\u2019s own date, unless the policy says so."
		),
	});
}

export function agree(frm, proposal) {
	ask(frm, {
		kind: "agreed_timescale",
		title: __("Agree to {0}", [proposal.due]),
		about: __("Both sides have given their word then."),
		given: { due_at: proposal.due_at },
	});
}

export function decline(frm, proposal) {
	const refusal = proposal.agreed ? __("We did not agree") : __("Refuse the proposal");
	ask(frm, {
		kind: "timescale_declined",
		title: proposal.may_withdraw ? __("Withdraw the proposal") : refusal,
		about: proposal.due,
		given: { relates_to: proposal.log },
	});
}

function ask(frm, { kind, title, about, given }) {
	const date = given ? [] : [{ fieldname: "due_at", fieldtype: "Datetime", label: __("By when"), reqd: 1 }];
	const reason = {
		fieldname: "reason",
		fieldtype: "Small Text",
		label: __("Why?"),
		reqd: kind === "agreed_timescale" ? 0 : 1,
	};
	askAndRecord(frm, {
		title,
		label: title,
		given: { kind, ...given },
		fields: [{ fieldname: "about", fieldtype: "HTML", options: paragraphs([about]) }, ...date, reason],
	});
}
