// Quick raise, for a practitioner with a phone in a corridor. What happens is in public/js/safeguarding/raise.js.
/* global safeguarding */

frappe.pages["raise-concern"].on_page_load = (wrapper) => safeguarding.raise.load(wrapper);
frappe.pages["raise-concern"].on_page_show = (wrapper) => safeguarding.raise.show(wrapper);
