"""How many prints and exports one account gets in an hour."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation import compat
from safeguarding_escalation.services import limits
from safeguarding_escalation.services.errors import TooOften
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.browsing import Client
from safeguarding_escalation.tests.factories import as_user

PDF = "frappe.utils.print_format.download_pdf"


@pytest.fixture
def somebody(world) -> str:
	"""An account whose count begins here."""
	user = world.user(world.other, "Senior Manager")
	forget(user)
	yield user
	forget(user)


def forget(user: str) -> None:
	for key in compat.cache().get_keys(f"safeguarding:*:{user}:"):
		compat.cache().delete(key)


def test_an_account_is_counted_by_itself_and_refused_beyond_the_limit(world, somebody, monkeypatch):
	monkeypatch.setitem(frappe.conf, "safeguarding_limits", {"export": 3})
	with as_user(somebody):
		assert [limits.count(limits.EXPORT) for _ in range(3)] == [1, 2, 3]
		with pytest.raises(TooOften, match=r"more than 3 exports .* Go on at \d+:00"):
			limits.count(limits.EXPORT)
		assert limits.count(limits.PRINT, 5) == 5  # prints are counted apart, five cases as five
	other = world.user(world.other, "Manager")
	forget(other)
	with as_user(other):
		assert limits.count(limits.EXPORT) == 1


def test_no_limit_is_nought(somebody, monkeypatch):
	monkeypatch.setitem(frappe.conf, "safeguarding_limits", {"print": 0})
	with as_user(somebody):
		assert limits.count(limits.PRINT, 10_000) == 10_000


@pytest.mark.parametrize(
	("path", "given", "kind"),
	[
		("/printview", {"doctype": "Escalation", "name": "x"}, "print"),
		(f"/api/method/{PDF}", {"doctype": "Escalation", "name": "x"}, "print"),
		(f"/api/v2/method/{PDF}", {"doctype": "Escalation"}, "print"),
		("/", {"cmd": PDF, "doctype": "Escalation"}, "print"),
		(f"/api/method/{PDF}", {"doctype": "ToDo", "name": "x"}, ""),
		("/api/method/frappe.desk.reportview.export_query", {"doctype": "Stage Log"}, "export"),
		("/api/method/frappe.desk.reportview.export_query", {"doctype": "ToDo"}, ""),
		("/api/method/frappe.desk.query_report.export_query", {"report_name": "My Cases"}, "export"),
		("/api/method/frappe.desk.query_report.export_query", {"report_name": ["x"]}, ""),
		("/api/method/safeguarding_escalation.api.subject_access.produce", {}, "export"),
		("/api/method/ping", {"doctype": "Escalation"}, ""),
	],
)
def test_what_is_counted(site, path, given, kind):
	assert limits._kind(path, given) == kind


def test_several_cases_in_one_print_count_as_several(site):
	assert limits._papers({"name": '["a", "b", "c"]'}) == 3
	assert limits._papers({"name": "a"}) == limits._papers({"name": "[broken"}) == limits._papers({}) == 1


def test_over_http_it_is_a_sentence_with_429(world, somebody):
	"""The account has had its hour's prints; the next is refused before anything is made."""
	client = Client(somebody)
	with as_user(somebody):
		limits.count(limits.PRINT, limits.AN_HOUR[limits.PRINT])
	answer = client.get(f"/api/method/{PDF}", doctype="Escalation", name="no-such-case")
	assert answer.status_code == 429, answer.text[-500:]
	assert "within an hour" in answer.text
