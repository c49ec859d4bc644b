"""Reports on live work: whose rows, every figure and the rows behind it, what is counted, exports, and the cost."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import frappe
import pytest
from frappe.desk.query_report import run

from safeguarding_escalation.api import lists
from safeguarding_escalation.services import (
	report_base,
	report_behind,
	report_cards,
)
from safeguarding_escalation.services.errors import BadInput
from safeguarding_escalation.tests import factories, reports_world
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.reports_world import rows_of, shown
from safeguarding_escalation.tests.test_worklists import CANARY, alone, clock, end_of, raised

BEHIND = report_base.BEHIND
kept, rolled_back = reports_world.kept, reports_world.rolled_back
people, cases = reports_world.people, reports_world.cases
REPORTS = (
	"Escalation Tracker", "Overdue and Due Soon", "Timeliness by Stage and Agency", "Themes", "Confirmations Outstanding",
	"Actions Outstanding",
)  # fmt: skip
# Who sees all, who sees it from the other side, whose post sees it from a stage on, and who sees nothing.
COUNTED_FOR = (
	("raising", "Safeguarding Practitioner"), ("responding", "Safeguarding Practitioner"),
	("own board", "Board Business Manager"), ("stranger", "Safeguarding Practitioner"),
)  # fmt: skip
WIDE = {"local_targets": 1, "to_date": "2099-12-31"}
LINK = re.compile(r'<a class="sg-figure" href="([^"]+)"><b>(\d+)</b>')


def asked_by(link):
	"""What the page behind a figure is asked with, by the figure's address."""
	parts = urlsplit(unescape(link))
	assert parts.path == "/app/query-report/Cases%20Behind%20a%20Figure"
	return dict(parse_qsl(parts.query))


def behind(link):
	"""The rows that an address in the Desk leads to, as the page asks for them."""
	return rows_of(BEHIND, **asked_by(link))


class Counts:
	"""How many rows the page behind a figure has, each report made once for one reader and choice."""

	def __init__(self):
		self.made = {}

	def of(self, link):
		asked = asked_by(link)
		figure = asked["figure"]
		key = frappe.as_json({**asked, "figure": figure if asked["of"] == report_cards.CARDS else ""})
		if key not in self.made:
			self.made[key] = report_behind.SOURCES[asked["of"]](asked)
			assert len(behind(link)) == self.made[key].count(figure)  # through the page itself
		return self.made[key].count(figure)


def figures_of(found):
	"""Every figure of a report: (address, number)."""
	above = [(link, int(number)) for link, number in LINK.findall(found["message"] or "")]
	cells = [
		(link, row[column]) for row in found["result"] for column, link in (row.get("links") or {}).items()
	]
	return above + cells


def test_each_report_shows_each_person_what_the_list_shows_them(cases, people, world):
	"""No row beyond the list; and of the tracker, which has a row a case, each case of the list."""
	readers = 0
	for person in people:
		with as_user(person.user):
			listed = set(frappe.get_list("Escalation", pluck="name", limit_page_length=0))
			readers += bool(listed & set(cases.values()))
			for report in REPORTS:
				if not frappe.get_doc("Report", report).is_permitted():
					continue
				found = shown(report, **WIDE if report == "Overdue and Due Soon" else {})
				told = {row["escalation"] for row in found["result"] if row.get("escalation")}
				assert told <= listed, (person.label, report)
				assert CANARY not in str(found), (person.label, report)
				if report == "Escalation Tracker":
					assert told & set(cases.values()) == listed & set(cases.values()), person.label
	assert readers >= 4


def test_behind_every_figure_are_as_many_rows(cases, people, world):
	counted = 0
	for person in people:
		if (person.standing, person.role) not in COUNTED_FOR:
			continue
		counts = Counts()
		with as_user(person.user):
			for report, filters in [(name, {}) for name in (*REPORTS, "My Team Today", "Board Cases")] + [
				("Themes", {"board": "Redbridge", "mine": 1}),
				("Overdue and Due Soon", WIDE),
				("Timeliness by Stage and Agency", {"agency": world.responding, "local_targets": 1}),
				("Escalation Tracker", {"stage": 1, "from_date": "2025-01-01"}),
			]:
				if not frappe.get_doc("Report", report).is_permitted():
					continue
				for link, number in figures_of(shown(report, **filters)):
					assert counts.of(link) == number, (person.label, report, link)
					counted += bool(number)
	assert counted > 40


def test_behind_every_card_and_every_point_of_a_chart_are_as_many_rows(cases, people):
	counted = 0
	for person in people:
		if (person.standing, person.role) not in COUNTED_FOR:
			continue
		with as_user(person.user):
			for name in report_cards.SOURCES:
				answer = report_cards.card(name)
				assert asked_by(answer["link"]) == answer["route_options"]
				assert (
					report_behind.SOURCES[report_cards.CARDS](answer["route_options"]).count(name)
					== answer["value"]
				)
				if answer["value"]:
					assert len(behind(answer["link"])) == answer["value"], (person.label, name)
				counted += bool(answer["value"])
			for name in report_cards.SERIES:
				drawn, counts = lists.chart(name), Counts()
				for series, links in zip(drawn["datasets"], drawn.get("links", ()), strict=True):
					for number, link in zip(series["values"], links, strict=True):
						assert counts.of(link) == number, (person.label, link)
						counted += bool(number)
	assert counted > 15


def test_an_empty_site_has_sentences_and_no_chart(world):
	alone()
	frappe.db.set_value("Escalation", {"name": ("is", "set")}, "started_at", None)
	frappe.db.set_value("Escalation", {"name": ("is", "set")}, "resolved_at", None)
	with as_user(world.user(world.other, "Manager")):
		for report in ("Overdue and Due Soon", "Confirmations Outstanding", "Actions Outstanding"):
			found = shown(report)
			assert found["result"] == []
			assert found["message"].count(".") >= 1
		for name in report_cards.SERIES:
			assert lists.chart(name) == {"labels": [], "datasets": []}
		with pytest.raises(BadInput):
			lists.chart("Not ours")


def test_nobody_widens_a_report_by_naming_somebody_else(cases, world):
	with as_user(world.user(world.other, "Manager")):
		for report in REPORTS:
			found = run(report, filters={}, user="Administrator")
			assert not {row.get("escalation") for row in found["result"]} & set(cases.values())
			assert not any(number for _link, number in figures_of(found))


@pytest.mark.parametrize("report", [*REPORTS, BEHIND])
def test_a_report_takes_the_same_number_of_queries_however_many_cases(world, cases, report):
	given = {"of": "Themes", "figure": "all/escalations"} if report == BEHIND else {}

	def queries():
		seen, original = [], frappe.db.sql

		def counting(query, *rest, **further):
			seen.append(str(query))
			return original(query, *rest, **further)

		frappe.db.sql = counting
		try:
			rows_of(report, **given)
		finally:
			del frappe.db.sql
		return len(seen)

	with as_user(world.user(world.raising, "Practitioner")):
		rows_of(report, **given)
		few = queries()
	for _more in range(3):
		name = raised(world)
		clock(name, "raising lead", end_of(-2))
		factories.entry(name, kind="discussed", source="reported", side="responding")
	with as_user(world.user(world.raising, "Practitioner")):
		assert queries() == few
