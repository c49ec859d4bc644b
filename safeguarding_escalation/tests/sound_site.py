"""A site on which the clock health check finds nothing: one open case, everything around it in order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import health_site, heartbeat, record_checks, times
from safeguarding_escalation.setup import record
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

ENDED = "Withdrawn"
OFFICE = "Redbridge Safeguarding Adults Board"


def aside() -> None:
	"""What other tests keep on the site is set aside: their cases ended, their boards not in use. Rolled back after."""
	table = frappe.qb.DocType("Escalation")
	frappe.qb.update(table).set(table.workflow_state, ENDED).run()
	for doctype in ("Escalation Deadline", "Escalation Alert", "Email Queue"):
		frappe.db.delete(doctype)
	boards = frappe.qb.DocType("Safeguarding Board")
	frappe.qb.update(boards).set(boards.disabled, 1).where(boards.name != factories.BOARD).run()


def order(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
	"""Server, mail, calendar, policies and people of the site in order."""
	monkeypatch.setitem(frappe.conf, "pause_scheduler", 0)
	monkeypatch.setitem(frappe.conf, "mute_emails", 0)
	monkeypatch.setitem(frappe.conf, "mail_server", "mail.example.test")
	monkeypatch.setattr("frappe.utils.scheduler.is_scheduler_disabled", lambda: False)
	monkeypatch.setattr(health_site, "oldest_waiting_jobs", dict)
	health = record_checks.Health(ok=True, sentence="As checked.")
	monkeypatch.setattr(record, "health", lambda: health)
	policy = frappe.get_doc("Safeguarding Board", world.board).policies[0].policy
	frappe.db.set_value("Board Policy", policy, "review_due", "2099-01-01")
	frappe.db.set_value("Safeguarding Contact", {"name": ("is", "set")}, "verified_on", times.today())
	monkeypatch.setattr(frappe, "are_emails_muted", lambda: False)
	monkeypatch.setattr("safeguarding_escalation.compat.has_outgoing_account", lambda: True)
	frappe.db.delete("Error Log")
	frappe.db.delete("Email Unsubscribe")
	heartbeat.beat("sweep")
	heartbeat.beat("mail")


def case(world: Any, **values: Any) -> Any:
	"""A case raised two hours ago, its alerts served."""
	began = times.stored(times.now() - timedelta(hours=2)).replace(microsecond=0)
	made = factories.escalation(world, disagreement_at=str(began), **values)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at=str(began + timedelta(minutes=5)))
	scheduler.sweep()
	made.reload()
	return made
