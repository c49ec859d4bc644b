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
		height: "auto",
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
