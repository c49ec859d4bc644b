// Figures of a workspace lead to their rows: a click on a number card, and the list of figures below each chart of ours.
import { escape } from "./text";

const OURS = "safeguarding_escalation.";
const EMPTY = {
	"Open Cases by Stage": () => __("No case is open that you may see."),
	"Due This Week": () => __("Nothing is overdue, and nothing falls due within a week."),
	"Opened and Resolved by Month": () => __("No case was opened or resolved within twelve months."),
};

export function start() {
	const kinds = (frappe.widget && frappe.widget.widget_factory) || {};
	if (kinds.number_card) cards(kinds.number_card.prototype);
	if (kinds.chart) charts(kinds.chart.prototype);
}

// Released Frappe opens a custom card's route itself; earlier ones show the number alone.
function cards(card) {
	const shown = card.get_number_for_custom_card;
	card.get_number_for_custom_card = function (answer) {
		const ours = ((this.card_doc && this.card_doc.method) || "").startsWith(OURS);
		if (ours && answer && answer.link) lead(this, answer);
		return shown.call(this, answer);
	};
}

function lead(card, answer) {
	const open = () => {
		if (card.in_customize_mode) return;
		frappe.set_route(...answer.route, answer.route_options);
	};
	const label = __("{0}: {1}. Show them.", [__(card.card_doc.label), answer.value]);
	const body = $(card.body).attr({ role: "link", tabindex: 0, "aria-label": label }).addClass("sg-leads");
	body.off("keydown.safeguarding").on("keydown.safeguarding", (event) => event.key === "Enter" && open());
	if (!card.set_route_for_custom_card) {
		body.off("click.safeguarding").on("click.safeguarding", open);
	}
}

function charts(chart) {
	const drawn = chart.render;
	chart.render = async function () {
		const name = this.chart_doc && this.chart_doc.name;
		const ours = EMPTY[name];
		if (ours) {
			this.empty.text(ours());
			if (!this.data || !this.data.labels || !this.data.labels.length) this.data = {};
		}
		const result = await drawn.call(this);
		if (ours) list(this);
		return result;
	};
}

// Colours say nothing alone: each figure stands below its chart in words, and leads to what it counts.
function list(chart) {
	const { words, datasets, links } = chart.data || {};
	chart.body.find(".sg-chart-list").remove();
	if (!words || !links) return;
	const several = datasets.length > 1;
	const items = datasets.flatMap((set, number) =>
		set.values.map((value, at) => {
			if (!value) return "";
			const name = several ? `${words[at]}, ${set.name.toLowerCase()}` : words[at];
			return `<li><a href="${escape(links[number][at])}">${escape(name)}: <b>${escape(
				String(value)
			)}</b></a></li>`;
		})
	);
	chart.body.append(`<ul class="sg-chart-list">${items.join("")}</ul>`);
}
