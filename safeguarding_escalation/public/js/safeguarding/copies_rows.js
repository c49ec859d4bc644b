// The rows of the Send copy dialog: who is owed a copy, why, by whom and by when, and how each is reached.
import { badge, clauseWords, escape } from "./text";

export function proposalHtml(row, index) {
	const who = row.candidates[row.who] || {};
	const blocked = row.withheld || who.barred || (!row.candidates.length && __("Nobody is known for this."));
	const words = `${row.recipient}${row.agency ? `: ${row.agency}` : ""}`;
	const id = `sg-copy-${index}`;
	const tick = `<input type="checkbox" id="${id}" data-copy="tick" data-index="${index}"
		${row.chosen && !blocked ? "checked" : ""} ${blocked ? "disabled" : ""}>`;
	const small = [
		row.clause && clauseWords(row.clause),
		row.owed_by && __("owed by {0}", [row.owed_by]),
		row.standing ? __("standing copy") : "",
	].filter(Boolean);
	const due = row.due ? badge(__("by {0}", [row.due]), row.overdue ? "danger" : "quiet") : "";
	return `<li class="sg-copies__row"><div class="sg-copies__head">${tick}
		<label for="${id}"><b>${escape(words)}</b> – ${escape(row.what)}</label> ${due}</div>
		<div class="sg-quiet">${escape(small.join(" · "))}</div>
		${unseenHtml(row)}${blocked ? noteHtml(blockedWords(row, who, blocked)) : whoHtml(row, index)}
		${row.prepared ? noteHtml(__("One was prepared {0} and is not sent yet: see the register.", [row.prepared])) : ""}
		${reasonHtml(row, index, blocked)}</li>`;
}

function blockedWords(row, who, blocked) {
	if (row.withheld) return __("No copy: {0}.", [row.withheld]);
	return who.barred ? `${who.name} ${who.barred}.` : blocked;
}

function unseenHtml(row) {
	if (!row.standing) return "";
	const words = row.unseen.length
		? __("Not sent to them yet: {0}", [row.unseen.join("; ")])
		: __("They have been sent everything so far.");
	return noteHtml(words);
}

function whoHtml(row, index) {
	const who = row.candidates[row.who];
	const options = row.candidates.map((one, number) => {
		const text = personWords(one);
		return `<option value="${number}" ${number === row.who ? "selected" : ""} ${one.barred ? "disabled" : ""}>${escape(text)}</option>`;
	});
	const choice =
		row.candidates.length > 1
			? `<select class="form-control input-xs" data-copy="who" data-index="${index}"
				aria-label="${escape(__("Who"))}">${options.join("")}</select>`
			: `<span>${escape(personWords(who))}</span>`;
	return `<div class="sg-copies__who">${choice}${routeHtml(who)}</div>${freeHtml(row, who, index)}${formatHtml(row, who, index)}`;
}

// A file is a PDF; a Word file where the recipient pastes it into a system of their own.
function formatHtml(row, one, index) {
	if (one.account || one.barred || row.chosen === false) return "";
	const options = ["PDF", "DOCX"].map(
		(kind) => `<option ${kind === (row.file_format || "PDF") ? "selected" : ""}>${kind}</option>`
	);
	return `<label class="sg-copies__free">${escape(__("As"))}
		<select class="form-control input-xs sg-copies__as" data-copy="format" data-index="${index}">${options.join("")}</select></label>`;
}

// Nobody of the directory: a name and an address can be given.
function freeHtml(row, who, index) {
	if (who.contact || !row.chosen) return "";
	const input = (field, label, value) =>
		`<label class="sg-copies__free">${escape(label)}
			<input type="text" class="form-control input-xs" data-copy="${field}" data-index="${index}"
			value="${escape(value || "")}"></label>`;
	return (
		input("name", __("Name, if you know it"), row.name ?? who.name) +
		input("address", __("Secure email address"), row.address ?? who.address)
	);
}

export function personWords(one) {
	return [one.name, one.role, one.agency].filter(Boolean).join(", ");
}

export function routeHtml(one) {
	const words = one.account
		? __("has an account: access and a link")
		: one.address
			? __("a file for you to send to {0}", [one.address])
			: __("a file for you to send");
	const warning = one.warning ? `<div class="sg-copies__warning">${escape(one.warning)}</div>` : "";
	return `<div class="sg-quiet">${escape(words)}</div>${warning}`;
}

function reasonHtml(row, index, blocked) {
	if (row.chosen || row.prepared || row.withheld) return "";
	const words = blocked ? __("Why no copy goes") : __("Why is it left out, or later?");
	return `<label class="sg-copies__free">${escape(words)}
		<input type="text" class="form-control input-xs" data-copy="reason" data-index="${index}"
		value="${escape(row.reason)}"></label>`;
}

export function chosenHtml(one, index) {
	const continuing = one.account
		? `<label><input type="checkbox" data-copy="continuing" data-index="${index}" ${one.continuing ? "checked" : ""}>
			${escape(__("goes on reading the case"))}</label>`
		: "";
	const body = one.barred
		? noteHtml(`${one.name} ${one.barred}.`)
		: `${routeHtml(one)}${formatHtml(one, one, index)}${continuing}`;
	return `<li class="sg-copies__row"><div class="sg-copies__head"><b>${escape(personWords(one))}</b>
		<button type="button" class="btn btn-xs btn-default" data-copy="remove" data-index="${index}">${escape(
			__("Take out")
		)}<span class="sr-only"> ${escape(personWords(one))}</span></button></div>${body}</li>`;
}

function noteHtml(words) {
	return `<div class="sg-copies__note">${escape(words)}</div>`;
}
