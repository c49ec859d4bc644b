// The form of an escalation. What happens is in public/js/safeguarding; this is the list of moments.
/* global safeguarding */

frappe.ui.form.on("Escalation", {
	setup(frm) {
		safeguarding.form.setup(frm);
	},
	refresh(frm) {
		safeguarding.form.refresh(frm);
		safeguarding.ring.offer(frm);
		safeguarding.retention.offer(frm);
	},
	board(frm) {
		if (frm.is_new()) safeguarding.form.refresh(frm);
	},
	responding_agency(frm) {
		safeguarding.form.proposeLead(frm);
	},
	path(frm) {
		safeguarding.form.showPath(frm);
	},
	direction(frm) {
		safeguarding.form.takeSide(frm);
	},
	counterparty(frm) {
		safeguarding.form.otherSide(frm);
	},
	immediate_risk(frm) {
		safeguarding.form.riskTicked(frm);
	},
	before_workflow_action(frm) {
		return safeguarding.form.beforeWorkflowAction(frm);
	},
});

frappe.ui.form.on("Escalation Subject", {
	subject_name(frm) {
		safeguarding.form.sameNameSoon(frm);
	},
	date_of_birth(frm) {
		safeguarding.form.sameNameSoon(frm);
	},
});
