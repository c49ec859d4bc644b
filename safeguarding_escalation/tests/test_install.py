"""The app is installed as a Frappe app should be, on a site that is ready to use."""

import frappe
from frappe.utils import get_system_timezone
from frappe.utils.change_log import get_versions

from safeguarding_escalation import __version__


def test_the_app_is_installed():
	assert "safeguarding_escalation" in frappe.get_installed_apps()


def test_its_module_belongs_to_it():
	assert frappe.db.get_value("Module Def", "Safeguarding", "app_name") == "safeguarding_escalation"


def test_its_version_is_what_frappe_reports():
	assert get_versions()["safeguarding_escalation"]["version"] == __version__


def test_every_scheduled_method_is_registered_and_exists():
	events = frappe.get_hooks("scheduler_events", app_name="safeguarding_escalation") or {}
	hooked = {method for group in events.values() for method in flattened(group)}
	jobs = frappe.get_all("Scheduled Job Type", pluck="method")
	assert {method for method in jobs if method.startswith("safeguarding_escalation.")} == hooked
	assert all(callable(frappe.get_attr(method)) for method in hooked)


def flattened(group):
	"""Methods of one frequency: a list, or for cron a dict of lists by expression."""
	return [method for methods in group.values() for method in methods] if isinstance(group, dict) else group


def test_the_setup_wizard_is_answered_for_london():
	assert frappe.db.get_single_value("System Settings", "setup_complete")
	assert frappe.db.get_single_value("System Settings", "country") == "United Kingdom"
	assert get_system_timezone() == "Europe/London"
	# Frappe leaves the zone of its makers there; later versions fill in the site's own.
	assert (frappe.db.get_value("User", "Administrator", "time_zone") or "Europe/London") == "Europe/London"
