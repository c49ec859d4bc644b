/* global safeguarding */
// The due dates of every running clock. Nobody moves one by dragging it: the policy says when it is due.
frappe.views.calendar["Escalation"] = {
	field_map: { start: "start", end: "end", id: "name", title: "title", allDay: "allDay" },
	get_events_method: "safeguarding_escalation.api.lists.calendar",
	filters: [{ fieldtype: "Link", fieldname: "board", options: "Safeguarding Board", label: __("Board") }],
	// Colours of the calendar that keep their contrast; the state itself stands in the title.
	get_css_class: (event) =>
		({ Overdue: "danger", "Due today": "warning", "Due soon": "warning" })[event.state],
	options: {
		firstDay: 1,
		// Seven columns leave no room for a word on a phone: there the days stand below each other.
		...(window.innerWidth < 768 ? { defaultView: "listMonth" } : {}),
		height: "auto",
		// Frappe 15's calendar and 16's each call their own.
		viewRender: () => safeguarding.calendar.offer(),
		datesSet: () => safeguarding.calendar.offer(),
		editable: false,
		selectable: false,
		eventStartEditable: false,
		eventDurationEditable: false,
		eventClick(given) {
			// Frappe 16's calendar hands over an envelope, 15's the event itself.
			const event = given.event || given;
			const name = event.escalation || (event.extendedProps || {}).escalation;
			if (name) frappe.set_route("Form", "Escalation", name);
		},
	},
};
