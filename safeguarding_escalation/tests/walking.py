"""Walks a case through a board's policy as a walk's file tells it: who does what when, and what must then be so.

A walk is data for a board's Business Manager to read: `walks/*.json`. Each expected date in it was counted by hand from
the policy's text; nothing here asks the engine what to expect.
"""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.model.workflow import apply_workflow

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine import localise
from safeguarding_escalation.setup.demo_dates import standing_at
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

WALKS = Path(__file__).parent / "walks"
BUTTON, API, HTTP = "button", "api", "http"
SENIORS = ("Head of Service", "Chief Officer")
# What a bare button cannot carry; the form's dialog sends it to the same `.move` as REST does.
CARRIED = ("reason", "level", "outcome", "to_stage")
RECORDED = (
	"due_at",
	"to",
	"mode",
	"two_way",
	"relates_to",
	"note",
	"outcome",
	"side",
	"level",
	"evidence",
	"visibility",
)


def files() -> list[str]:
	"""The names of the walks."""
	return sorted(path.stem for path in WALKS.glob("*.json"))


def read(name: str) -> dict[str, Any]:
	"""One walk."""
	return dict(json.loads((WALKS / f"{name}.json").read_text(encoding="utf-8")))


@dataclass
class Cast:
	"""The people of a walk, by the words of the walks: `raising manager`, `responding practitioner`, `chair`."""

	board: str
	raising: str
	responding: str
	contacts: dict[str, str] = field(default_factory=dict)
	users: dict[str, str] = field(default_factory=dict)


def cast(world: factories.World, board: str, care_provider: bool = False) -> Cast:
	"""The world's two agencies (or a care provider against the council) and the board's own two posts; committed."""
	raising = factories.agency("Willow Court Care Home", "Care Provider") if care_provider else world.raising
	found = Cast(board, raising, world.responding)
	for side, agency in (("raising", found.raising), ("responding", found.responding)):
		for capacity in (*factories.CAPACITIES, *SENIORS):
			_add(found, f"{side} {capacity.lower()}", agency, capacity)
	office = factories.agency(f"{board} Safeguarding Adults Board", "Other")
	for capacity, post in (("Chair", "chair"), ("Business Manager", "business_manager")):
		_add(found, capacity.lower(), office, capacity)
		holder = found.contacts[capacity.lower()]
		if frappe.db.get_value("Safeguarding Board", board, post) != holder:
			frappe.db.set_value("Safeguarding Board", board, post, holder)
	frappe.db.commit()
	return found


def _add(found: Cast, part: str, agency: str, capacity: str) -> None:
	name = f"{capacity} of {agency}"
	known = frappe.db.get_value("Safeguarding Contact", {"contact_name": name}, ["name", "user"])
	if not known:
		email = f"{frappe.scrub(capacity)}.{frappe.scrub(agency)}@example.test".replace("_", "-")
		role = factories.ROLE_OF.get(capacity, "Safeguarding Senior Manager")
		factories.user(email, role)
		team = "" if capacity in ("Chair", "Business Manager") else "North"
		known = (factories.contact(name, agency, capacity, email, team), email)
	found.contacts[part], found.users[part] = known


class Walk:
	"""One case on its way. `route`: native buttons with the clock set, `.move` with its time, or REST over HTTP."""

	def __init__(self, told: dict[str, Any], people: Cast, route: str, clients: Any = None) -> None:
		self.told, self.people, self.route, self.clients = told, people, route, clients
		self.name = self._raise()

	def go(self) -> None:
		"""Make every step in turn, and look at what it left."""
		for number, step in enumerate(self.told["steps"], start=1):
			doing = step.get("does") or step.get("records") or ("fills" if "fills" in step else "looks")
			self.where = f"{self.told['board']} by {self.route}, step {number} ({step['when']} {doing})"
			try:
				self.step(step)
			except (Exception, pytest.fail.Exception) as problem:
				raise AssertionError(f"{self.where}: {type(problem).__name__}: {problem}") from problem

	def step(self, step: dict[str, Any]) -> None:
		"""One step: what was offered before, the step or its refusal, and what is stored after."""
		before = self.stored("workflow_state")
		if step.get("sees") is False:
			with pytest.raises(frappe.PermissionError):
				self.panel(step["who"], step["when"])
			return
		if "button" in step:
			assert (step["does"], step["button"]) in self.offered(step)
		if "refused" in step:
			self.refused(step)
			assert self.stored("workflow_state") == before
		else:
			self.act(step)
		self.look(step)

	# what people do

	def _raise(self) -> str:
		told = self.told
		case = {**told["case"], "board": self.people.board, "responding_agency": self.people.responding}
		case["responding_lead"] = self.people.contacts["responding practitioner"]
		if self.route == HTTP:
			return str(self.clients("raising practitioner").insert("Escalation", case)["name"])
		with self.at(told["began"]), as_user(self.people.users["raising practitioner"]):
			return str(frappe.get_doc({"doctype": "Escalation", **case}).insert().name)

	def at(self, when: str) -> Any:
		"""The clock at that time for a native button; the other routes say in each entry when it happened."""
		moment = localise(datetime.fromisoformat(when))
		return standing_at(moment) if self.route == BUTTON else nullcontext()

	def act(self, step: dict[str, Any]) -> None:
		who, when = step["who"], step["when"]
		if self.route == HTTP:
			self.over_http(step)
			return
		timed = {} if self.route == BUTTON else {"occurred_at": f"{when}:00"}
		with self.at(when), as_user(self.people.users[who]):
			if "fills" in step:
				self.fill(step["fills"])
			elif "records" in step:
				api.record(self.name, step["records"], **timed, **self.given(step, RECORDED))
			elif self.route == BUTTON and not any(key in step for key in CARRIED):
				apply_workflow(frappe.get_doc("Escalation", self.name).as_json(), step["does"])
			else:
				api.move(self.name, step["does"], **timed, **self.given(step, CARRIED))

	def given(self, step: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
		return {key: step[key] for key in keys if key in step}

	def fill(self, values: dict[str, Any]) -> None:
		document = frappe.get_doc("Escalation", self.name)
		for name, value in self.values(values).items():
			if isinstance(value, list):
				for row in value:
					document.append(name, row)
			else:
				document.set(name, value)
		document.save()

	def values(self, told: dict[str, Any]) -> dict[str, Any]:
		"""The values of fields; `@raising manager` is that person's contact."""
		text = json.dumps(told)
		for part, contact in self.people.contacts.items():
			text = text.replace(f'"@{part}"', json.dumps(contact))
		return dict(json.loads(text))

	def over_http(self, step: dict[str, Any]) -> None:
		answer = self.sent(step)
		assert answer.status_code == 200, answer.text[-1500:]

	def sent(self, step: dict[str, Any]) -> Any:
		client = self.clients(step["who"])
		if "fills" in step:
			return client.put("Escalation", self.name, self.values(step["fills"]))
		timed = {"escalation": self.name, "occurred_at": f"{step['when']}:00"}
		if "records" in step:
			return client.call("record", kind=step["records"], **timed, **self.given(step, RECORDED))
		return client.call("move", action=step["does"], **timed, **self.given(step, CARRIED))

	def refused(self, step: dict[str, Any]) -> None:
		"""The step is refused with the sentence; a native button that is not even offered says so in Frappe's words."""
		if self.route == HTTP:
			answer = self.sent(step)
			assert answer.status_code == 417, answer.text[-1500:]
			assert step["refused"] in json.loads(answer.text)["exception"], answer.text[-900:]
			return
		with pytest.raises(frappe.ValidationError) as caught:
			self.act(step)
		offered = step.get("does") in {action for action, _ in self.offered(step)}
		if self.route == API or offered:
			assert step["refused"] in str(caught.value), str(caught.value)

	# what is so after

	def panel(self, who: str, when: str) -> dict[str, Any]:
		with self.at(when), as_user(self.people.users[who]):
			return dict(api.deadlines(self.name))

	def offered(self, step: dict[str, Any]) -> set[tuple[str, str]]:
		"""The workflow actions that the person may take now, with the words on their buttons."""
		if self.route == HTTP:
			frappe.db.rollback()
		moves = self.panel(step["who"], step["when"])["moves"]
		level = step.get("level")
		return {
			(move["action"], move["label"])
			for move in moves
			if move["allowed"] and level in (None, move["to_level"])
		}

	def stored(self, name: str) -> Any:
		if self.route == HTTP:
			frappe.db.rollback()
		return frappe.db.get_value("Escalation", self.name, name)

	def look(self, step: dict[str, Any]) -> None:
		for name, key in (
			("workflow_state", "state"),
			("stage_label", "stage"),
			("current_level", "level_now"),
			("chair_outcome_type", "outcome_now"),
		):
			if key in step:
				assert (self.stored(name) or "") == step[key], f"{name}"
		self.look_at_clocks(step)
		if {"owed", "done", "banner", "next"} & set(step):
			self.look_at_panel(step)
		if "source" in step:
			row = frappe.get_all(
				"Stage Log",
				{"escalation": self.name},
				["source", "evidence"],
				order_by="sequence desc",
				limit=1,
			)[0]
			assert row.source == step["source"]
			assert step.get("evidence_says", "") in row.evidence

	def clocks(self) -> dict[str, frappe._dict]:
		"""The stored deadlines, by clock and instance; an agency is named by its side, anything else by its number."""
		self.stored("name")
		rows = frappe.get_all(
			"Escalation Deadline", {"escalation": self.name}, ["*"], order_by="starts_at, due_at"
		)
		found: dict[str, frappe._dict] = {}
		sides = {self.people.raising: "raising agency", self.people.responding: "responding agency"}
		for row in rows:
			instance = row.instance or ""
			for agency, side in sides.items():
				instance = instance.replace(agency, side)
			found[f"{row.clock} {instance}".strip()] = row
		return found

	def look_at_clocks(self, step: dict[str, Any]) -> None:
		rows = self.clocks()
		policy = {key: row for key, row in rows.items() if row.kind != "local target"}
		for key, row in rows.items():
			assert key in policy or (row.label.endswith("(local target)") and "not policy" in row.clause)
		if "clocks" in step:
			assert sorted(policy) == sorted(step["clocks"])
		for told, column in (("due", "due_at"), ("policy_due", "policy_due_at"), ("met", "met_at")):
			for clock, moment in step.get(told, {}).items():
				assert clock in rows, f"{clock} of {sorted(rows)}"
				wanted = datetime.fromisoformat(moment) if moment else None
				assert rows[clock][column] == wanted, f"{clock} {column}"
		for clock, cap in step.get("capped_by", {}).items():
			assert rows[clock].capped_by == cap, f"{clock}"
		for clock in step.get("local", []):
			assert rows[clock].kind == "local target", f"{clock}"

	def look_at_panel(self, step: dict[str, Any]) -> None:
		seen = self.panel(step["who"], step["when"])
		for key, done in (("owed", False), ("done", True)):
			for text in step.get(key, []):
				fitting = [duty["done"] for duty in seen["duties"] if duty["text"].startswith(text)]
				assert done in fitting, f"{text!r} among {[d['text'] for d in seen['duties']]}"
		if "banner" in step:
			assert any(step["banner"] in banner["text"] for banner in seen["banners"])
		if "next" in step:
			assert step["next"] in seen["next_step"]["sentence"], f"{seen['next_step']}"
