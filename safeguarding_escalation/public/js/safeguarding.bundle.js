// What the Desk needs on an escalation: the form's panel and its two dialogs. The form and list scripts call these.
import * as banner from "./safeguarding/banner";
import * as figures from "./safeguarding/figures";
import * as form from "./safeguarding/form";
import * as panel from "./safeguarding/panel";
import { openRecordDialog } from "./safeguarding/record_dialog";
import { openMoveDialog } from "./safeguarding/move_dialog";
import * as board from "./safeguarding/board_form";
import * as boardReturn from "./safeguarding/board_return";
import * as policy from "./safeguarding/policy_form";
import * as prints from "./safeguarding/prints";
import * as raise from "./safeguarding/raise";
import { checkAll } from "./safeguarding/record_itself";
import * as calendar from "./safeguarding/calendar";
import * as calendarChange from "./safeguarding/calendar_change";
import * as reports from "./safeguarding/reports";
import * as retention from "./safeguarding/retention";
import * as ring from "./safeguarding/ring";
import * as subjectAccess from "./safeguarding/subject_access";
import { mend } from "./safeguarding/template_names";
import * as typed from "./safeguarding/typed";
import * as worklists from "./safeguarding/worklists";

mend(frappe.utils);
frappe.provide("safeguarding");
Object.assign(window.safeguarding, {
	banner,
	form,
	panel,
	openRecordDialog,
	openMoveDialog,
	board,
	boardReturn,
	policy,
	prints,
	raise,
	calendar,
	calendarChange,
	checkAll,
	reports,
	retention,
	ring,
	subjectAccess,
	worklists,
});

$(document).on("app_ready", banner.start);
$(document).on("app_ready", figures.start);
$(document).on("app_ready", typed.keep);
