// The list of escalations. The indicator is derived from the clock on the wall, so it is right with the scheduler off.
(() => {
	const SOON_DAYS = 2;
	const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
	const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

	// undefined where the state was not fetched (a workspace's quick list): no word is better than a wrong one.
	function indicator(doc) {
		if (doc.workflow_state === undefined) return undefined;
		const state = doc.workflow_state || "Draft";
		const byState = `workflow_state,=,${state}`;
		if (["Closed", "Withdrawn"].includes(state)) return [__(state), "gray", byState];
		if (doc.immediate_risk && !doc.risk_passed_at) {
			return [__("At risk now"), "red", "immediate_risk,=,1"];
		}
		if (!doc.next_due_at) return [__(state), state === "Resolved" ? "green" : "gray", byState];
		const now = frappe.datetime.now_datetime();
		const today = now.slice(0, 10);
		const dueDay = doc.next_due_at.slice(0, 10);
		if (doc.next_due_at < now) return [__("Overdue"), "red", `next_due_at,<,${now}`];
		if (dueDay === today) return [__("Due today"), "orange", `next_due_at,<=,${today} 23:59:59`];
		const soon = frappe.datetime.add_days(today, SOON_DAYS);
		if (dueDay <= soon) return [__("Due soon"), "yellow", `next_due_at,<=,${soon} 23:59:59`];
		return [__("On track"), "blue", `next_due_at,>,${soon} 23:59:59`];
	}

	// "2025-03-18 23:59:59" → "Tue 18 Mar", with the year where it isn't this one, with the time where it is due within
	// the day.
	function dueText(value) {
		if (!value) return "";
		const [year, month, day] = value.slice(0, 10).split("-").map(Number);
		const weekday = DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
		const time = value.slice(11, 16);
		const thisYear = String(year) === frappe.datetime.get_today().slice(0, 4);
		const text = `${weekday} ${day} ${MONTHS[month - 1]}${thisYear ? "" : ` ${year}`}`;
		return time && time !== "23:59" ? `${text}, ${time}` : text;
	}

	const OPEN = ["workflow_state", "not in", ["Closed", "Withdrawn"]];

	// The list as somebody asked for it by a button: these filters and no others.
	function narrow(list, ...conditions) {
		const filters = [OPEN, ...conditions].map((condition) => ["Escalation", ...condition]);
		list.filter_area.clear(false).then(() => list.filter_area.add(filters));
	}

	function endOfWeek() {
		const today = frappe.datetime.get_today();
		const weekday = moment(today).isoWeekday();
		return `${frappe.datetime.add_days(today, 7 - weekday)} 23:59:59`;
	}

	// Reference, state, board, stage, due and owed by: one column more than Frappe shows on a small screen.
	function widen(list) {
		if (list.list_view_settings.total_fields) return;
		list.list_view_settings.total_fields = 7;
		list.setup_columns();
		list.render_header(true);
	}

	function offerLists(list) {
		widen(list);
		const page = list.page;
		page.add_inner_button(__("Overdue"), () =>
			narrow(list, ["next_due_at", "<", frappe.datetime.now_datetime()])
		);
		page.add_inner_button(__("Due this week"), () =>
			narrow(list, ["next_due_at", "between", [frappe.datetime.now_datetime(), endOfWeek()]])
		);
		page.add_inner_button(__("All open"), () => narrow(list));
		page.add_inner_button(__("Mine"), () => frappe.set_route("query-report", "My Cases"));
		page.add_inner_button(__("Calendar"), () => frappe.set_route("List", "Escalation", "Calendar"));
		page.add_inner_button(__("Who do I ring?"), () => frappe.set_route("who-do-i-ring"));
	}

	// "raising lead, responding lead" → the agencies' names.
	function owedText(value, doc) {
		const agencies = { raising: doc.raising_agency, responding: doc.responding_agency };
		const parts = String(value || "")
			.split(",")
			.map((part) => part.trim())
			.filter(Boolean)
			.map((part) => agencies[part.split(" ")[0]] || part);
		return [...new Set(parts)].join(", ");
	}

	frappe.listview_settings["Escalation"] = {
		filters: [OPEN],
		onload: offerLists,
		add_fields: [
			"workflow_state",
			"reference",
			"stage_label",
			"board",
			"next_due_at",
			"next_owed_by",
			"immediate_risk",
			"risk_passed_at",
			"raising_agency",
			"responding_agency",
		],
		hide_name_column: true,
		hide_name_filter: true,
		has_indicator_for_draft: true,
		get_indicator: indicator,
		formatters: {
			next_due_at: (value) => frappe.utils.escape_html(dueText(value)),
			next_owed_by: (value, field, doc) => frappe.utils.escape_html(owedText(value, doc)),
		},
	};
})();
