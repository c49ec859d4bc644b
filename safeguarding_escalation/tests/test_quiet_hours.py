"""The site's quiet hours: what is set counts, what nobody set is the default, what makes no sense is refused."""

from __future__ import annotations

from datetime import time

import frappe
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine.quiet import Hours
from safeguarding_escalation.services import quiet_hours
from safeguarding_escalation.services.errors import BadInput
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_sweep import alerts, mails


def set_hours(morning: str | None, evening: str | None) -> None:
	frappe.db.set_single_value(
		quiet_hours.SETTINGS, {"alert_hour": morning, "alert_until": evening}, update_modified=False
	)
	frappe.clear_document_cache(quiet_hours.SETTINGS, quiet_hours.SETTINGS)


@pytest.fixture
def hours():
	"""Sets the site's hours, and forgets them after the test."""
	yield set_hours
	frappe.clear_document_cache(quiet_hours.SETTINGS, quiet_hours.SETTINGS)


@pytest.fixture
def case(world):
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	return made.name


def test_what_is_set_counts_and_what_is_not_is_the_default(hours):
	hours("09:15:00", "17:30:00")
	assert quiet_hours.hours() == Hours(time(9, 15), time(17, 30))
	hours(None, None)
	assert quiet_hours.hours() == Hours(time(8), time(20))


@pytest.mark.parametrize("stored", [None, "05:15:09.325348"])
def test_what_frappe_filled_in_at_the_installation_is_replaced(hours, stored):
	hours(stored, stored)
	quiet_hours.ensure()
	frappe.clear_document_cache(quiet_hours.SETTINGS, quiet_hours.SETTINGS)
	assert quiet_hours.hours() == Hours(time(8), time(20))
	hours("07:00:00", "18:00:00")
	quiet_hours.ensure()
	assert quiet_hours.hours() == Hours(time(7), time(18))


def test_the_sweep_keeps_the_sites_hours(hours, case):
	hours("09:30:00", "17:00:00")
	scheduler.sweep("2025-03-18 09:29:00")  # RB.S1.SPEAK was due on Mon 17 March
	assert not mails(case)
	scheduler.sweep("2025-03-18 17:00:00")
	said = {(row.clock, row.rung) for row in alerts(case)}
	assert ("RB.S1.RESOLVE", "due_today") in said  # due that night: the next morning would be too late
	assert ("RB.S1.SPEAK", "overdue") not in said
	scheduler.sweep("2025-03-19 09:30:00")
	assert ("RB.S1.SPEAK", "overdue") in {(row.clock, row.rung) for row in alerts(case)}


def test_hours_that_leave_no_room_are_refused(world):
	settings = frappe.get_doc(quiet_hours.SETTINGS)
	settings.update({"installation": "Board hosted", "alert_hour": "08:00:00", "alert_until": "09:59:00"})
	with pytest.raises(BadInput, match="leave at least 2 hours"):
		settings.save()
	settings.reload()
	settings.update({"installation": "Board hosted", "alert_hour": "08:00:00", "alert_until": "10:00:00"})
	settings.save()
	assert quiet_hours.hours() == Hours(time(8), time(10))
