frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Due This Week"] = {
	method: "safeguarding_escalation.api.lists.chart",
	filters: [],
};
