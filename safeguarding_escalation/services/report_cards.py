"""The figures of number cards and charts, each with the cases or clocks that it counts.

A card's number is how many there are, and its link leads to exactly these. Charts are over all that the reader may see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import frappe
from dateutil.relativedelta import relativedelta
from frappe import _
from frappe.utils import now_datetime

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import audit_lists, looking, report_base, report_due, worklists
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.report_base import Figures, Filters, Item, case_item
from safeguarding_escalation.services.worklists import LOCAL, OVERDUE, TODAY, UNASSIGNED, WAITING

CARDS, CHARTS = "Number cards", "Charts"
MONTHS = 12
BY_STAGE, THIS_WEEK, BY_MONTH = "Open Cases by Stage", "Due This Week", "Opened and Resolved by Month"
DAYS = 7


def card(name: str) -> dict[str, Any]:
	"""A number card's answer: how many, and the way to them."""
	made = Figures(CARDS, Filters())
	with audit_lists.only_counted():
		number = len(cases_of(name))
	return answer(
		number, ["query-report", report_base.BEHIND], {"of": CARDS, "figure": name}, made.link(name)
	)


def answer(
	value: int, route: list[str], options: dict[str, Any] | None = None, link: str = ""
) -> dict[str, Any]:
	"""What Frappe asks of a number card: its number, and the way to what it counts."""
	return {"value": value, "fieldtype": "Int", "route": route, "route_options": options or {}, "link": link}


def refusals() -> dict[str, Any]:
	"""The auditor's card: refusals since seven days ago, and the way to their rows in *Who Looked*."""
	asked = {"action": "refused", "from_date": str(frappe.utils.getdate() - timedelta(days=DAYS))}
	return answer(
		looking.how_many(asked),
		["query-report", "Who Looked"],
		asked,
		f"/app/query-report/Who%20Looked?{urlencode(asked)}",
	)


def cases_of(name: str) -> list[str]:
	"""The cases that a number card counts."""
	return SOURCES[name]()


def _group(scope: str, group: str) -> Callable[[], list[str]]:
	return lambda: worklists.by_group(scope, groups=(group,))[group]


def _open(scope: str, stage: int | None = None) -> Callable[[], list[str]]:
	return lambda: worklists.names(scope, stage)


SOURCES: dict[str, Callable[[], list[str]]] = {
	"My Open Cases": _open("mine"),
	"Overdue for Me": _group("mine", OVERDUE),
	"Due Today for My Team": _group("team", TODAY),
	"Overdue for My Team": _group("team", OVERDUE),
	"Waiting on Others": _group("team", WAITING),
	"Unassigned Cases": _group("team", UNASSIGNED),
	"Cases with Me": _open("chair"),
	"Cases at My Board": _open("board"),
	"Overdue at My Board": lambda: worklists.late_names("board"),
	**{f"Board Cases at Stage {stage}": _open("board", stage) for stage in range(1, 7)},
	"Open Escalations": _open("all"),
	"Overdue Escalations": lambda: worklists.late_names("all"),
	"Escalations Due Today": lambda: worklists.due_today_names("all"),
}


def figures_of_cards(given: Any) -> Figures:
	"""The cases of the card that is asked for: `figure` in `given`."""
	name = str((given or {}).get("figure") or "")
	made = Figures(CARDS, Filters(), labels={name: name})
	for case in report_base.named(cases_of(name) if name in SOURCES else ()):
		made.add(name, case_item(case))
	return made


def chart(name: str) -> dict[str, Any]:
	"""A chart as Frappe draws it: `labels` and `datasets`; with the labels' `words` for people, and `links`, by
	dataset, to what each figure counts.

	Without a row there are no labels: the page shows a sentence instead of an empty frame. Raises BadInput for a name that
	is no chart's.
	"""
	if name not in SERIES:
		refuse(BadInput, "There is no such chart.")
	made = figures_of_charts({"figure": name})
	series = SERIES[name]
	labels = _labels(name, made)
	if not any(made.count(f"{name}/{label}/{key}") for label, *_words in labels for key in series):
		return {"labels": [], "datasets": []}
	keys = {key: [f"{name}/{label}/{key}" for label, *_words in labels] for key in series}
	return {
		"labels": [short for _label, short, _words in labels],
		"words": [words for *_label, words in labels],
		"datasets": [
			{"name": _(words), "values": [made.count(each) for each in keys[key]]}
			for key, words in series.items()
		],
		"links": [[made.link(each) for each in keys[key]] for key in series],
	}


SERIES: dict[str, dict[str, str]] = {
	BY_STAGE: {"open": "Open"},
	THIS_WEEK: {"due": "Due"},
	BY_MONTH: {"opened": "Opened", "resolved": "Resolved"},
}


def figures_of_charts(given: Any) -> Figures:
	"""What each point of a chart counts, by `<chart>/<label>/<series>`; of the chart that `figure` names first."""
	name = str((given or {}).get("figure") or "").partition("/")[0]
	made = Figures(CHARTS, Filters())
	for key, item in DRAWN[name](now_datetime()) if name in DRAWN else ():
		made.add(f"{name}/{key}", item, f"{name}: {key.rpartition('/')[0]}, {key.rpartition('/')[2]}")
	return made


def _by_stage(_now: datetime) -> Iterator[tuple[str, Item]]:
	for case in report_base.cases(Filters(), with_drafts=True):
		if case.workflow_state not in ENDED:
			yield f"{case.stage_label or case.workflow_state}/open", case_item(case)


def _by_month(_now: datetime) -> Iterator[tuple[str, Item]]:
	for case in report_base.cases(Filters(), "resolved_at"):
		for key, moment in (("opened", case.started_at), ("resolved", case.resolved_at)):
			if moment:
				yield f"{moment:%Y-%m}/{key}", case_item(case)


def _this_week(now: datetime) -> Iterator[tuple[str, Item]]:
	for row in report_due.clocks(Filters(to_date=(now + timedelta(days=DAYS - 1)).date()), now):
		if row.kind != LOCAL:
			day = "Overdue" if row.due_at < now else f"{row.due_at:%Y-%m-%d}"
			yield f"{day}/due", report_due.item(row, now)


DRAWN = {BY_STAGE: _by_stage, THIS_WEEK: _this_week, BY_MONTH: _by_month}


def _labels(name: str, made: Figures) -> list[tuple[str, str, str]]:
	"""What stands below a chart, in order: each with a short word for the axis and the words for people."""
	now = now_datetime()
	if name == THIS_WEEK:
		days = [now + timedelta(days=number) for number in range(DAYS)]
		return [
			("Overdue", _("Late"), _("Overdue")),
			*((f"{day:%Y-%m-%d}", f"{day:%a}", f"{day:%a} {day.day} {day:%b}") for day in days),
		]
	if name == BY_MONTH:
		first = now - relativedelta(months=MONTHS - 1)
		months = [first + relativedelta(months=number) for number in range(MONTHS)]
		return [(f"{month:%Y-%m}", f"{month:%b %y}", f"{month:%b %Y}") for month in months]
	return [(label, _short(label), label) for label in sorted({_middle(key) for key in made.items})]


def _short(stage: str) -> str:
	"""“Stage 2” as an axis has room for it, on a phone too; the words below the chart say it in full."""
	numbered = re.fullmatch(r"Stage (\d+)", stage)
	return numbered[1] if numbered else stage


def _middle(key: str) -> str:
	return key.partition("/")[2].rpartition("/")[0]
