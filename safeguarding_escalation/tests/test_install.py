"""The app is installed as a Frappe app should be, on a site that is ready to use."""

import frappe
from frappe.utils import get_system_timezone

from safeguarding_escalation import __version__


def test_the_app_is_installed():
	assert "safeguarding_escalation" in frappe.get_installed_apps()


def test_its_module_belongs_to_it():
	assert frappe.db.get_value("Module Def", "Safeguarding", "app_name") == "safeguarding_escalation"


def test_its_version_is_known_to_the_site():
	versions = {
		app.app_name: app.app_version
		for app in frappe.get_single("Installed Applications").installed_applications
	}
	assert versions["safeguarding_escalation"] == __version__


def test_every_scheduled_method_exists():
	methods = frappe.get_all("Scheduled Job Type", pluck="method")
	ours = [method for method in methods if method.startswith("safeguarding_escalation.")]
	registered = [
		name
		for names in frappe.get_hooks("scheduler_events", app_name="safeguarding_escalation")
		.get("cron", {})
		.values()
		for name in names
	]
	assert sorted(ours) == sorted(registered)
	assert all(callable(frappe.get_attr(method)) for method in ours)


def test_the_setup_wizard_is_answered_for_london():
	assert frappe.db.get_single_value("System Settings", "setup_complete")
	assert frappe.db.get_single_value("System Settings", "country") == "United Kingdom"
	assert get_system_timezone() == "Europe/London"
	assert not frappe.db.get_value("User", "Administrator", "time_zone")
