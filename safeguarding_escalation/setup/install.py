"""What happens when the app is installed on a site. Everything is repeated by every migrate."""

from __future__ import annotations

import frappe

from safeguarding_escalation.services import (
	access,
	holiday_look,
	projection,
	quiet_hours,
	saved_reports,
	spells,
)
from safeguarding_escalation.setup import policies, record, roles, triggers, workflow


def before_install() -> None:
	"""The roles first: Frappe would make those that a DocType names, and we could not tell ours from others'."""
	roles.ensure_roles()


def after_install() -> None:
	"""Everything that is data rather than schema."""
	ensure_all()


def ensure_all() -> None:
	"""Roles, settings, workflow, policies, boards, seals, triggers, access: each creates what is missing and changes nothing else."""
	roles.ensure_roles()
	ensure_settings()
	quiet_hours.ensure()
	workflow.ensure_workflow()
	policies.seed()
	record.ensure()
	triggers.ensure()
	access.ensure_complete()
	holiday_look.look()
	projection.ensure_alerts()
	spells.ensure()
	saved_reports.ensure()


def ensure_settings() -> None:
	"""Store the defaults of a Safeguarding Settings that was never saved, since Frappe reads stored values only."""
	if not frappe.db.get_single_value("Safeguarding Settings", "installation", cache=False):
		settings = frappe.get_doc("Safeguarding Settings")
		# Frappe fills an empty time of day with the present one, whatever the field's default.
		settings.alert_hour, settings.alert_until = quiet_hours.DEFAULTS
		settings.flags.ignore_permissions = True
		settings.flags.ignore_mandatory = True  # who hosts is for the administrator to say
		settings.save()
