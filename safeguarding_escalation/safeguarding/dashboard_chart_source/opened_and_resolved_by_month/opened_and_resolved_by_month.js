frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Opened and Resolved by Month"] = {
	method: "safeguarding_escalation.api.lists.chart",
	filters: [],
};
