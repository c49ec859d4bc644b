// What the Desk needs on an escalation: the form's panel and its two dialogs. The form and list scripts call these.
import * as form from "./safeguarding/form";
import * as panel from "./safeguarding/panel";
import { openRecordDialog } from "./safeguarding/record_dialog";
import { openMoveDialog } from "./safeguarding/move_dialog";

frappe.provide("safeguarding");
Object.assign(window.safeguarding, { form, panel, openRecordDialog, openMoveDialog });
