"""Several people at once on one case: nothing twice, nothing lost, one winner. Real commits on real connections."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import errors, log, sealing
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

WRITERS, EVENTS = 4, 25


@pytest.fixture
def committed(world):
	"""A world and a raised case that other connections can see; what the test wrote stays on the test site."""
	case = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(case.name, "Raise Concern")
	frappe.db.commit()
	return world, case.name


def on_own_connection(user: str, work):
	"""Run `work()` in this thread with a connection of its own; returns its answer or the refusal."""
	frappe.init(site=os.environ["SE_SITE"], sites_path=str(Path(os.environ["SE_BENCH"]) / "sites"))
	frappe.connect()
	try:
		frappe.set_user(user)
		answer = work()
		frappe.db.commit()
		return answer
	except frappe.ValidationError as refusal:
		frappe.db.rollback()
		return refusal
	finally:
		frappe.destroy()


def test_four_writers_leave_distinct_sequence_numbers(committed):
	world, name = committed
	before = frappe.db.count("Stage Log", {"escalation": name})
	user = world.user(world.raising, "Practitioner")

	def write(writer: int):
		def one(number: int):
			return on_own_connection(
				user, lambda: api.record(name, "consulted", note=f"{writer}-{number}")["sequence"]
			)

		return [one(number) for number in range(EVENTS)]

	with ThreadPoolExecutor(WRITERS) as pool:
		answers = [sequence for batch in pool.map(write, range(WRITERS)) for sequence in batch]
	assert len(set(answers)) == WRITERS * EVENTS
	frappe.db.rollback()
	rows = log.rows(name)
	assert [row.sequence for row in rows] == list(range(1, before + WRITERS * EVENTS + 1))
	for previous, row in pairwise(rows):
		assert row.previous_hash == previous.hash
		assert row.hash == sealing.row_hash(row)


def test_two_moves_at_once_have_one_winner(committed):
	world, name = committed
	user = world.user(world.raising, "Practitioner")

	def escalate(_):
		return on_own_connection(
			user, lambda: api.move(name, "Escalate to Stage 2", expected_stage=1)["current_stage"]
		)

	with ThreadPoolExecutor(2) as pool:
		answers = list(pool.map(escalate, range(2)))
	assert [answer for answer in answers if answer == 2] == [2]
	lost = next(answer for answer in answers if answer != 2)
	assert isinstance(lost, errors.StaleCase | errors.MoveRefused | frappe.TimestampMismatchError), lost
	frappe.db.rollback()
	assert frappe.db.count("Stage Log", {"escalation": name, "kind": "stage_started"}) == 1


def test_who_waited_for_another_entry_is_not_told_that_the_record_is_broken(committed):
	"""A request sees the database as it was when it began, and its own entry follows one that it does not see."""
	world, name = committed
	raising, responding = (world.user(agency, "Practitioner") for agency in (world.raising, world.responding))
	frappe.db.rollback()
	assert log.rows(name)  # this request has begun
	with ThreadPoolExecutor(1) as pool:
		other = pool.submit(
			on_own_connection,
			responding,
			lambda: api.record(name, "discussed", mode="phone", note="We rang."),
		)
		theirs = other.result()["sequence"]
	with as_user(raising):
		mine = api.record(name, "consulted", note="I asked.")
	assert mine["sequence"] == theirs + 1
	assert [banner["text"] for banner in mine["banners"] if "does not verify" in banner["text"]] == []
	frappe.db.rollback()
