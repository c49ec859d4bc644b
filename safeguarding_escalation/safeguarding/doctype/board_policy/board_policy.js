/* global safeguarding */
// The form of a Board Policy. What it shows and does is in the bundle's policy modules.
const TABLES = {
	"Policy Stage": "stages",
	"Policy Level": "levels",
	"Policy Clock": "clocks",
	"Policy Alert Rung": "alert_rungs",
	"Policy Move": "moves",
	"Policy Record": "records",
	"Policy Copy Rule": "copy_rules",
	"Policy Closing Duty": "closing_duties",
	"Policy Path": "paths",
	"Policy Exclusion": "exclusions",
	"Policy Question": "questions",
	"Policy Guidance": "guidance",
};

frappe.ui.form.on("Board Policy", {
	setup: (frm) => safeguarding.policy.setup(frm, TABLES),
	refresh: (frm) => safeguarding.policy.refresh(frm),
	before_submit: (frm) => safeguarding.policy.beforeSubmit(frm),
});
