"""Malformed requests: no error of the server, no row changed. `./dev fuzz` sends 10,000, the suite a few hundred."""

from __future__ import annotations

import os

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.tests import factories, figures, fuzzing
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_rest import Client

FEW = 150  # so that the suite stays quick


@pytest.fixture(scope="module")
def stand(world):
	frappe.set_user("Administrator")
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	frappe.db.commit()
	users = {
		"raiser": world.user(world.raising, "Practitioner"),
		"responder": world.user(world.responding, "Practitioner"),
		"stranger": world.user(world.other, "Manager"),
		"business manager": world.user("Redbridge Safeguarding Adults Board", "Business Manager"),
		"administrator": factories.user("keeper.of.fuzz@example.test", "Safeguarding Administrator"),
	}
	frappe.db.commit()
	clients = {name: Client(user) for name, user in users.items()}
	reference = frappe.db.get_value("Escalation", made.name, "reference")
	return fuzzing.Stand(made.name, reference, world.board, tuple(clients)), clients


def test_malformed_requests_break_and_change_nothing(stand):
	number = int(os.environ.get("SE_FUZZ_REQUESTS") or FEW)
	seed = int(os.environ.get("SE_FUZZ_SEED") or 20250311)
	known, clients = stand
	result = fuzzing.run(known, clients, number, seed)
	statuses: dict[int, int] = {}
	for (_label, status), count in result.counts.items():
		statuses[status] = statuses.get(status, 0) + count
	print(
		f"\n{result.table()}\n\n{number} requests, seed {seed}, {result.seconds:.1f} s, by status {statuses}"
	)
	print("\n".join(["", *result.kinds(), *result.changed[:20]]))
	figures.say(
		f"fuzz: {number} malformed requests, seed {seed}, {result.seconds:.1f} s, by status {statuses}"
	)
	assert sum(statuses.values()) == number
	assert not result.errors, f"{len(result.errors)} errors of the server, the first: {result.errors[0]}"
	assert not result.changed, f"rows were changed: {result.changed[0]}"


def test_the_same_seed_makes_the_same_requests(stand):
	known, _ = stand
	first, second, other = (fuzzing.requests_for(known, 40, seed) for seed in (1, 1, 2))
	assert [str(row) for row in first] == [str(row) for row in second]
	assert [str(row) for row in first] != [str(row) for row in other]


def test_a_change_of_a_row_is_seen(stand):
	before = fuzzing.checksums(fuzzing.tables())
	frappe.db.set_value("Escalation", stand[0].case, "theme", frappe.generate_hash(length=8))
	frappe.db.commit()
	after = fuzzing.checksums(fuzzing.tables())
	assert [name.partition(".tab")[2] for name in after if after[name] != before[name]] == ["Escalation"]


def test_every_function_of_ours_is_asked(stand):
	functions = fuzzing.endpoints()
	assert len(functions) > 40
	assert "safeguarding_escalation.api.escalation.record" in functions
