"""Redbridge over HTTP against the running site, and what another agency gets there: nothing."""

from __future__ import annotations

import json
import os
import uuid

import frappe
import pytest
import requests

from safeguarding_escalation.tests import factories

CANARY = "Zephyrine Canary"
STAGES = ("Escalate to Stage 2", "Escalate to Stage 3", "Escalate to Stage 4")


class Client:
	"""One user's browser as far as HTTP goes."""

	def __init__(self, user: str) -> None:
		self._open()
		answer = self.session.post(
			f"{self.url}/api/method/login", {"usr": user, "pwd": factories.PASSWORD}, timeout=60
		)
		assert answer.status_code == 200, answer.text

	@classmethod
	def by_key(cls, key: str, secret: str) -> Client:
		"""A program with an API key in the place of a browser."""
		client = cls.__new__(cls)
		client._open()
		client.session.headers["Authorization"] = f"token {key}:{secret}"
		client.token = ""
		return client

	def _open(self) -> None:
		self.url = os.environ["SE_URL"].rstrip("/")
		self.session = requests.Session()

	def get(self, path: str, **params: str) -> requests.Response:
		return self.session.get(self.url + path, params=params, timeout=60)

	def post(self, path: str, **data: object) -> requests.Response:
		body = {key: value if isinstance(value, str) else json.dumps(value) for key, value in data.items()}
		return self.session.post(self.url + path, data=body, headers=self._csrf(), timeout=60)

	def call(self, method: str, **data: object) -> requests.Response:
		return self.post(f"/api/method/safeguarding_escalation.api.escalation.{method}", **data)

	def _csrf(self) -> dict[str, str]:
		if not hasattr(self, "token"):
			page = self.session.get(f"{self.url}/app", timeout=60).text
			_, found, rest = page.partition('csrf_token = "')
			self.token = rest.partition('"')[0] if found else ""
		return {"X-Frappe-CSRF-Token": self.token} if self.token else {}


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
	answer = clients["raiser"].session.post(
		f"{clients['raiser'].url}/api/resource/Escalation",
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
		headers=clients["raiser"]._csrf(),
		timeout=60,
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


def surfaces(case: str) -> dict[str, tuple[str, str, dict[str, object]]]:
	"""What a user of another agency may try: (verb, path, data)."""
	method = "/api/method/"
	return {
		"resource": ("GET", f"/api/resource/Escalation/{case}", {}),
		"list": (
			"GET",
			"/api/resource/Escalation",
			{"fields": '["name","reference","dispute_summary"]', "limit_page_length": "0"},
		),
		"getdoc": ("GET", method + "frappe.desk.form.load.getdoc", {"doctype": "Escalation", "name": case}),
		"reportview": (
			"POST",
			method + "frappe.desk.reportview.get",
			{"doctype": "Escalation", "fields": ["`tabEscalation`.`name`"]},
		),
		"children": (
			"POST",
			method + "frappe.client.get_list",
			{"doctype": "Escalation Subject", "parent": "Escalation", "fields": ["subject_name"]},
		),
		"printview": (
			"GET",
			"/printview",
			{"doctype": "Escalation", "name": case, "format": "Escalation Chronology"},
		),
		"pdf": (
			"GET",
			method + "frappe.utils.print_format.download_pdf",
			{"doctype": "Escalation", "name": case, "format": "Escalation Chronology"},
		),
		"log": (
			"GET",
			"/api/resource/Stage Log",
			{"filters": f'[["escalation","=","{case}"]]', "fields": '["name","kind"]'},
		),
		"notes": (
			"GET",
			"/api/resource/Stage Log Note",
			{"filters": f'[["escalation","=","{case}"]]', "fields": '["note"]'},
		),
		"deadlines": (
			"GET",
			"/api/resource/Escalation Deadline",
			{"filters": f'[["escalation","=","{case}"]]'},
		),
		"access": ("GET", "/api/resource/Escalation Access", {"filters": f'[["escalation","=","{case}"]]'}),
		"versions": (
			"POST",
			method + "frappe.client.get_list",
			{"doctype": "Version", "filters": {"docname": case}, "fields": ["data"]},
		),
		"get_value": (
			"POST",
			method + "frappe.client.get_value",
			{"doctype": "Escalation", "filters": case, "fieldname": "reference"},
		),
		"workflow": (
			"POST",
			method + "frappe.model.workflow.get_transitions",
			{"doc": {"doctype": "Escalation", "name": case}},
		),
		"our deadlines": (
			"GET",
			method + "safeguarding_escalation.api.escalation.deadlines",
			{"escalation": case},
		),
		"our explain": (
			"GET",
			method + "safeguarding_escalation.api.escalation.explain",
			{"escalation": case, "clock": "RB.S1.RAISE"},
		),
		"our timeline": (
			"GET",
			method + "safeguarding_escalation.api.escalation.timeline",
			{"escalation": case},
		),
		"our record": (
			"POST",
			method + "safeguarding_escalation.api.escalation.record",
			{"escalation": case, "kind": "discussed"},
		),
		"our move": (
			"POST",
			method + "safeguarding_escalation.api.escalation.move",
			{"escalation": case, "action": "Withdraw", "reason": "x"},
		),
		"workflow action": (
			"GET",
			"/api/resource/Workflow Action",
			{"filters": f'[["reference_name","=","{case}"]]', "fields": '["reference_name"]'},
		),
	}


def ask(client: Client, verb: str, path: str, data: dict[str, object]) -> requests.Response:
	return client.get(path, **data) if verb == "GET" else client.post(path, **data)


@pytest.mark.parametrize("surface", sorted(surfaces("x")))
def test_another_agency_gets_nothing(clients, case, surface):
	reference = frappe.db.get_value("Escalation", case, "reference")
	if reference is None:  # committed by the server after this connection's snapshot began
		frappe.db.rollback()
		reference = frappe.db.get_value("Escalation", case, "reference")
	verb, path, data = surfaces(case)[surface]
	answer = ask(clients["stranger"], verb, path, data)
	sent = json.dumps(data) + path
	told = answer.text.replace(case, "") if case in sent else answer.text
	for secret in (CANARY, reference, "Further neglect", "Ward assessments", case):
		assert secret not in told, f"{surface} tells a stranger {secret!r}"
	assert answer.status_code < 500, answer.text[-2000:]


@pytest.mark.parametrize("surface", ["resource", "getdoc", "list", "our deadlines", "our timeline", "log"])
def test_a_party_gets_in(clients, case, surface):
	verb, path, data = surfaces(case)[surface]
	answer = ask(clients["raiser"], verb, path, data)
	assert answer.status_code == 200, answer.text
	assert case in answer.text or "concern_raised" in answer.text
