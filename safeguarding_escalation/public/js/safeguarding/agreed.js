// What was agreed: actions with their owner, date and check-back, reviews, and the agencies' replies to the Chair.
import { askAndRecord } from "./ask";
import { about, button, choice, day, happened, person, section, words } from "./parts";
import { behalfFields, personArguments } from "./people";
import { badge, escape, showDay } from "./text";

const API = "safeguarding_escalation.api.agreed.";
const OUTCOMES = {
	"carried out": () => __("Yes, carried out"),
	"partly carried out": () => __("Partly"),
	"not carried out": () => __("No"),
	"no longer needed": () => __("No longer needed"),
};
const REPLIES = {
	accepted: () => __("We accept it"),
	"partly accepted": () => __("We accept it in part"),
	"not accepted": () => __("We do not accept it"),
};

function options(known) {
	return Object.entries(known).map(([value, label]) => ({ value, label: label() }));
}

export function agreedHtml(found) {
	if (!found || (!found.open && !found.actions.length && !found.reviews.length)) return "";
	const actions = found.actions.map((row, index) => actionHtml(row, index, found.open)).join("");
	const reviews = found.reviews.map((row, index) => reviewHtml(row, index, found.open)).join("");
	const buttons = found.open
		? `<p>${button("agree-action", __("Agree an action"))}${button("set-review", __("Set a review"))}${button("give-feedback", __("Tell staff the outcome"))}</p>`
		: "";
	const none =
		actions || reviews ? "" : `<p class="sg-quiet">${escape(__("No action is agreed yet."))}</p>`;
	const inner = `${none}<ul class="sg-duties">${actions}${reviews}</ul>${buttons}`;
	return section("agreed", __("What was agreed"), inner);
}

function actionHtml(row, index, open) {
	const late = row.overdue || row.check_overdue;
	const state = row.overdue
		? __("Overdue")
		: row.check_overdue
			? __("Check overdue")
			: row.done && !row.check_owed
				? __("Done")
				: row.done
					? __("To check")
					: __("To do");
	const tone = late ? "danger" : row.done && !row.check_owed ? "good" : "quiet";
	const small = [
		row.name,
		row.who,
		row.due_on && __("due {0}", [showDay(row.due_on)]),
		row.done_on && __("done {0}", [showDay(row.done_on)]),
		row.check_on && __("check back {0}", [showDay(row.check_on)]),
		row.check_required && row.check_owed ? __("closing waits for the check") : "",
	].filter(Boolean);
	const checked = row.check_outcome
		? __("Checked {0}: {1}", [
				[showDay(row.checked_on), row.checked_by].filter(Boolean).join(", "),
				OUTCOMES[row.check_outcome] ? OUTCOMES[row.check_outcome]() : row.check_outcome,
			])
		: "";
	const next = row.what_next ? `<blockquote class="sg-note">${escape(row.what_next)}</blockquote>` : "";
	const buttons = open
		? `<span>${row.done ? "" : button("action-done", __("It was done"), index)}${button("action-check", __("Check back"), index)}${
				row.done ? "" : button("action-dates", __("Other dates"), index)
			}</span>`
		: "";
	return `<li class="sg-duty">${badge(state, tone)}<div>${escape(row.action)}
		<div class="sg-quiet">${escape(small.join(" · "))}</div>
		${checked ? `<div class="sg-quiet">${escape(checked)}</div>` : ""}${next}</div>${buttons}</li>`;
}

function reviewHtml(row, index, open) {
	const state = row.done ? __("Held") : row.overdue ? __("Overdue") : __("Review");
	const tone = row.done ? "good" : row.overdue ? "danger" : "quiet";
	const held = row.held ? __("held {0}", [row.held]) : "";
	return `<li class="sg-duty">${badge(state, tone)}<div>${escape(row.text)}
		<div class="sg-quiet">${escape(held)}</div></div>${
			row.done || !open ? "" : button("review-held", __("It was held"), index)
		}</li>`;
}

export function repliesHtml(found) {
	if (!found || !found.asked) return "";
	const rows = found.rows.map((row) => {
		const said = row.reply ? REPLIES[row.reply] && REPLIES[row.reply]() : __("Has replied");
		const small = [row.when, row.who, row.by_when && __("by {0}", [row.by_when])].filter(Boolean);
		const why = row.why ? `<blockquote class="sg-note">${escape(row.why)}</blockquote>` : "";
		return `<li class="sg-duty">${badge(row.when ? said : __("No reply yet"), row.when ? "good" : "warning")}
			<div>${escape(row.agency || row.side)}<div class="sg-quiet">${escape(small.join(" · "))}</div>${why}</div></li>`;
	});
	const missing = found.missing.length
		? __("Waiting for: {0}.", [found.missing.join(", ")])
		: __("Every agency has replied.");
	const ask = found.open ? `<p>${button("reply", __("Reply for our agency"))}</p>` : "";
	const inner = `<p>${escape(missing)}</p><ul class="sg-duties">${rows.join("")}</ul>${ask}`;
	return section("replies", __("Replies to the Chair"), inner);
}

export function agreedHandlers(frm, panel, index) {
	const action = () => panel.agreed.actions[index];
	return {
		"agree-action": () => agree(frm),
		"action-done": () => done(frm, action()),
		"action-check": () => check(frm, action()),
		"action-dates": () => dates(frm, action()),
		"set-review": () => setReview(frm),
		"review-held": () => held(frm, panel.agreed.reviews[index]),
		"give-feedback": () => feedback(frm),
		reply: () => reply(frm),
	};
}

function agree(frm) {
	askAndRecord(frm, {
		title: __("Agree an action"),
		label: __("Agree it"),
		method: `${API}agree`,
		fields: [
			words("action", __("What is to be done?"), { reqd: 1 }),
			person("by_whom", __("Who does it?"), {
				description: __("Leave empty where an agency has taken it on."),
			}),
			{
				fieldname: "by_agency",
				fieldtype: "Link",
				options: "Partner Agency",
				label: __("Which agency?"),
				only_select: true,
			},
			day("due_on", __("By when?")),
			day("check_on", __("When do we check back?"), {
				description: __("Somebody then looks whether it was carried out."),
			}),
			person("checked_by", __("Who checks?")),
		],
	});
}

function done(frm, row) {
	askAndRecord(frm, {
		title: escape(__("{0} was carried out", [row.name])),
		label: __("Record it"),
		method: `${API}carried_out`,
		given: { row: row.row },
		fields: [
			day("done_on", __("When?"), { default: frappe.datetime.get_today(), reqd: 1 }),
			words("note", __("What came of it?")),
		],
	});
}

export function check(frm, row) {
	const unsettled = (values) => ["partly carried out", "not carried out"].includes(values.outcome);
	const why = (values) => Boolean(values.outcome) && values.outcome !== "carried out";
	askAndRecord(frm, {
		title: escape(__("Check back: {0}", [row.name])),
		label: __("Record the check"),
		method: `${API}checked`,
		given: { row: row.row },
		fields: [
			about(row.action),
			choice("outcome", __("Was it carried out?"), options(OUTCOMES), {
				default: "carried out",
				reqd: 1,
			}),
			day("checked_on", __("Checked on"), { default: frappe.datetime.get_today() }),
			person("checked_by", __("Who checked?")),
			words("what_next", __("What happens next, or why is it no longer needed?"), {
				depends_on: why,
				mandatory_depends_on: why,
			}),
			day("due_on", __("New date for the action"), { depends_on: unsettled }),
			day("check_on", __("Check again on"), { depends_on: unsettled }),
		],
	});
}

function dates(frm, row) {
	askAndRecord(frm, {
		title: escape(__("Other dates: {0}", [row.name])),
		label: __("Move it"),
		method: `${API}change_dates`,
		given: { row: row.row },
		fields: [day("due_on", __("Due on")), day("check_on", __("Check back on"))],
	});
}

function setReview(frm) {
	askAndRecord(frm, {
		title: __("Set a review"),
		label: __("Set it"),
		given: { kind: "review_set" },
		fields: [
			{ fieldname: "due_at", fieldtype: "Datetime", label: __("By when is it held?"), reqd: 1 },
			words("note", __("What is reviewed?")),
		],
	});
}

function held(frm, row) {
	askAndRecord(frm, {
		title: __("The review was held"),
		label: __("Record it"),
		given: { kind: "review_held", relates_to: row.about },
		fields: [
			happened(),
			{ fieldname: "attendees", fieldtype: "Data", label: __("Who was there?") },
			words("note", __("What did the review find?"), { reqd: 1 }),
		],
	});
}

function feedback(frm) {
	askAndRecord(frm, {
		title: __("Tell staff the outcome"),
		label: __("Record it"),
		given: { kind: "feedback_given" },
		fields: [
			{
				fieldname: "to",
				fieldtype: "Data",
				label: __("Who was told?"),
				description: __("The team or post, for example the ward’s night staff."),
				reqd: 1,
			},
			happened(),
			words("note", __("What were they told?")),
		],
	});
}

function reply(frm) {
	const why = (values) => values.outcome !== "accepted";
	askAndRecord(frm, {
		title: __("Reply to the Chair"),
		label: __("Reply"),
		given: { kind: "recommendation_answered" },
		arguments: personArguments,
		fields: [
			choice("outcome", __("What does the agency say?"), options(REPLIES), {
				default: "accepted",
				reqd: 1,
			}),
			words("note", __("Why?"), { mandatory_depends_on: why }),
			{ fieldname: "due_at", fieldtype: "Datetime", label: __("By when will it be acted upon?") },
			...behalfFields(() => true),
		],
	});
}
