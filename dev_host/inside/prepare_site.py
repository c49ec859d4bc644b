"""Finish Frappe's setup wizard as a board in London would, so that Desk opens instead of the wizard.

usage, in the sites folder: python prepare_site.py SITE
"""

import sys

import frappe
from frappe.desk.page.setup_wizard.setup_wizard import setup_complete

ANSWERS = {
	"language": "English",
	"country": "United Kingdom",
	"timezone": "Europe/London",
	"currency": "GBP",
	"enable_telemetry": 0,
}


def finish_wizard() -> None:
	"""Answer the wizard unless it is answered already."""
	if not frappe.db.get_single_value("System Settings", "setup_complete"):
		setup_complete(dict(ANSWERS))


def settle() -> None:
	"""What the wizard leaves odd: Administrator's own time zone, guided tours, telemetry, a look for updates outside."""
	frappe.db.set_value("User", "Administrator", "time_zone", None)
	fields = {field.fieldname for field in frappe.get_meta("System Settings").fields}
	wanted = {
		"enable_onboarding": 0,
		"enable_telemetry": 0,
		"disable_system_update_notification": 1,
		"first_day_of_the_week": "Monday",
	}
	for field, value in wanted.items():
		if field in fields:
			frappe.db.set_single_value("System Settings", field, value)


def main(site: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	try:
		frappe.set_user("Administrator")
		finish_wizard()
		settle()
		frappe.db.commit()
		frappe.clear_cache()
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1])
