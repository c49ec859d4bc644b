// Whose due dates the calendar of escalations shows: all that one may see, one's team's, one's own.
import { escape } from "./text";

const CHOICES = { "": () => __("All that I may see"), team: () => __("My team's"), mine: () => __("Mine") };
const TRIES = 20;

// Called as the calendar draws its days, which it does before the list knows it.
export function offer(tries = TRIES) {
	const list = window.cur_list;
	const calendar = list && list.calendar;
	if (!calendar || !calendar.$cal) {
		if (tries) setTimeout(() => offer(tries - 1), 200);
		return;
	}
	if (calendar.whose === undefined) choose(calendar);
}

function choose(calendar) {
	calendar.whose = "";
	const asked = calendar.get_args;
	calendar.get_args = function (...given) {
		return { ...asked.apply(this, given), whose: this.whose };
	};
	const options = Object.entries(CHOICES).map(
		([value, label]) => `<option value="${value}">${escape(label())}</option>`
	);
	const field = $(`<label class="sg-whose">${escape(__("Whose due dates?"))}
		<select class="form-control input-xs">${options.join("")}</select></label>`);
	field.find("select").on("change", (event) => {
		calendar.whose = event.target.value;
		calendar.refresh();
	});
	field.insertBefore(calendar.$cal);
}
