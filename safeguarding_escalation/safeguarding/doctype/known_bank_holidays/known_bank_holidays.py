"""Known Bank Holidays: the days of the `holidays` package as the site last looked at them."""

from __future__ import annotations

from frappe.model.document import Document


class KnownBankHolidays(Document):
	"""Written by `services.holiday_look` alone."""
