"""Whom a case says not to contact or copy in: what a duty and a prompt then say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy
from safeguarding_escalation.engine.case import Case
from safeguarding_escalation.engine.contacting import ALL, NOBODY, SOME, addresses_person, marked
from safeguarding_escalation.engine.duties import duties
from tests.engine.policy_names import BUCKS, LSAB, REDBRIDGE, STOCKPORT, SUFFOLK

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)


@pytest.mark.parametrize(
	("flags", "expected"),
	[((), NOBODY), ((False,), NOBODY), ((True,), ALL), ((True, False), SOME), ((True, True), ALL)],
)
def test_who_is_marked(flags, expected):
	assert marked(flags) == expected


@pytest.mark.parametrize(
	("recipient", "person"),
	[
		("the adult", True),
		("The Adult at risk and/or their Representative", True),
		("the family", True),
		("the carer", True),
		("parents of the child", True),
		("next of kin", True),
		("the attorney", True),
		("the adult's representative", True),
		("Partnership Representative", False),
		("Business Manager of the placement area's Safeguarding Adults Board", False),
		("Redbridge children's MASH", False),
		("Head of Adult Social Care", False),
		("Head of Adults' Safeguarding", False),
		("children's services", False),
		("the worker who raised the concern", False),
		("", False),
		(None, False),
	],
)
def test_who_is_addressed(recipient, person):
	assert addresses_person(recipient) is person


def found(do_not_contact, recipient, *events):
	policy = Policy.from_dict(
		{
			"id": "t",
			"title": "T",
			"stages": [{"number": 1, "label": "Stage 1"}],
			"copy_rules": [{"event": "discussed", "recipient": recipient, "sender": "raising lead"}],
			"records": [
				{"when": "raise", "stage": 1, "needs": ["field involvement"], "message": "Involve the adult."}
			],
		}
	)
	case = Case(state="Stage 1", stage=1, do_not_contact=do_not_contact)
	log = [Event("discussed", at=START, stage=1), *events]
	return {duty.kind: duty for duty in duties(policy, case, log, START + timedelta(days=1))}


@pytest.mark.parametrize(
	("do_not_contact", "recipient", "done", "text"),
	[
		(NOBODY, "the adult", False, "Send the record of this stage to the adult."),
		(ALL, "the adult", True, "No copy to the adult: the case says not to contact or copy them in."),
		(ALL, "Chair", False, "Send the record of this stage to the Chair."),
		(
			SOME,
			"the adult",
			False,
			"Send the record of this stage to the adult. Not to those marked “Do not contact or copy in”.",
		),
	],
)
def test_a_copy_is_not_owed_to_people_who_are_not_to_be_contacted(do_not_contact, recipient, done, text):
	duty = found(do_not_contact, recipient)["copy"]
	assert (duty.done, duty.text, duty.required) == (done, text, False)


def test_a_copy_that_was_sent_all_the_same_shows_as_sent():
	sent = Event("copied", at=START, stage=1, to="the adult")
	duty = found(ALL, "the adult", sent)["copy"]
	assert duty.done_at == START
	assert duty.text.startswith("Send ")


@pytest.mark.parametrize(
	("do_not_contact", "text"),
	[
		(NOBODY, "Involve the adult."),
		(
			SOME,
			"Involve the adult. The case says not to contact some of them: say there why they were not informed.",
		),
		(ALL, "Involve the adult. The case says not to contact them: say there why they were not informed."),
	],
)
def test_a_prompt_to_involve_them_says_what_the_case_says(do_not_contact, text):
	assert found(do_not_contact, "Chair")["record"].text == text


@pytest.mark.parametrize("name", [LSAB, STOCKPORT, REDBRIDGE, BUCKS, SUFFOLK])
def test_no_shipped_policy_copies_the_person_concerned_by_a_professionals_name(name):
	from safeguarding_escalation.engine import load_policy

	for rule in load_policy(name).all_copy_rules:
		assert not addresses_person(rule.recipient), rule.recipient
