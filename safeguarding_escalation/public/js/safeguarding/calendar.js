// Whose due dates the calendar of escalations shows: all that one may see, one's team's, one's own.
const CHOICES = { "": () => __("All that I may see"), team: () => __("My team"), mine: () => __("Mine") };

// Called as the calendar has drawn its days; once for each list that holds it.
export function offer() {
	const list = window.cur_list;
	const calendar = list && list.calendar;
	if (!calendar || calendar.whose !== undefined) return;
	calendar.whose = "";
	const asked = calendar.get_args;
	calendar.get_args = function (...given) {
		return { ...asked.apply(this, given), whose: this.whose };
	};
	const field = list.page.add_field({
		fieldname: "whose",
		label: __("Whose"),
		fieldtype: "Select",
		options: Object.entries(CHOICES).map(([value, label]) => ({ value, label: label() })),
		change() {
			const chosen = field.get_value() || "";
			if (chosen === calendar.whose) return;
			calendar.whose = chosen;
			calendar.refresh();
		},
	});
	field.$wrapper.addClass("sg-whose");
}
