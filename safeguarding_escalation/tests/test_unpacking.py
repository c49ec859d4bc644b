"""What a request sends as JSON: read where it can be, and a plain refusal where it can't, never a server's error."""

from __future__ import annotations

import pytest

from safeguarding_escalation.api import intake, policy, prints, process
from safeguarding_escalation.services import errors
from safeguarding_escalation.services.unpacking import unpacked
from safeguarding_escalation.tests.factories import as_user

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
	("given", "read"),
	[
		('["a", 1]', ["a", 1]),
		('{"a": null}', {"a": None}),
		(["a"], ["a"]),
		({"a": 1}, {"a": 1}),
		(None, None),
		("", None),
		("[1,", None),
		("SE-2025-0001", None),
	],
)
def test_json_and_the_thing_itself_are_read_alike(given, read):
	assert unpacked(given) == read


@pytest.mark.parametrize("sent", [DEEP, DEEP[:1000], '{"a"', "17", "null", ""])
def test_what_cannot_be_read_is_refused_in_plain_words(world, sent):
	with as_user(world.user(world.raising, "Practitioner")):
		for ask in (
			process.same_name,
			lambda given: prints.download_multi_pdf("Escalation", given),
			intake.preview,
		):
			with pytest.raises(errors.BadInput):
				ask(sent)
	with pytest.raises(errors.BadInput):
		policy.read_back(sent)
