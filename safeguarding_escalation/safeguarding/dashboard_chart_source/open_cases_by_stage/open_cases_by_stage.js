frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Open Cases by Stage"] = {
	method: "safeguarding_escalation.api.lists.chart",
	filters: [],
};
