"""Frozen sweeps round Christmas, Easter and the changes of the clocks: exactly which mails, to whom, of which rung.

`R` is the raising agency's lead, `L` the responding agency's. Their line managers may not open the case at these stages.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.engine.events import LONDON
from safeguarding_escalation.services import projection, times
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.tests import factories

REDBRIDGE_2024 = {
	"2024-12-23 07:59": {},
	"2024-12-23 08:00": {("RB.S1.SPEAK", "due_soon"): "L"},
	"2024-12-24 08:00": {("RB.S1.SPEAK", "due_today"): "L"},
	"2024-12-25 12:00": {},
	"2024-12-26 12:00": {},
	"2024-12-27 08:00": {("RB.S1.SPEAK", "overdue"): "L", ("RB.S1.RESOLVE", "due_soon"): "LR"},
	"2024-12-28 10:00": {},
	"2024-12-30 08:00": {("RB.S1.RESOLVE", "due_today"): "LR"},
	"2024-12-31 08:00": {("RB.S1.RESOLVE", "overdue"): "LR", ("RB.S2.ESCALATE", "overdue"): "R"},
	"2025-01-01 09:00": {},
	"2025-01-02 08:00": {("RB.S1.SPEAK", "overdue_again 1"): "L"},
	"2025-01-06 08:00": {
		("RB.S1.RESOLVE", "overdue_again 1"): "LR",
		("RB.S2.ESCALATE", "overdue_again 1"): "R",
	},
}
SUFFOLK_2024 = {
	"2024-12-23 08:00": {("SU.S1.DISCUSS", "due_soon"): "LR"},
	"2024-12-24 08:00": {("SU.S1.DISCUSS", "due_today"): "LR"},
	"2024-12-26 12:00": {},
	"2024-12-27 08:00": {("SU.S1.DISCUSS", "overdue"): "LR", ("SU.S5.REFER", "due_soon"): "R"},
	"2024-12-30 08:00": {("SU.S5.REFER", "due_today"): "R"},
	"2024-12-31 08:00": {("SU.S5.REFER", "overdue"): "R"},
	"2025-01-01 09:00": {},
	"2025-01-02 08:00": {("SU.S1.DISCUSS", "overdue_again 1"): "LR"},
	"2025-01-06 08:00": {("SU.S5.REFER", "overdue_again 1"): "R"},
}
# Ten working days from Thu 12 December: 13, 16 to 20, 23, 24, 27, 30.
STOCKPORT_2024 = {
	"2024-12-27 08:00": {("ST.S3.RESOLVE", "due_soon"): "LR"},
	"2024-12-28 10:00": {},
	"2024-12-30 08:00": {("ST.S3.RESOLVE", "due_today"): "LR"},
	"2024-12-31 08:00": {("ST.S3.RESOLVE", "overdue"): "LR"},
	"2025-01-01 09:00": {},
	"2025-01-06 08:00": {("ST.S3.RESOLVE", "overdue_again 1"): "LR"},
}
# Christmas 2027 falls on a Saturday: Mon 27 and Tue 28 December, and Mon 3 January, are bank holidays in its place.
REDBRIDGE_2027 = {
	"2027-12-24 08:00": {("RB.S1.SPEAK", "due_soon"): "L"},
	"2027-12-27 12:00": {},
	"2027-12-28 12:00": {},
	"2027-12-29 08:00": {("RB.S1.SPEAK", "due_today"): "L"},
	"2027-12-30 08:00": {("RB.S1.SPEAK", "overdue"): "L", ("RB.S1.RESOLVE", "due_soon"): "LR"},
	"2027-12-31 08:00": {("RB.S1.RESOLVE", "due_today"): "LR"},
	"2028-01-03 12:00": {},
	"2028-01-04 08:00": {("RB.S1.RESOLVE", "overdue"): "LR", ("RB.S2.ESCALATE", "overdue"): "R"},
}
SUFFOLK_2027 = {
	"2027-12-24 08:00": {("SU.S1.DISCUSS", "due_soon"): "LR"},
	"2027-12-28 12:00": {},
	"2027-12-29 08:00": {("SU.S1.DISCUSS", "due_today"): "LR"},
	"2027-12-30 08:00": {("SU.S1.DISCUSS", "overdue"): "LR", ("SU.S5.REFER", "due_soon"): "R"},
	"2028-01-03 12:00": {},
	"2028-01-04 08:00": {("SU.S5.REFER", "overdue"): "R"},
}
# Ten working days from Tue 14 December 2027: 15, 16, 17, 20 to 24, 29, 30.
STOCKPORT_2027 = {
	"2027-12-27 12:00": {},
	"2027-12-29 08:00": {("ST.S3.RESOLVE", "due_soon"): "LR"},
	"2027-12-30 08:00": {("ST.S3.RESOLVE", "due_today"): "LR"},
	"2027-12-31 08:00": {("ST.S3.RESOLVE", "overdue"): "LR"},
}
# Good Friday is 18 April 2025, Easter Monday the 21st.
REDBRIDGE_EASTER = {
	"2025-04-17 08:00": {("RB.S1.SPEAK", "due_soon"): "L"},
	"2025-04-18 12:00": {},
	"2025-04-21 12:00": {},
	"2025-04-22 08:00": {("RB.S1.SPEAK", "due_today"): "L"},
	"2025-04-23 08:00": {("RB.S1.SPEAK", "overdue"): "L", ("RB.S1.RESOLVE", "due_soon"): "LR"},
	"2025-04-24 08:00": {("RB.S1.RESOLVE", "due_today"): "LR"},
	"2025-04-25 08:00": {("RB.S1.RESOLVE", "overdue"): "LR", ("RB.S2.ESCALATE", "overdue"): "R"},
}
SUFFOLK_EASTER = {
	"2025-04-17 08:00": {("SU.S1.DISCUSS", "due_soon"): "LR"},
	"2025-04-21 12:00": {},
	"2025-04-22 08:00": {("SU.S1.DISCUSS", "due_today"): "LR"},
	"2025-04-23 08:00": {("SU.S1.DISCUSS", "overdue"): "LR", ("SU.S5.REFER", "due_soon"): "R"},
}
# Ten working days from Mon 7 April 2025: 8 to 11, 14 to 17, 22, 23.
STOCKPORT_EASTER = {
	"2025-04-18 12:00": {},
	"2025-04-22 08:00": {("ST.S3.RESOLVE", "due_soon"): "LR"},
	"2025-04-23 08:00": {("ST.S3.RESOLVE", "due_today"): "LR"},
	"2025-04-24 08:00": {("ST.S3.RESOLVE", "overdue"): "LR"},
}
WALKS = {
	"Redbridge, Christmas 2024": ("Redbridge", 1, "2024-12-19 10:00", REDBRIDGE_2024),
	"Suffolk, Christmas 2024": ("Suffolk", 1, "2024-12-19 10:00", SUFFOLK_2024),
	"Stockport, Christmas 2024": ("Stockport", 3, "2024-12-12 10:00", STOCKPORT_2024),
	"Redbridge, Christmas 2027": ("Redbridge", 1, "2027-12-22 10:00", REDBRIDGE_2027),
	"Suffolk, Christmas 2027": ("Suffolk", 1, "2027-12-22 10:00", SUFFOLK_2027),
	"Stockport, Christmas 2027": ("Stockport", 3, "2027-12-14 10:00", STOCKPORT_2027),
	"Redbridge, Easter 2025": ("Redbridge", 1, "2025-04-15 10:00", REDBRIDGE_EASTER),
	"Suffolk, Easter 2025": ("Suffolk", 1, "2025-04-15 10:00", SUFFOLK_EASTER),
	"Stockport, Easter 2025": ("Stockport", 3, "2025-04-07 10:00", STOCKPORT_EASTER),
}


class Clock:
	"""The site's clock, set by the time in London."""

	def __init__(self, monkeypatch) -> None:
		self.zone = ZoneInfo("Europe/London")
		monkeypatch.setattr(times, "site_zone", lambda: self.zone)
		monkeypatch.setattr(times, "now_datetime", lambda: self.now)

	def set(self, london: str) -> str:
		"""Set it; returns the site's own time as the scheduler is given it."""
		moment = datetime.fromisoformat(london).replace(tzinfo=LONDON)
		self.now = moment.astimezone(self.zone).replace(tzinfo=None)
		return str(self.now)


@pytest.fixture
def clock(world, monkeypatch) -> Clock:
	for doctype in (
		"Escalation Deadline",
		"Escalation Alert",
		"Email Queue",
		"Email Unsubscribe",
		"Alert Preference",
	):
		frappe.db.delete(doctype)
	for agency in (world.raising, world.responding):
		manager = world.contact(agency, "Manager")
		frappe.db.set_value(
			"Safeguarding Contact", world.contact(agency, "Practitioner"), "line_manager", manager
		)
	return Clock(monkeypatch)


def opened(world, clock: Clock, board: str, stage: int, moment: str) -> str:
	"""A case at a stage since a moment in London, at which the disagreement arose too; returns its name."""
	site_time = clock.set(moment)
	name = factories.escalation(world, board=board, disagreement_at=site_time).name
	factories.entry(name, kind="concern_raised", stage=1)
	if stage > 1:
		factories.entry(name, kind="stage_started", stage=stage)
	frappe.db.set_value("Escalation", name, "workflow_state", f"Stage {stage}")
	refresh(name)
	return name


def refresh(name: str) -> None:
	with locked(name) as held:
		projection.refresh(held)


def mails_of(name: str) -> list:
	return frappe.get_all("Email Queue", {"reference_name": name}, pluck="name")


def swept(world, clock: Clock, name: str, moment: str) -> tuple[dict, Counter]:
	"""What one sweep said of the case, as in the tables above, and how many mails each side got."""
	before = {row.name for row in frappe.get_all("Escalation Alert", {"escalation": name})}
	mails = set(mails_of(name))
	scheduler.sweep(clock.set(moment))
	sides = {
		world.user(world.raising, "Practitioner"): "R",
		world.user(world.responding, "Practitioner"): "L",
	}
	said: dict[tuple[str, str], str] = {}
	for row in frappe.get_all("Escalation Alert", {"escalation": name}, ["*"]):
		if row.name not in before:
			key = (row.clock, row.rung)
			said[key] = "".join(sorted(said.get(key, "") + sides.get(row.recipient, f" {row.recipient} ")))
			assert row.mail_state == "Queued"
	new = [mail for mail in mails_of(name) if mail not in mails]
	to = frappe.get_all("Email Queue Recipient", {"parent": ("in", new or [""])}, pluck="recipient")
	return said, Counter(sides.get(email, email) for email in to)


@pytest.mark.parametrize("walk", WALKS)
def test_exactly_these_mails_on_these_days(world, clock, walk):
	board, stage, moment, expected = WALKS[walk]
	name = opened(world, clock, board, stage, moment)
	for day, alerts in expected.items():
		said, mails = swept(world, clock, name, day)
		assert said == alerts, day
		# One mail a person, however many clocks.
		assert mails == Counter({side: 1 for sides in alerts.values() for side in sides}), day


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize(
	("opens", "monday"),
	[
		("2025-03-26 10:00", "2025-03-31"),
		("2025-10-22 10:00", "2025-10-27"),
		("2026-03-25 10:00", "2026-03-30"),
		("2026-10-21 10:00", "2026-10-26"),
	],
)
def test_eight_oclock_is_londons_after_the_clocks_change_wherever_the_site_is(
	world, clock, zone, opens, monday
):
	clock.zone = ZoneInfo(zone)
	name = opened(world, clock, "Redbridge", 1, opens)
	said, _ = swept(world, clock, name, f"{monday} 07:59:59")
	assert said == {}
	said, mails = swept(world, clock, name, f"{monday} 08:00")
	assert said == {("RB.S1.SPEAK", "due_today"): "L"}
	assert mails == Counter({"L": 1})


@pytest.mark.parametrize(
	("opens", "sunday"), [("2025-10-22 10:00", "2025-10-26"), ("2026-10-21 10:00", "2026-10-25")]
)
def test_a_protective_instant_in_the_hour_that_comes_twice(world, clock, opens, sunday):
	"""01:30 on that Sunday is the first one: an hour before the second, and said once."""
	name = opened(world, clock, "Redbridge", 1, opens)
	due = datetime.fromisoformat(f"{sunday} 01:30").replace(tzinfo=LONDON)
	factories.entry(name, kind="protective_deadline", stage=1, due_at=due)
	refresh(name)
	friday = f"{sunday[:8]}{int(sunday[8:]) - 2}"
	said, _ = swept(world, clock, name, f"{friday} 15:00")
	assert set(said) == {("RB.S1.SPEAK", "last_afternoon"), ("RB.S1.RESOLVE", "last_afternoon")}
	assert swept(world, clock, name, f"{sunday} 01:29:59") == ({}, Counter())
	said, mails = swept(world, clock, name, f"{sunday} 01:30")
	assert {rung for _, rung in said} == {"overdue"}
	assert {"RB.S1.SPEAK", "RB.S1.RESOLVE"} <= {of for of, _ in said}
	assert mails == Counter({"L": 1, "R": 1})
	assert swept(world, clock, name, f"{sunday} 01:35") == ({}, Counter())


def test_a_month_of_downtime_over_christmas_is_one_mail_a_person_and_then_one_reminder(world, clock):
	name = opened(world, clock, "Redbridge", 1, "2024-12-19 10:00")
	said, mails = swept(world, clock, name, "2025-01-20 09:00")
	assert {rung for _, rung in said} == {"overdue"}
	assert mails == Counter({"L": 1, "R": 1})
	assert swept(world, clock, name, "2025-01-20 09:05") == ({}, Counter())
	said, mails = swept(world, clock, name, "2025-02-03 09:00")
	assert {rung.partition(" ")[0] for _, rung in said} == {"overdue_again"}
	assert len(said) == 3  # one reminder a clock, whichever it is by now
	assert mails == Counter({"L": 1, "R": 1})


def test_the_policy_without_numbers_sends_local_targets_that_say_so(world, clock):
	"""4LSAB: nothing is said in the name of its protocol that the protocol does not hold."""
	name = opened(world, clock, "Southampton", 1, "2025-03-11 10:00")
	said, _ = swept(world, clock, name, "2025-03-19 08:00")
	assert said == {("LOCAL.S1", "overdue"): "LR"}
	texts = frappe.get_all("Email Queue", {"reference_name": name}, pluck="message")
	assert texts
	assert all("local target, not policy" in text.replace("=\n", "") for text in texts)
	assert not any("policy clause" in text for text in texts)
