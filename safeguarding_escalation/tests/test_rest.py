"""Redbridge over HTTP against the running site. What another agency gets there: test_matrix.py."""

from __future__ import annotations

import json
import uuid

import pytest

from safeguarding_escalation.tests.browsing import Client

CANARY = "Zephyrine Canary"
STAGES = ("Escalate to Stage 2", "Escalate to Stage 3", "Escalate to Stage 4")


@pytest.fixture(scope="module")
def clients(world):
	return {
		"raiser": Client(world.user(world.raising, "Practitioner")),
		"manager": Client(world.user(world.raising, "Manager")),
		"senior": Client(world.user(world.raising, "Senior Manager")),
		"responder": Client(world.user(world.responding, "Practitioner")),
		"stranger": Client(world.user(world.other, "Manager")),
		"chair": Client(world.user("Redbridge Safeguarding Adults Board", "Chair")),
	}


@pytest.fixture(scope="module")
def case(world, clients) -> str:
	"""A case raised through REST alone."""
	marker = uuid.uuid4().hex[:8]
	clients["raiser"].csrf()
	answer = clients["raiser"].send(
		"POST",
		"/api/resource/Escalation",
		json={
			"board": world.board,
			"responding_agency": world.responding,
			"responding_lead": world.contact(world.responding, "Practitioner"),
			"disagreement_at": "2025-03-11 10:00:00",
			"nature": [{"nature": "Level of risk and its assessment"}],
			"dispute_summary": f"The enquiry was closed {marker}.",
			"risk_to_adult": "Further neglect.",
			"decision_challenged": "Closure",
			"evidence_reasons": "Ward assessments.",
			"outcome_sought": "Reopen it.",
			"subjects": [{"subject_name": CANARY, "kind": "Adult"}],
			"parties": [
				{"agency": world.raising, "side": "raising", "aim": "Protection"},
				{"agency": world.responding, "side": "responding", "aim": "Care management"},
			],
		},
	)
	assert answer.status_code == 200, answer.text
	return answer.json()["data"]["name"]


def test_from_raise_to_the_chair_over_rest(clients, case):
	raised = clients["raiser"].call(
		"move", escalation=case, action="Raise Concern", occurred_at="2025-03-12 09:30:00"
	)
	assert raised.status_code == 200, raised.text
	for who, action, at in zip(
		("raiser", "manager", "senior"),
		STAGES,
		("2025-03-18 15:00:00", "2025-03-25 15:00:00", "2025-04-01 15:00:00"),
		strict=True,
	):
		failed = clients[who].call("record", escalation=case, kind="unresolved", occurred_at=at)
		assert failed.status_code == 200, failed.text
		moved = clients[who].call(
			"move", escalation=case, action=action, occurred_at=at, reason="Not agreed."
		)
		assert moved.status_code == 200, moved.text
	rows = clients["chair"].call("deadlines", escalation=case).json()["message"]["deadlines"]
	due = {row["clock"]: row["due_at"][:10] for row in rows}
	# Tue 1 Apr 2025 + 5 working days = Tue 8 Apr
	assert due["RB.S4.RECOMMEND"] == "2025-04-08"
	assert due["RB.S3.RESOLVE"] == "2025-04-01"
	advised = clients["chair"].call("move", escalation=case, action="Make Recommendations")
	assert advised.json()["message"]["workflow_state"] == "Recommendations Made", advised.text


@pytest.mark.parametrize(
	("data", "status"),
	[
		({"kind": "nonsense"}, 417),
		({"kind": "discussed", "occurred_at": "2098-01-01 10:00:00"}, 417),
		({"kind": "discussed", "due_at": "{"}, 417),
		({"kind": ["list"]}, 417),
		({"kind": "discussed", "stage": {"a": 1}}, 417),
	],
)
def test_bad_input_over_rest_is_a_sentence_never_a_crash(clients, case, data, status):
	answer = clients["raiser"].call("record", escalation=case, **data)
	assert answer.status_code in (status, 400, 403), answer.text
	assert "Traceback" not in json.loads(answer.text).get("_server_messages", "")
