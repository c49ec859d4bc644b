// The blank paper form of a board, for when the system cannot be reached. What happens is in public/js/safeguarding/prints.js.
/* global safeguarding */

frappe.pages["paper-form"].on_page_load = (wrapper) => safeguarding.prints.paperPage(wrapper);
