"""Role by agency by surface, over HTTP: the right people get in, nobody else learns even that the case exists."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from safeguarding_escalation.tests import figures, matrix_case, matrix_people
from safeguarding_escalation.tests.browsing import Client, ask
from safeguarding_escalation.tests.matrix_case import INTERNAL, Probe
from safeguarding_escalation.tests.matrix_documents import DOCUMENTS
from safeguarding_escalation.tests.matrix_lists import LISTS
from safeguarding_escalation.tests.matrix_ours import OURSELVES
from safeguarding_escalation.tests.matrix_people import Somebody
from safeguarding_escalation.tests.matrix_surface import ADVISER, SENT_TO, Surface
from safeguarding_escalation.tests.matrix_writes import WRITES

SURFACES = [*LISTS, *DOCUMENTS, *WRITES, *OURSELVES]
# Requests at a time: the site's server answers in threads.
AT_ONCE = 4
COUNTED: Counter[str] = Counter()


@pytest.fixture(scope="module")
def people(world) -> list[Somebody]:
	return matrix_people.everybody(world)


@pytest.fixture(scope="module")
def probe(world, people) -> Probe:
	return matrix_case.made(world, people)


@pytest.fixture(scope="module")
def absent(probe) -> Probe:
	return probe.absent()


@pytest.fixture(scope="module")
def clients(people, probe) -> dict[Somebody, Client]:
	"""One login a person."""
	with ThreadPoolExecutor(AT_ONCE) as pool:
		return dict(zip(people, pool.map(lambda each: Client(each.user or None), people), strict=True))


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_the_right_people_get_in_and_nobody_else_learns_anything(surface, people, clients, probe, absent):
	people = people if surface.whole else [each for each in people if each.typical]
	wrong = [each for each in people if surface.keeps_out(each)]
	right = [each for each in people if surface.lets_in(each)]
	before = matrix_case.stored(probe["case"]) if surface.writes else ""
	found = list(_each(_outside, wrong, surface, clients, probe, absent))
	if surface.writes and matrix_case.stored(probe["case"]) != before:
		found.append("one of them changed something of the case")
	found += _each(_inside, right[: surface.few or None], surface, clients, probe)
	COUNTED["out"] += len(wrong)
	COUNTED["in"] += len(right[: surface.few or None])
	assert not found, f"{surface.name}\n" + "\n".join(found)


def _each(check: Any, people: list[Somebody], surface: Surface, clients: dict, *given: Any) -> list[str]:
	"""What `check` finds wrong for each of the people, several at a time."""
	with ThreadPoolExecutor(AT_ONCE) as pool:
		answers = pool.map(lambda each: list(check(each, surface, clients[each], *given)), people)
		return [
			f"{each.label}: {words}" for each, found in zip(people, answers, strict=True) for words in found
		]


def _told(answer: requests.Response) -> str:
	"""The whole answer, headers included, as text."""
	return f"{answer.headers}\n{answer.content.decode('utf-8', 'replace')}"


def _outside(somebody: Somebody, surface: Surface, client: Client, probe: Probe, absent: Probe):
	"""No secret that the request did not hold, no crash, and the same answer as for a case that isn't there."""
	answer = ask(client, *surface.request(probe, somebody), follow=False)
	asked = str(surface.request(probe, somebody))
	text = _told(answer)
	for secret in probe.secrets:
		if secret in text and secret not in asked and secret != somebody.user:
			yield f"is told {_label(probe, secret)}: {_around(text, secret)}"
	if answer.status_code >= 500:
		yield f"crashes it: {answer.status_code} {answer.text[-700:]}"
	without = surface.request(absent, somebody)
	if str(without) == asked or not _is_compared(surface, somebody):
		return
	other = ask(client, *without, follow=False)
	mine, theirs = _shape(answer, probe), _shape(other, absent)
	if mine != theirs:
		yield f"can tell the case from one that isn't there:\n   {mine[:900]}\n   {theirs[:900]}"


def _is_compared(surface: Surface, somebody: Somebody) -> bool:
	"""Everybody where the answer is a number, in which no canary can be seen; else one of each kind of outsider."""
	if surface.whole and surface.finds.startswith("~"):
		return True
	return somebody.compares and (surface.whole or somebody.compares_always)


def _inside(somebody: Somebody, surface: Surface, client: Client, probe: Probe):
	"""No error, what they should find, and nothing internal of another agency."""
	answer = ask(client, *surface.request(probe, somebody), follow=False)
	text = _told(answer)
	if answer.status_code != 200:
		yield f"is kept out: {answer.status_code} {answer.text[-900:]}"
	elif surface.finds.startswith("~"):
		if not re.search(surface.finds[1:], text):
			yield f"does not find {surface.finds}: {text[-900:]}"
	elif surface.finds and probe[surface.finds] not in text:
		yield f"does not find {surface.finds}: {text[-900:]}"
	if somebody.standing != "raising" and surface.for_whom not in (ADVISER, SENT_TO):
		asked = str(surface.request(probe, somebody))
		for label in INTERNAL:
			if probe[label] in text and probe[label] not in asked:
				yield f"is told what another agency kept to itself ({label}): {_around(text, probe[label])}"


_VARYING = (
	(re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?"), "‹time›"),
	(re.compile(r"line \d+"), "line"),
	(re.compile(r"(?<=__frappe_exc_id)\W+[0-9a-f]{20,}"), ""),
	(re.compile(r'"execution_time": ?[\d.e-]+'), '"execution_time"'),
)


def _shape(answer: requests.Response, probe: Probe) -> str:
	text = probe.plain(answer.content.decode("utf-8", "replace"))
	for pattern, word in _VARYING:
		text = pattern.sub(word, text)
	# Rows that are due at the same time come in any order.
	return f"{answer.status_code} {' '.join(sorted(re.split(r'(?=[{])|,', text)))}"


def _label(probe: Probe, secret: str) -> str:
	known = [label for label, value in probe.values.items() if value == secret]
	known += [f"a row of {doctype}" for doctype, names in probe.rows.items() if secret in names]
	return " / ".join(known)


def _around(text: str, secret: str) -> str:
	at = text.find(secret)
	return text[max(0, at - 150) : at + 150].replace("\n", " ")


@pytest.fixture(scope="module", autouse=True)
def counted():
	"""Says how many cells were tried."""
	yield
	if COUNTED:
		figures.say(
			f"matrix: {COUNTED.total()} cells, {COUNTED['in']} in and {COUNTED['out']} out, {len(SURFACES)} surfaces"
		)
