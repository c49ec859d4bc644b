"""Malformed requests to everything of ours that HTTP reaches, made by hypothesis from a seed.

Every request carries at least one argument that is invalid by its own rules (fuzzing_junk): a name of nothing, a day that
is none, a choice that isn't offered, a list where a text belongs. The others are as a user would give them, so that the
request gets as far as its bad part. So none of them may change a row, and none may end in an error of the server.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import frappe
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from safeguarding_escalation import api
from safeguarding_escalation.permissions import RECORDS, ROWS
from safeguarding_escalation.tests.fuzzing_junk import KINDS, NO_CHOICE, TOO_LONG, WRONG_TYPE
from safeguarding_escalation.tests.test_rest import Client

METHOD, RESOURCE = "/api/method/", "/api/resource/"
DIRECTORY = (
	"Partner Agency", "Safeguarding Contact", "Safeguarding Board", "Board Policy", "Safeguarding Settings", "Board Return",
	"Safeguarding Absence", "Alert Preference",
)  # fmt: skip
BATCH = 25  # requests between two looks at the tables

# Reads whose arguments filter or describe: an answer may be empty, so long as nothing breaks.
OPTIONAL = WRONG_TYPE


@dataclass
class Request:
	"""One malformed request; `bad` says which of its parts is invalid."""

	label: str
	verb: str
	path: str
	user: str
	bad: tuple[str, ...]
	json: dict[str, Any] | None = None
	params: dict[str, Any] | None = None


@dataclass
class Stand:
	"""What valid arguments are made of."""

	case: str
	reference: str
	board: str
	users: tuple[str, ...]


@dataclass
class Result:
	"""How the server answered, by endpoint and status, and what it must not have done."""

	counts: Counter[tuple[str, int]] = field(default_factory=Counter)
	errors: list[str] = field(default_factory=list)
	changed: list[str] = field(default_factory=list)
	seconds: float = 0.0

	def kinds(self) -> list[str]:
		"""One error of each endpoint and exception, with its number."""
		known: dict[tuple[str, str], list[str]] = {}
		for line in self.errors:
			words = line.split(" -> ")
			known.setdefault((line.split(" bad=")[0], words[-1][:60]), []).append(line)
		return [f"{len(lines)}x {lines[0][:500]} -> {what}" for (_label, what), lines in known.items()]

	def table(self) -> str:
		"""Counts by endpoint, one line each."""
		by: dict[str, Counter[int]] = {}
		for (label, status), count in self.counts.items():
			by.setdefault(label, Counter())[status] += count
		width = max(map(len, by), default=0)
		return "\n".join(
			f"{label:<{width}}  " + "  ".join(f"{status}: {count}" for status, count in sorted(row.items()))
			for label, row in sorted(by.items())
		)


def endpoints() -> dict[str, Callable[..., Any]]:
	"""Every whitelisted function of api/, by its dotted name."""
	found = {}
	for module in pkgutil.iter_modules(api.__path__):
		loaded = importlib.import_module(f"{api.__name__}.{module.name}")
		for name, function in vars(loaded).items():
			if getattr(function, "__module__", "") == loaded.__name__ and function in frappe.whitelisted:
				found[f"{loaded.__name__}.{name}"] = function
	return found


def _valid(name: str, stand: Stand) -> Any:
	"""An argument as a user would give it; None where it is best left out."""
	return {
		"escalation": stand.case, "kind": "discussed", "action": "Escalate to Stage 2", "board": stand.board,
		"reason": "Because.", "occurred_at": "2025-03-13 10:00:00", "clock": "RB.S1.RAISE", "policy": "redbridge-2022",
		"doctype": "Escalation", "name": stand.case, "docname": stand.case, "txt": "", "format": "Escalation Notice",
		"start": None, "key": None,
	}.get(name)  # fmt: skip


def _says_something(value: Any) -> bool:
	return not isinstance(value, str) or bool(value.strip())


@st.composite
def calls(draw: Any, stand: Stand, functions: dict[str, Callable[..., Any]]) -> Request:
	"""A call of one of our functions with one argument or more made invalid."""
	dotted = draw(st.sampled_from(sorted(functions)))
	function = functions[dotted]
	parts = inspect.signature(function).parameters
	names = [name for name, part in parts.items() if part.kind not in (part.VAR_KEYWORD, part.VAR_POSITIONAL)]
	methods = frappe.allowed_http_methods_for_whitelisted_func[function]
	label = dotted.removeprefix("safeguarding_escalation.api.")
	user = draw(st.sampled_from(stand.users))
	if not names:
		return Request(label, "PATCH", METHOD + dotted, user, ("method",))
	given = {name: _valid(name, stand) for name in names}
	bad = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
	for name in bad:
		junk = KINDS.get(name, OPTIONAL)
		# An empty text is how a form leaves an argument out, and where it may be left out that is no mistake.
		optional = parts[name].default is not inspect.Parameter.empty
		given[name] = draw(junk.filter(_says_something) if optional else junk)
	given = {name: value for name, value in given.items() if value is not None}
	verb = "POST" if "POST" in methods else "GET"
	return Request(label, verb, METHOD + dotted, user, tuple(bad), json=given)


# A field of each type with a value that it cannot hold.
BAD_FIELDS: dict[str, Any] = {
	"Data": st.one_of(st.just("x" * 20_001), st.just([1])),
	"Text": st.one_of(TOO_LONG, st.just({"a": 1})),
	"Small Text": st.one_of(TOO_LONG, st.just([["x"]])),
	"Link": st.sampled_from(["no such name %", ["x"], {"a": 1}, "x" * 400]),
	"Select": st.sampled_from(["not offered", ["x"], {"a": 1}]),
	"Datetime": st.sampled_from(["2025-13-45 10:00", "never", "1e400", [1], {"a": 1}, "9999-99-99 00:00:00"]),
	"Date": st.sampled_from(["2025-13-45", "never", "1e400", [1], {"a": 1}]),
	"Table": st.sampled_from(
		["text", 5, {"a": 1}, [1, 2], [["x"]], [{"name": ["x"]}], [None], [{"doctype": "User"}]]
	),
	"Int": st.sampled_from([["x"], {"a": 1}, 10**30]),
}


@st.composite
def saves(draw: Any, stand: Stand) -> Request:
	"""A PUT or POST of one of our DocTypes with a field that holds what it cannot hold."""
	doctype = draw(st.sampled_from(["Escalation", "Escalation", "Escalation", *RECORDS, *ROWS, *DIRECTORY]))
	fields = [
		row for row in frappe.get_meta(doctype).fields if row.fieldtype in BAD_FIELDS and not row.read_only
	]
	user = draw(st.sampled_from(stand.users))
	if doctype == "Escalation" and draw(st.booleans()):
		name = draw(st.sampled_from([stand.case, "no such case", "%", "x" * 200]))
		state = draw(NO_CHOICE)
		return Request("PUT workflow_state", "PUT", f"{RESOURCE}Escalation/{name}", user, ("workflow_state",),
			json={"workflow_state": state})  # fmt: skip
	chosen = draw(
		st.lists(st.sampled_from(fields), min_size=1, max_size=3, unique_by=lambda row: row.fieldname)
	)
	values = {row.fieldname: draw(BAD_FIELDS[row.fieldtype]) for row in chosen}
	bad = tuple(values)
	verb = draw(st.sampled_from(["PUT", "POST"]))
	if verb == "POST":
		return Request(f"POST {doctype}", verb, RESOURCE + doctype, user, bad, json=values)
	name = stand.case if doctype == "Escalation" else draw(st.sampled_from(["no such row", "%27", "x" * 200]))
	return Request(f"PUT {doctype}", verb, f"{RESOURCE}{doctype}/{name}", user, bad, json=values)


@st.composite
def workflow(draw: Any, stand: Stand) -> Request:
	"""apply_workflow with an action or a document that is none."""
	good = {"doctype": "Escalation", "name": stand.case}
	no_document = st.sampled_from(["{", "[]", "null", "5", {"doctype": "Escalation"}, {"name": stand.case}, {}, "text",
		{"doctype": "Escalation", "name": "no such case"}, {"doctype": ["x"], "name": {"a": 1}}])  # fmt: skip
	whole = draw(st.booleans())
	data = (
		{"doc": good, "action": draw(NO_CHOICE)}
		if whole
		else {"doc": draw(no_document), "action": "Withdraw"}
	)
	user = draw(st.sampled_from(stand.users))
	path = METHOD + "frappe.model.workflow.apply_workflow"
	return Request("apply_workflow", "POST", path, user, ("action",) if whole else ("doc",), json=data)


@st.composite
def reads(draw: Any, stand: Stand) -> Request:
	"""A list, a row or a deletion that is asked for with a name or a filter that is none."""
	doctype = draw(st.sampled_from(["Escalation", *RECORDS, *ROWS, *DIRECTORY]))
	user = draw(st.sampled_from(stand.users))
	verb = draw(st.sampled_from(["GET", "DELETE"]))
	name = draw(st.sampled_from(["no such row", "%25", "%27%3B--", "x" * 200, "..%2F", "%00", "%FF%FE"]))
	return Request(f"{verb} {doctype}", verb, f"{RESOURCE}{doctype}/{name}", user, ("name",))


def requests_for(stand: Stand, number: int, seed_: int) -> list[Request]:
	"""`number` malformed requests, the same for the same seed and the same functions."""
	functions = endpoints()
	every = st.one_of(
		calls(stand, functions), calls(stand, functions), saves(stand), workflow(stand), reads(stand)
	)
	found: list[Request] = []

	@seed(seed_)
	@settings(
		max_examples=number, phases=[Phase.generate], database=None, deadline=None,
		suppress_health_check=list(HealthCheck),
	)  # fmt: skip
	@given(every)
	def collect(request: Request) -> None:
		found.append(request)

	while len(found) < number:
		collect()
	return found[:number]


def tables() -> list[str]:
	"""What must not change: all tables of ours, and the host's that hold what is said about a case."""
	ours = frappe.get_all("DocType", {"module": "Safeguarding", "issingle": 0}, pluck="name")
	kept = [name for name in ours if name != "Escalation Audit"]
	return sorted(
		[*kept, "Singles", "Series", "Comment", "Version", "File", "ToDo", "Communication", "DocShare"]
	)


def checksums(names: list[str]) -> dict[str, int]:
	"""A checksum of every row of each table, as committed now."""
	frappe.db.rollback()
	listed = ", ".join(f"`tab{name}`" for name in names)
	return {row[0]: row[1] for row in frappe.db.sql(f"CHECKSUM TABLE {listed}")}


def run(stand: Stand, clients: dict[str, Client], number: int, seed_: int, threads: int = 2) -> Result:
	"""Send them all, looking at the tables after each batch."""
	result, watched = Result(), tables()
	made = requests_for(stand, number, seed_)
	began = time.monotonic()
	lock = threading.Lock()
	before = checksums(watched)
	with ThreadPoolExecutor(threads) as pool:
		for batch in _batches(made):
			done = list(pool.map(lambda request: _send(clients[request.user], request, result, lock), batch))
			after = checksums(watched)
			if after != before:
				names = [name for name in after if after[name] != before.get(name)]
				told = [line for line in done if line.startswith("2")]
				result.changed.append(f"{', '.join(names)} after one of: {' | '.join(told)[:1500]}")
				before = after
	result.seconds = time.monotonic() - began
	return result


def _batches(made: list[Request]) -> Iterator[list[Request]]:
	for start in range(0, len(made), BATCH):
		yield made[start : start + BATCH]


def _send(client: Client, request: Request, result: Result, lock: threading.Lock) -> str:
	answer = client.session.request(
		request.verb,
		client.url + request.path,
		json=request.json,
		params=request.params,
		headers={**client.csrf(), "Accept": "application/json"},
		timeout=120,
	)
	line = f"{answer.status_code} {request.verb} {request.label} bad={request.bad} {str(request.json)[:300]}"
	with lock:
		result.counts[request.label, answer.status_code] += 1
		if answer.status_code >= 500:
			result.errors.append(f"{line} -> {_what(answer)}")
	return line


def _what(answer: requests.Response) -> str:
	try:
		told = answer.json()
		return str(told.get("exception") or told.get("exc_type") or told)[:300]
	except ValueError:
		return answer.text[-300:]
