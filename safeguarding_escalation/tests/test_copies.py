"""Copies: proposed by the policy's rules, sent by link or by file, one by one, and what became of each."""

import hashlib
from io import BytesIO
from zipfile import ZipFile

import frappe
import pytest
from pypdf import PdfReader

from safeguarding_escalation.api import copies as api
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.engine.copies import CopyOwed
from safeguarding_escalation.engine.schema import CopyRule, Guidance
from safeguarding_escalation.services import (
	access,
	audit,
	copies,
	copy_following,
	copy_recipients,
	copy_register,
	letter_texts,
	lock,
	paths,
)
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OUTSIDE = "Outside Hospital Office"
SECURE = "office@outside.secure.example"


@pytest.fixture
def people(world):
	"""The raiser, and somebody without an account in an agency with a secure address."""
	factories.agency(OUTSIDE, "Health")
	frappe.db.set_value("Partner Agency", OUTSIDE, "secure_email", SECURE)
	contact = factories.contact("Morwenna Outside", OUTSIDE, "Manager", "m@plain.example", with_user=False)
	copied = factories.agency("Fernleigh Community Trust", "Health")
	email = factories.user("copied.once@example.test", "Safeguarding Practitioner")
	once = factories.contact("Copied Once", copied, "Practitioner", email)
	return {
		"raiser": world.user(world.raising, "Practitioner"),
		"outside": contact,
		"once": once,
		"account": email,
		"bm": world.contact("Redbridge Safeguarding Adults Board", "Business Manager"),
		"bm_user": world.user("Redbridge Safeguarding Adults Board", "Business Manager"),
	}


@pytest.fixture
def case(world):
	"""A Redbridge case at Stage 3: a copy to the Business Manager is owed the same working day."""
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		cases.move(made.name, "Raise Concern")
		cases.record(made.name, "discussed", two_way=True, note="Spoke.")
		cases.record(made.name, "consulted", note="Own manager says qinternal.")
	for capacity, stage in (("Practitioner", 2), ("Manager", 3)):
		with as_user(world.user(world.raising, capacity)):
			cases.record(made.name, "unresolved")
			cases.move(made.name, f"Escalate to Stage {stage}", reason="Not agreed.")
	return made


def owed(case, recipient="Business Manager"):
	return next(row for row in copies.proposed(case.name) if row["recipient"] == recipient)


def rows(case):
	return copies.register(case.name)["rows"]


def clock(case):
	found = lock.loaded(case.name).deadlines
	return next(row for row in found if row.clock == "RB.S3.COPY")


def mail(row):
	return frappe.db.get_value("Escalation Copy", row, "email_queue")


def test_one_dialog_proposes_sends_to_both_kinds_and_keeps_the_register(world, people, case):
	with as_user(people["raiser"]):
		row = owed(case)
		assert (row["clause"], row["print_format"], row["continuing"]) == ("4.6", "Escalation Notice", True)
		assert row["due"]
		(candidate,) = row["candidates"]
		assert (candidate["contact"], candidate["account"], candidate["barred"]) == (people["bm"], True, "")
		with pytest.raises(BadInput, match="say why it is left out"):
			api.send(case.name, [{"contact": people["outside"], "what": "the record"}])
		answer = api.send(
			case.name,
			frappe.as_json(
				[
					{"duty": row["key"], "contact": people["bm"]},
					{
						"contact": people["outside"],
						"what": "the record",
						"print_format": "Escalation Chronology",
					},
					{
						"contact": people["once"],
						"what": "the record",
						"print_format": "Escalation Chronology",
					},
				]
			),
		)
		linked, filed, once = (one["copy"] for one in answer["prepared"])
		assert [one["account"] for one in answer["prepared"]] == [True, False, True]
		assert (answer["prepared"][1]["address"], answer["prepared"][1]["warning"]) == (SECURE, "")
		# Nothing was sent yet: the duty is owed, its clock runs, and nothing says otherwise.
		assert [one["state"] for one in rows(case)] == ["mail on its way", "to be sent", "mail on its way"]
		assert clock(case).met_at is None
		assert owed(case)["prepared"]
		# A second dialog does not ask again why it is left out: a copy waits.
		_follow(case)
		assert clock(case).met_at is None
		_the_file(case, filed)
		api.record_sent(case.name, filed, "secure email", evidence="Sent items, 10:02")
		with pytest.raises(BadInput, match="by access and a link"):
			api.record_sent(case.name, linked, "secure email")
	_mail_leaves(mail(linked))
	_mail_leaves(mail(once))
	assert _follow(case) == {"sent": 2, "received": 0, "failed": 0}
	assert clock(case).met_at is not None
	assert not [one for one in copies.proposed(case.name) if one["recipient"] == "Business Manager"]
	_opening(case, people, linked, once)
	with as_user(people["raiser"]):
		api.record_received(case.name, filed, "They answered with a receipt")
		assert {one["state"] for one in rows(case)} == {"received"}
		assert [one["method"] for one in rows(case)] == ["in this system", "secure email", "in this system"]
	_chronology(case, people)


def _follow(case):
	return copy_following.follow([case.name])


def _mail_leaves(name):
	frappe.db.set_value("Email Queue", name, "status", "Sent")


def _the_file(case, copy):
	"""The file holds the record without what an agency keeps to itself, and is the one whose digest is kept."""
	api.download(case.name, copy)
	content = frappe.local.response.filecontent
	text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
	assert case.reference in text
	assert "qinternal" not in text
	assert frappe.db.get_value("Escalation Copy", copy, "digest") == hashlib.sha256(content).hexdigest()


def _opening(case, people, linked, once):
	"""Who has continuing access opens the case; who has this copy alone reads that, and not the case."""
	with as_user(people["account"]):
		with pytest.raises(NotYours):
			cases.deadlines(case.name)
		with pytest.raises(NotYours):
			api.open_copy(linked)
		assert [one["copy"] for one in api.sent_to_me()["copies"]] == [once]
		api.open_copy(once)
		assert frappe.local.response.filecontent.startswith(b"%PDF")
		assert not frappe.has_permission("Escalation Copy", doc=once)
	with as_user(people["bm_user"]):
		assert cases.deadlines(case.name)["reference"] == case.reference
		audit.note(case.name, "view")
		assert api.sent_to_me()["copies"] == []
	assert _follow(case) == {"sent": 0, "received": 2, "failed": 0}
	assert _follow(case) == {"sent": 0, "received": 0, "failed": 0}


def _chronology(case, people):
	with as_user(people["raiser"]):
		html = frappe.get_print("Escalation", case.name, "Escalation Chronology")
		assert "Morwenna Outside" in html
		assert "secure email" in html


def test_a_mail_that_fails_is_no_copy_and_is_shown(world, people, case):
	with as_user(people["raiser"]):
		key = owed(case)["key"]
		copy = api.send(case.name, [{"duty": key, "contact": people["bm"]}])["prepared"][0]["copy"]
	frappe.db.set_value("Email Queue", mail(copy), "status", "Error")
	_follow(case)
	(row,) = rows(case)
	assert (row["state"], row["problem"]) == ("mail not sent", copy_register.MAIL_FAILED)
	assert clock(case).met_at is None
	assert mail(copy) in {
		str(row.name) for row in frappe.get_all("Email Queue", {"reference_name": case.name})
	}
	# Whoever has opened the case has been told, whatever became of the mail.
	with as_user(people["bm_user"]):
		audit.note(case.name, "view")
	assert _follow(case) == {"sent": 1, "received": 1, "failed": 0}


def test_what_is_left_out_says_why_and_stays_owed(people, case):
	with as_user(people["raiser"]):
		key = owed(case)["key"]
		api.send(case.name, [], [{"duty": key, "reason": "On leave; goes tomorrow"}])
		(row,) = rows(case)
		assert (row["state"], row["reason"]) == ("left out", "On leave; goes tomorrow")
		assert owed(case)["key"] == key
	with as_user(people["bm_user"]):
		assert rows(case)[0]["reason"] == ""
	stored = frappe.db.get_value("Escalation Copy", {"escalation": case.name}, "*", as_dict=True)
	assert "On leave" not in frappe.as_json(stored)


def test_a_wrong_entry_is_struck_out_and_the_duty_is_owed_again(world, people, case):
	with as_user(people["raiser"]):
		key = owed(case)["key"]
		frappe.db.set_value("Safeguarding Contact", people["bm"], "user", None)
		copy = api.send(case.name, [{"duty": key, "contact": people["bm"]}])["prepared"][0]["copy"]
		api.record_sent(case.name, copy, "post")
		assert clock(case).met_at
	with as_user(world.user(world.responding, "Practitioner")), pytest.raises(NotYours):
		api.correct(case.name, copy, "Mine.")
	with as_user(people["raiser"]):
		with pytest.raises(BadInput, match="reason"):
			api.correct(case.name, copy, " ")
		api.correct(case.name, copy, "It came back")
		(row,) = rows(case)
		assert (row["state"], row["reason"]) == ("struck out", "It came back")
		assert clock(case).met_at is None
		with pytest.raises(BadInput, match="struck out"):
			api.record_received(case.name, copy, "They rang")
	for change in (
		lambda: frappe.delete_doc("Escalation Copy", copy, force=True, ignore_permissions=True),
		lambda: frappe.rename_doc("Escalation Copy", copy, "other", force=True),
		lambda: frappe.get_doc("Escalation Copy", copy).save(),
	):
		with pytest.raises(frappe.ValidationError):
			change()


def test_nobody_who_stepped_back_or_is_marked_gets_a_copy(world, people, case):
	responder = world.user(world.responding, "Practitioner")
	with as_user(responder):
		cases.recuse(case.name, reason="A relative works there.")
	with as_user(people["raiser"]):
		stepped = world.contact(world.responding, "Practitioner")
		assert api.recipient(case.name, stepped)["barred"]
		only = {"left_out": [{"duty": owed(case)["key"], "reason": "Later"}]}
		with pytest.raises(BadInput, match="stepped back"):
			api.send(case.name, [{"contact": stepped}], **only)
		frappe.db.set_value("Escalation Subject", {"parent": case.name}, "do_not_contact_or_copy", 1)
		for wrong in ({"name": "zephyrine  canary"}, {"name": ""}, {"name": "X", "address": "nowhere"}):
			with pytest.raises(BadInput):
				api.send(case.name, [wrong], **only)
		withheld = copies.register(case.name)["withheld"]
		assert [row["name"] for row in withheld] == ["Zephyrine Canary"]


def test_a_letter_is_worded_from_the_case_and_names_nobody(people, case):
	with as_user(people["raiser"]):
		frappe.db.set_value("Escalation", case.name, "outcome_sought", "That Zephyrine Canary is seen.")
		found = api.letter(case.name, "referral")
		assert case.reference in found["text"]
		assert "Canary" not in found["text"]
		assert "London time" in found["text"]
		assert "About: Z. C." in api.letter(case.name, "referral", name="Z. C.")["text"]
		with pytest.raises(BadInput, match="not resolved"):
			api.letter(case.name, "confirmation")
		wanted = {"contact": people["outside"], "letter": "referral", "text": found["text"] + "\n<b>&"}
		left = [{"duty": owed(case)["key"], "reason": "Later"}]
		copy = api.send(case.name, [wanted], left)["prepared"][0]["copy"]
		entry = frappe.db.get_value(
			"Escalation Copy", copy, ["prepared_log", "letter", "digest"], as_dict=True
		)
		note = frappe.db.get_value("Stage Log Note", {"stage_log": entry.prepared_log}, "note")
		assert note.startswith(found["text"])
		api.download(case.name, copy)
		content = frappe.local.response.filecontent
		assert entry.digest == hashlib.sha256(content).hexdigest()
		word = [wanted | {"file_format": "DOCX"}]
		copy = api.send(case.name, word, left)["prepared"][0]["copy"]
		api.download(case.name, copy)
		assert frappe.local.response.filename.endswith(".docx")
		with ZipFile(BytesIO(frappe.local.response.filecontent)) as archive:
			assert case.reference in archive.read("word/document.xml").decode()
		assert "&" in "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_a_copy_gives_no_more_than_its_rule_and_a_standing_one_ends_with_the_post(world, people, case):
	lead = world.contact(world.responding, "Practitioner")
	with as_user(people["raiser"]):
		key = owed(case)["key"]
		sent = [{"duty": key, "contact": people["bm"]}, {"contact": lead}]
		standing, own = (one["copy"] for one in api.send(case.name, sent)["prepared"])

	def given():
		found = access.granted(lock.loaded(case.name))
		return {grant.contact for grant in found if grant.basis == "copied"}

	assert frappe.db.get_value("Escalation Copy", own, "access") == "their own"
	assert lead not in given()
	post = ("Safeguarding Board", world.board, "business_manager")
	frappe.db.set_value(*post, world.contact(world.other, "Manager"))
	assert people["bm"] in given()
	frappe.db.set_value("Escalation Copy", standing, "standing", 1)
	assert given() == set()
	frappe.db.set_value(*post, people["bm"])
	with as_user(people["bm_user"]):
		cases.recuse(case.name, reason="A relative works there.")
	assert given() == set()


def test_a_rules_words_become_people_offices_and_addresses(world, people, case):
	board = "Business Manager of the placement area's Safeguarding Adults Board"
	given = {"out_of_area_contact": "Their office", "out_of_area_email": "bm@elsewhere.example"}
	frappe.db.set_value("Escalation", case.name, {"out_of_area_board": "Elsewhere", **given})
	loaded = lock.loaded(case.name)
	frappe.db.set_value(
		"Safeguarding Contact", world.contact(world.raising, "Manager"), "job_title", "Head of Fun"
	)

	def who(recipient, agency="", sender="raising lead"):
		rule = CopyRule("resolved", recipient, sender=sender)
		found = copy_recipients.of_owed(loaded, CopyOwed(rule, 3, loaded.now, agency))
		return [(one.contact or one.name, one.address) for one in found]

	assert who(board) == [("Their office", "bm@elsewhere.example")]
	with as_user(people["raiser"]):  # offered beside what a rule asks for, too
		found = api.recipient(case.name)
		assert (found["name"], found["role"], found["address"]) == (
			"Their office",
			"Elsewhere",
			"bm@elsewhere.example",
		)
		assert found["warning"] == copy_recipients.NOT_SECURE
	assert who("the worker who raised the concern") == [(world.contact(world.raising, "Practitioner"), "")]
	assert who("responding lead") == [(world.contact(world.responding, "Practitioner"), "")]
	assert who("Head of Fun") == [(world.contact(world.raising, "Manager"), "")]
	assert who("Senior Managers", sender="responding lead") == [
		(world.contact(world.responding, "Senior Manager"), "")
	]
	assert who("all agencies", OUTSIDE) == [("", SECURE)]
	assert who("MASH (desk@mash.example)") == [("", "desk@mash.example")]
	assert who("sub group chairs") == [("", "")]
	standing = CopyRule("resolved", "Senior Managers", sender="responding lead", standing=True)
	loaded.__dict__["policy"] = loaded.policy.replace(
		copy_rules=(standing,), business_manager_label="Board Office"
	)
	assert copy_recipients.holder_now(loaded, "senior managers") == {
		world.contact(world.responding, "Senior Manager")
	}
	assert copy_recipients.holder_now(loaded, "Board Office") == {people["bm"]}
	assert copy_recipients.holder_now(loaded, "sub group chairs") == frozenset()


def test_a_board_words_its_own_letters(people, case, monkeypatch):
	loaded = lock.loaded(case.name)
	own = Guidance("To {board}: {reference} {unknown} {due.year}", topic="Letter: Notice")
	monkeypatch.setattr(letter_texts, "loaded", lambda _name: loaded)
	loaded.__dict__["policy"] = loaded.policy.replace(guidance=(own,))
	with as_user(people["raiser"]):
		assert (
			api.letter(case.name, "notice")["text"]
			== f"To Redbridge: {case.reference} {{unknown}} {{due.year}}"
		)
		assert case.reference in api.letter(case.name, "referral")["text"]
	assert paths.words(loaded)["guidance"] == []
