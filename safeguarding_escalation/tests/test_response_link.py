"""The response link: least disclosure, and what guessing, replay and revoking meet. HTTP is in test_response_http."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import frappe
import pytest
import redis
from frappe.utils.redis_wrapper import RedisWrapper
from werkzeug.test import EnvironBuilder

from safeguarding_escalation.api import confirmation as api
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.api import response as api_response
from safeguarding_escalation.services import (
	audit,
	errors,
	links,
	responding,
	response_limits,
	response_links,
	response_pages,
	times,
)
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import both_sides, factories
from safeguarding_escalation.tests.both_sides import Both
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture(scope="module")
def both(world) -> Iterator[Both]:
	yield from both_sides.committed(world)


@pytest.fixture(autouse=True)
def as_in_a_request():
	"""Who uses a link is kept for one request."""
	frappe.local.safeguarding_responder = None
	yield
	frappe.local.safeguarding_responder = None


def guest() -> as_user:
	return as_user("Guest")


def test_a_link_shows_one_record_takes_one_answer_and_is_used_up(both):
	key = both.link()
	stored = both.stored_link().as_dict()
	assert key not in frappe.as_json(stored)
	assert len(key) >= 43
	with guest():
		session = both.opened(key)
		page = responding.page(session)
		text = response_pages.record(page).get_data(as_text=True)
		for hidden in (
			"Zephyrine",
			"An inner word",
			both.case,
			"Escalate to Stage 2",
			"Manager of Elmfield Hospital Trust.",
		):
			assert hidden not in text
		assert "the adult was seen by the ward" in text
		given = (page.form, page.record["digest"], "disputed", "<b>Not</b> so: <script>x</script>", True)
		with pytest.raises(errors.BadInput, match="write your name"):
			responding.answer(session, *given, "Somebody Else")
		frappe.clear_messages()
		responding.answer(session, *given, " pat silent of REDFERN ")
		for again in (
			lambda: responding.answer(session, *given, both_sides.SILENT),
			lambda: responding.page(session),
		):
			with pytest.raises(responding.NotValid):
				again()
		responding.send_code(key)
		with pytest.raises(responding.NotValid):
			responding.open_with(key, "000000")
	row = loaded(both.case).rows[-2]
	assert (row.kind, row.actor, row.recorded_by, row.side) == (
		"record_disputed",
		both.silent,
		"Guest",
		"responding",
	)
	assert both.kinds()[-1] == "record_signed"
	(request,) = both.panel()["requests"]
	assert request["words"] == "Not so: x"
	(signature,) = both.panel()["signatures"]
	assert signature["words"] == "Signed through a response link"
	assert both.stored_link().state == "used"
	told = [
		(row.action, row.what, row.contact)
		for row in frappe.get_all(
			"Escalation Audit", {"escalation": both.case, "user": "Guest"}, ["action", "what", "contact"]
		)
	]
	assert {what for _action, what, _contact in told} >= {
		"response link: code sent", "response link: opened with a code", "response link: answered: disputed", "response link",
	}  # fmt: skip
	assert {contact for _action, _what, contact in told} == {both.silent}


def test_codes_are_single_short_lived_and_few(both, monkeypatch):
	key = both.link()
	code = both.code(key)
	assert responding.open_with(key, f" {code[:3]} {code[3:]} ")
	with pytest.raises(responding.NotValid):
		responding.open_with(key, code)  # a used code
	now = times.now()
	for number in range(1, 100):
		monkeypatch.setattr(times, "now", lambda number=number: now + timedelta(seconds=30 * number))
		responding.send_code(key)
	assert both.stored_link().codes_sent == responding.MOST_CODES
	late = both.link()
	monkeypatch.undo()
	code = both.code(late)
	monkeypatch.setattr(times, "now", lambda: now + timedelta(minutes=11))
	with pytest.raises(responding.NotValid):
		responding.open_with(late, code)
	monkeypatch.setattr(times, "now", lambda: now + timedelta(hours=73))
	responding.send_code(late)
	assert both.stored_link().codes_sent == 1
	monkeypatch.undo()
	responding.send_code(late)
	assert both.stored_link().codes_sent == 1  # the last has hardly left


def test_five_wrong_codes_lock_the_link_and_both_are_told(both):
	key = both.link()
	code = both.code(key)
	began = frappe.utils.now()
	wrong = [f"{number:06d}" for number in range(7) if f"{number:06d}" != code][:5]
	for guess in wrong:
		with pytest.raises(responding.NotValid):
			responding.open_with(key, guess)
	with pytest.raises(responding.NotValid):
		responding.open_with(key, code)
	link = both.stored_link()
	assert (link.state, link.code_digest, link.token_digest) == ("locked", None, None)
	queued = frappe.get_all("Email Queue", {"creation": (">=", began)}, pluck="name")
	told = {row.recipient for name in queued for row in frappe.get_doc("Email Queue", name).recipients}
	assert told == {both_sides.ADDRESS, both.user}
	assert "no longer works" in both.panel()["requests"][0]["link"]["words"]


def test_guesses_of_a_key_find_nothing(both):
	key = both.link()
	for guess in (
		"",
		key[:-1],
		key + "A",
		key.swapcase(),
		"x" * 5000,
		"' OR 1=1",
		f"#{key[1:]}",
		response_links.digest(key),
	):
		responding.send_code(guess)
		with pytest.raises(responding.NotValid):
			responding.open_with(guess, "123456")
	assert not both.stored_link().codes_sent
	assert responding.key_of(f"https://anything.example.test/respond#{key}") == key
	with pytest.raises(responding.NotValid):
		responding.page("")


def test_a_session_is_of_one_link_and_an_answer_of_one_session(both):
	one = both.opened(both.link())
	page = responding.page(one)
	other_key = both.link()  # asked again: the older link and its session end
	with pytest.raises(responding.NotValid):
		responding.page(one)
	other = both.opened(other_key)
	with pytest.raises(responding.NotValid):
		responding.answer(other, page.form, page.record["digest"], "confirmed", "", False, "")
	now = times.now()
	frappe.db.set_value(
		"Response Link", both.stored_link().name, "session_until", times.stored(now - timedelta(seconds=1))
	)
	with pytest.raises(responding.NotValid):
		responding.page(other)


def test_a_record_that_changed_meanwhile_is_read_again(both):
	session = both.opened(both.link())
	page = responding.page(session)
	with as_user(both.user):
		cases.record(
			both.case, "discussed", stage=1, occurred_at="2025-03-13 15:00:00", mode="email", note="Later."
		)
	with pytest.raises(errors.StaleCase):
		responding.answer(session, page.form, page.record["digest"], "confirmed", "", False, "")
	again = responding.page(session)
	assert responding.answer(session, again.form, again.record["digest"], "confirmed", "", False, "")


BY_ADMINISTRATOR = ("left", "another agency", "another address", "switched off")
ENDINGS = {
	"revoked by hand": lambda both: api.revoke_link(both.case, both.row().name),
	"withdrawn request": lambda both: api.withdraw(both.case, both.row().name),
	"a new link": lambda both: api.new_link(both.case, both.row().name, "copied"),
	"the case withdrawn": lambda both: cases.move(both.case, "Withdraw", reason="Settled."),
	"another board": lambda both: cases.change_board(both.case, "Buckinghamshire", "Lives there."),
	"left": lambda both: _contact(both, to_date="2025-01-31"),
	"another agency": lambda both: _contact(both, agency=both.world.other),
	"another address": lambda both: _contact(both, email="somebody.else@partner.example.test"),
	"not to be contacted": lambda both: _barred(both),
	"switched off": lambda both: _switched_off(),
}


def test_what_ends_a_link_ends_it_for_good(both):
	key = both.link()
	session = both.opened(key)
	_open_to_the_board(both)
	for how, act in ENDINGS.items():
		frappe.db.savepoint("before_the_end")
		user = "Administrator" if how in BY_ADMINISTRATOR else both.user
		if how == "another board":
			user = both.world.users[("Redbridge Safeguarding Adults Board", "Business Manager")]
		with as_user(user):
			act(both)
		link = frappe.get_all(
			"Response Link",
			{"escalation": both.case},
			["state", "token_digest", "session_digest"],
			order_by="creation",
		)[0]
		assert (how, link.state, link.token_digest, link.session_digest) == (how, "revoked", None, None)
		with pytest.raises(responding.NotValid):
			responding.page(session)
		with pytest.raises(responding.NotValid):
			responding.open_with(key, "123456")
		frappe.db.rollback(save_point="before_the_end")
		frappe.clear_cache(doctype="Safeguarding Settings")


def _contact(both: Both, **values) -> None:
	document = frappe.get_doc("Safeguarding Contact", both.silent)
	document.update(values)
	document.save()


def _barred(both: Both) -> None:
	document = frappe.get_doc("Escalation", both.case)
	document.subjects[0].update({"representative_name": both_sides.SILENT, "do_not_contact_or_copy": 1})
	document.save()


def _switched_off() -> None:
	settings = frappe.get_doc("Safeguarding Settings")
	settings.update({"response_links": 0, "installation": "Board hosted"})
	settings.save()


def _open_to_the_board(both: Both) -> None:
	contact = both.world.contacts[("Redbridge Safeguarding Adults Board", "Business Manager")]
	row = frappe.db.get_value("Safeguarding Contact", contact, ["user", "agency"], as_dict=True)
	frappe.get_doc(
		{
			"doctype": "Escalation Access", "escalation": both.case, "active": 1, "rights": "write", "grantee": row.user,
			"contact": contact, "agency": row.agency, "since": "2025-01-01 00:00:00", "basis": "named", "reason": "Board",
		}
	).insert(ignore_permissions=True)  # fmt: skip


def test_no_link_goes_to_who_needs_none_or_to_the_asker_s_own_agency(both, world):
	with pytest.raises(errors.MoveRefused, match="has an account here"):
		both.ask(contact=world.contact(world.responding, "Manager"), how="response link")
	frappe.db.set_value(
		"Safeguarding Contact", both.silent, "email", world.user(world.raising, "Practitioner")
	)
	with pytest.raises(errors.MoveRefused, match="your own agency"):
		both.ask(how="response link")
	frappe.db.set_value("Safeguarding Contact", both.silent, "email", "")
	with pytest.raises(errors.BadInput, match="no email address"):
		both.ask(how="response link")
	frappe.db.set_single_value("Safeguarding Settings", "response_links", 0)
	with pytest.raises(errors.MoveRefused, match="switched off"):
		both.ask(how="response link")


def test_the_mailed_link_is_shown_to_nobody_here_and_mails_tell_nothing(both):
	began = frappe.utils.now()
	assert both.ask(how="response link")["link"] == ""
	mail = frappe.get_doc("Email Queue", both.stored_link().email_queue)
	text = "\n".join(both_sides.mails.parts(mail.message.encode()))
	assert [row.recipient for row in mail.recipients] == [both_sides.ADDRESS]
	assert "/respond#" in text
	assert "Redfern" not in text
	assert frappe.get_all("Error Log", {"creation": (">=", began)}) == []


def test_an_address_is_the_site_s_own_whatever_a_request_says(monkeypatch):
	forged = EnvironBuilder(headers={"Host": "forged.example.test"}).get_request()
	monkeypatch.setattr(frappe.local, "request", forged, raising=False)
	monkeypatch.setitem(frappe.local.conf, "host_name", "https://escalations.example.test/")
	assert links.site("/respond#k") == "https://escalations.example.test/respond#k"
	assert links.form("Escalation", "abc") == "https://escalations.example.test/app/escalation/abc"
	monkeypatch.setitem(frappe.local.conf, "host_name", None)
	monkeypatch.setitem(frappe.local.conf, "hostname", None)
	assert links.site("/x") == f"http://{frappe.local.site}/x"
	assert links.form("Record Check", "a b") == f"http://{frappe.local.site}/app/record-check/a%20b"


def test_limits_count_and_fail_closed(monkeypatch):
	monkeypatch.setitem(frappe.local.conf, "safeguarding_limits", {response_limits.LINK: 2})
	secret = frappe.generate_hash(length=40)
	for _each in range(2):
		response_limits.count(secret)
	with pytest.raises(response_limits.Unavailable):
		response_limits.count(secret)


def test_while_redis_is_down_nobody_is_served_and_no_code_is_spent(both, monkeypatch):
	"""A port where nothing listens: a refused connection, as of a Redis that has died."""
	key = both.link()
	code = both.code(key)
	before = both.stored_link().as_dict()
	with socket.create_server(("127.0.0.1", 0)) as free:
		port = free.getsockname()[1]
	dead = RedisWrapper.from_url(f"redis://127.0.0.1:{port}")
	request = EnvironBuilder(method="POST").get_request()
	request.cookies = {response_pages.COOKIE: "no-session"}
	with monkeypatch.context() as down, guest():
		down.setattr(frappe.local, "request", request, raising=False)
		down.setattr(frappe, "cache", dead)
		with pytest.raises(redis.exceptions.ConnectionError):
			dead.ping()
		with pytest.raises(response_limits.Unavailable):
			response_limits.count(key)
		began = frappe.utils.now()
		for answer in (api_response.send_code(key), api_response.open(key, code), api_response.record()):
			text = answer.get_data(as_text=True)
			assert answer.status_code == 503
			assert response_pages.UNAVAILABLE in text
			assert "Traceback" not in text
			assert "redis" not in text.casefold()
			assert "Set-Cookie" not in answer.headers
	assert frappe.get_all("Email Queue", {"creation": (">=", began)}) == []
	assert both.stored_link().as_dict() == before
	with guest():
		page = responding.page(responding.open_with(key, code))
		assert page.record["title"] == "The record of Stage 1"


def test_nobody_lists_a_link(both, world):
	both.link()
	name = both.stored_link().name
	for user in (
		both.user,
		world.users[("Redbridge Safeguarding Adults Board", "Business Manager")],
		factories.HOST,
	):
		with as_user(user):
			assert not frappe.has_permission("Response Link", "read", doc=name)
			with pytest.raises(frappe.PermissionError):
				frappe.get_list("Response Link", pluck="name")
	assert audit.responder() is None
