"""The response link over HTTP, as a person's browser and as somebody who tries: headers, replay, races, forged requests."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest
import requests

from safeguarding_escalation import compat
from safeguarding_escalation.api import confirmation
from safeguarding_escalation.services import response_limits, response_links
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import both_sides
from safeguarding_escalation.tests.both_sides import Both
from safeguarding_escalation.tests.browsing import Client
from safeguarding_escalation.tests.factories import as_user

ADDRESS = "/api/method/safeguarding_escalation.api.response."
SECRET = re.compile(r'name="(form|digest)" value="([0-9a-f]{64})"')


@pytest.fixture(scope="module")
def both(world) -> Iterator[Both]:
	yield from both_sides.committed(world)


@pytest.fixture(autouse=True)
def counted_anew():
	"""What other tests tried counts against none of these."""
	for kind in response_limits.TEN_MINUTES:
		compat.cache().delete_keys(f"safeguarding:{kind}:")


def within_one_count(seconds: float) -> None:
	"""Wait for the next ten minutes where those that are being counted end within `seconds`: each are counted apart."""
	left = response_limits.SECONDS - time.time() % response_limits.SECONDS
	if left < seconds:
		time.sleep(left)


class Guest:
	"""A browser without a login."""

	def __init__(self, client: Client | None = None, address: str = "") -> None:
		self.client = client or Client(None)
		if address:
			self.client.session.headers["X-Forwarded-For"] = address

	def post(self, name: str, **given: str) -> requests.Response:
		return self.client.send("POST", ADDRESS + name, data=given, allow_redirects=False)

	def record(self) -> requests.Response:
		return self.client.send("GET", f"{ADDRESS}record", allow_redirects=False)

	def code(self, both: Both, key: str) -> str:
		began = frappe.utils.now()
		assert self.post("send_code", key=key).status_code == 200
		frappe.db.rollback()
		return both_sides.code_in(began)

	def opened(self, both: Both, key: str) -> dict[str, str]:
		answer = self.post("open", key=key, code=self.code(both, key))
		assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}record")
		return dict(SECRET.findall(self.record().text))


def link(both: Both) -> str:
	key = both.link()
	frappe.db.commit()
	return key


def test_the_page_before_the_code_says_nothing_and_a_scanner_changes_nothing(both):
	key, guest = link(both), Guest()
	before = both.stored_link().as_dict()
	for method in ("GET", "HEAD"):
		for path in (
			f"/respond?{key}",
			f"{ADDRESS}send_code?key={key}",
			f"{ADDRESS}open?key={key}&code=123456",
		):
			guest.client.send(method, path)
	page = guest.client.send("GET", "/respond")
	assert page.status_code == 200
	assert "Safeguarding Escalation" in page.text
	assert not re.search(r"Redbridge|Redfern|SE-\d|frappe|/assets/", page.text)
	frappe.db.rollback()
	assert both.stored_link().as_dict() == before
	for response in (page, guest.record(), guest.post("open", key="x", code="1")):
		headers = response.headers
		assert "no-store" in headers["Cache-Control"]
		assert headers["Referrer-Policy"] == "no-referrer"
		assert headers["X-Frame-Options"] == "DENY"
		assert "noindex" in headers["X-Robots-Tag"]
		assert headers["Content-Security-Policy"].startswith("default-src 'none'")
		assert "unsafe" not in headers["Content-Security-Policy"]


def test_unknown_wrong_expired_and_revoked_get_the_same_words_after_the_same_time(both):
	key, guest = link(both), Guest()
	guest.code(both, key)
	expired = link(both)
	frappe.db.set_value("Response Link", both.stored_link().name, "expires_at", "2025-01-01 00:00:00")
	frappe.db.commit()
	live = link(both)
	frappe.db.set_value("Record Confirmation", both.row().name, "state", "asked")
	answers = {}
	for name, given in {
		"revoked": key,
		"expired": expired,
		"unknown": "A" * 43,
		"live, without a code": live,
	}.items():
		found = guest.post("open", key=given, code="123456")
		sent = guest.post("send_code", key=given)
		strip = re.compile(rf'{re.escape(given)}|nonce="[^"]+"')
		answers[name] = (
			found.status_code,
			strip.sub("", found.text),
			sent.status_code,
			strip.sub("", sent.text),
		)
		assert found.elapsed.total_seconds() >= response_limits.EVEN_SECONDS
		assert sent.elapsed.total_seconds() >= response_limits.EVEN_SECONDS
	assert len(set(answers.values())) == 1, answers.keys()
	assert answers["unknown"][0] == 403


def test_an_answer_by_link_is_one_answer_however_often_it_is_sent(both):
	"""A hundred codes asked for, two answers at one instant, a replayed cookie, and a look afterwards."""
	key, guest = link(both), Guest()
	form = guest.opened(both, key)
	cookie = next(each for each in guest.client.session.cookies if each.name == "se_response")
	assert cookie.has_nonstandard_attr("HttpOnly")
	assert cookie.get_nonstandard_attr("SameSite") == "Strict"
	assert "Zephyrine" not in guest.record().text
	assert guest.post("answer", **{**form, "form": "0" * 64}, verdict="confirmed").status_code == 403
	again = guest.post("answer", **form, verdict="disputed", words="")
	assert "Say it in your own words" in again.text
	thief = Guest()
	thief.client.session.cookies.set("se_response", cookie.value)

	def answer(who: Guest) -> int:
		return who.post(
			"answer", **form, verdict="disputed", words="<img src=x onerror=y> Not so"
		).status_code

	with ThreadPoolExecutor(2) as pool:
		assert sorted(pool.map(answer, (guest, thief))) == [200, 403]
	assert [answer(each) for each in (guest, thief)] == [403, 403]
	assert {guest.record().status_code, thief.record().status_code} == {403}
	frappe.db.rollback()
	assert both.kinds().count("record_disputed") == 1
	assert loaded(both.case).rows[-1].recorded_by == "Guest"
	noted = frappe.get_all(
		"Escalation Audit",
		{"escalation": both.case, "action": "view", "what": "response link"},
		["user", "contact", "request"],
	)
	assert noted
	assert {(row.user, row.contact) for row in noted} == {("Guest", both.silent)}
	assert not any(
		key in (row.request or "") for row in frappe.get_all("Escalation Audit", ["request"], limit=500)
	)


def test_forged_oversize_and_foreign_requests(both, world):
	key = link(both)
	guest = Guest()
	guest.client.session.headers["Sec-Fetch-Site"] = "cross-site"
	assert guest.post("send_code", key=key).status_code == 403
	guest = Guest()
	assert guest.client.send("GET", f"{ADDRESS}answer?verdict=confirmed").status_code == 403
	assert guest.post("open", key="K" * 100_000, code="9" * 100_000).status_code == 403
	assert (
		guest.client.send("POST", f"{ADDRESS}open", json={"key": ["a"], "code": {"b": 1}}).status_code == 417
	)
	assert both.stored_link().codes_sent in (None, 0)
	guest.client.session.headers["Host"] = "evil.example.test"
	guest.client.session.headers["X-Forwarded-Host"] = "evil.example.test"
	with as_user(both.user):
		url = confirmation.new_link(both.case, both.row().name, "copied")["link"]
	frappe.db.commit()
	assert "evil" not in url
	key = url.rpartition("#")[2]
	logged_in = Guest(Client(world.user(world.raising, "Practitioner")))
	page = logged_in.client.send("GET", "/respond").text
	csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
	began = frappe.utils.now()
	assert (
		logged_in.post("send_code", key=key).status_code == 400
	)  # the host's own guard: no token of the session
	logged_in.post("send_code", key=key, csrf_token=csrf)
	frappe.db.rollback()
	code = both_sides.code_in(began)
	assert logged_in.post("open", key=key, code=code, csrf_token=csrf).status_code == 303
	form = dict(SECRET.findall(logged_in.record().text))
	assert logged_in.post("answer", **form, verdict="confirmed", csrf_token=csrf).status_code == 200
	frappe.db.rollback()
	row = loaded(both.case).rows[-1]
	assert (row.kind, row.actor, row.recorded_by) == ("record_confirmed", both.silent, "Guest")


def test_too_many_requests_of_one_address_or_one_link_are_served_no_longer(both):
	within_one_count(60)
	key = link(both)
	began = frappe.utils.now()
	with ThreadPoolExecutor(8) as pool:
		codes = list(
			pool.map(
				lambda number: Guest(address=f"203.0.113.{number}").post("send_code", key=key).status_code,
				range(45),
			)
		)
	assert codes.count(200) == response_limits.TEN_MINUTES[response_limits.LINK]
	assert codes.count(503) == 45 - codes.count(200)
	frappe.db.rollback()
	mails = frappe.get_all(
		"Email Queue", {"creation": (">=", began), "reference_doctype": response_links.DOCTYPE}
	)
	assert len(mails) == 1
