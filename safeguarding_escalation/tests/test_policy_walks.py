"""Every board's policy from raise to close on a site: one test over walks told as data (`walks/*.json`).

Each walk goes by Frappe's native workflow buttons with the clock set to the walk's days, and by `.move` and `.record`
with their times; those that say so also over HTTP against the running server, which nobody's clock can be set for.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

import frappe
import pytest

from safeguarding_escalation.tests import walking
from safeguarding_escalation.tests.browsing import Client

TOLD = {name: walking.read(name) for name in walking.files()}
BOARDS = {
	"Hampshire", "Isle of Wight", "Portsmouth", "Southampton", "Stockport", "Redbridge", "Buckinghamshire", "Suffolk",
}  # fmt: skip


class RestClient(Client):
	"""A user's session with the resources that a walk needs."""

	def insert(self, doctype: str, values: dict[str, Any]) -> dict[str, Any]:
		url = f"{self.url}/api/resource/{doctype}"
		answer = self.session.post(url, json=values, headers=self.csrf(), timeout=60)
		assert answer.status_code == 200, answer.text
		return dict(answer.json()["data"])

	def put(self, doctype: str, name: str, values: dict[str, Any]) -> Any:
		url = f"{self.url}/api/resource/{doctype}/{name}"
		return self.session.put(url, json=values, headers=self.csrf(), timeout=60)


def walks() -> list[Any]:
	"""Each walk by native buttons and by the API, and over HTTP where it says so.

	Of boards that share a policy the first goes both ways; the others take turns, since the rules are the same.
	"""
	found = []
	for name, told in TOLD.items():
		for number, board in enumerate(told["boards"]):
			routes = (
				[walking.BUTTON, walking.API] if number == 0 else [(walking.API, walking.BUTTON)[number % 2]]
			)
			routes += [walking.HTTP] if board == told.get("http") else []
			found += [pytest.param(name, board, route, id=f"{name}-{board}-{route}") for route in routes]
	return found


@pytest.mark.parametrize(("name", "board", "route"), walks())
def test_a_policy_is_walked(world, name, board, route):
	told = {**TOLD[name], "board": board}
	people = walking.cast(world, board, told.get("care_provider", False))

	@cache
	def client(who: str) -> RestClient:
		return RestClient(people.users[who])

	walking.Walk(told, people, route, client).go()


def test_every_board_is_walked_to_its_end_and_over_http():
	walked = {board for told in TOLD.values() for board in told["boards"]}
	closed = {
		board
		for told in TOLD.values()
		for board in told["boards"]
		if any(step.get("state") == "Closed" for step in told["steps"])
	}
	assert walked == closed == BOARDS
	policies = {
		frappe.db.get_value("Safeguarding Board Policy", {"parent": told["http"]}, "policy")
		for told in TOLD.values()
		if "http" in told
	}
	assert len(policies) == 5


def test_the_walks_use_every_way_of_doing_a_thing():
	"""A walk that no longer refuses, skips or reopens anything would prove less without anybody noticing."""
	steps = [step for told in TOLD.values() for step in told["steps"]]
	done = {step["does"] for step in steps if "does" in step and "refused" not in step}
	assert done >= {
		"Raise Concern", "Accept Resolution", "Make Recommendations", "Withdraw", "Close", "Reopen",
		*(f"Escalate to Stage {number}" for number in (2, 3, 4, 5)),
	}  # fmt: skip
	assert {step.get("outcome_now") for step in steps} >= {"advice", "recommendation", "resolved"}
	assert sum("refused" in step for step in steps) >= 15
	assert os.environ.get("SE_URL")
	assert json.dumps(TOLD).count("because") >= 10
