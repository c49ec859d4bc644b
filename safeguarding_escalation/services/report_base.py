"""What the reports on live work share: whose cases they are about, their filters, and the rows behind each figure.

Every row comes through the condition of Frappe's own list, so a report shows nobody more than the list does; an export
leaves out what its reader may read and not export. A figure is the number of its `Item`s and nothing else: the page
behind a figure's link makes the same items again, so that the two can't differ. No column holds the name of an adult.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlencode

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.utils import cint
from pypika.terms import Criterion, LiteralValue, ValueWrapper

from safeguarding_escalation import permissions
from safeguarding_escalation.services import policies, times
from safeguarding_escalation.services import standing as at
from safeguarding_escalation.services.worklist_columns import column

BEHIND = "Cases Behind a Figure"
DRAFT = "Draft"
# What a row of any list says of its case.
CASE = (
	"name", "reference", "board", "workflow_state", "stage_label", "raising_agency", "responding_agency", "started_at",
)  # fmt: skip
_PLAIN = ("board", "agency", "stage", "from_date", "to_date", "mine", "local_targets", "owed_by", "view")


# A text that the host made stands for a condition beside others only behind one of these.
_ALWAYS, _NEVER = ValueWrapper(1) == ValueWrapper(1), ValueWrapper(1) == ValueWrapper(0)


class Item(NamedTuple):
	"""One thing that a figure counts: a case, a clock, an entry or an action, in the words of a list."""

	escalation: str
	what: str
	state: str = ""
	when: datetime | None = None
	agency: str = ""


@dataclass(frozen=True)
class Filters:
	"""What a reader chose. Dates are days of the site, both included."""

	board: str = ""
	agency: str = ""
	stage: int = 0
	from_date: date | None = None
	to_date: date | None = None
	mine: bool = False
	local_targets: bool = False
	owed_by: str = ""
	view: str = ""

	def query(self) -> dict[str, str]:
		"""The same as text, for an address; what was not chosen is left out."""
		given = {name: getattr(self, name) for name in _PLAIN}
		return {
			name: str(int(value)) if isinstance(value, bool) else str(value)
			for name, value in given.items()
			if value
		}


class StageNames(dict[tuple[str | None, int], str]):
	"""What each policy calls each of its stages, asked once for a report; `Stage 2` where a case has no policy."""

	def __missing__(self, key: tuple[str | None, int]) -> str:
		policy, number = key
		self[key] = (
			policies.policy(policy).stage_label(number) if policy and number else f"Stage {number or 1}"
		)
		return self[key]


@dataclass
class Figures:
	"""The figures of one report as they were asked for: what each counts, by its key."""

	report: str
	chosen: Filters
	items: dict[str, list[Item]] = field(default_factory=dict)
	labels: dict[str, str] = field(default_factory=dict)

	def count(self, key: str) -> int:
		return len(self.items.get(key, ()))

	def add(self, key: str, item: Item, label: str = "") -> None:
		self.items.setdefault(key, []).append(item)
		if label:
			self.labels[key] = label

	def link(self, key: str) -> str:
		"""The address of the rows behind a figure, in the Desk."""
		asked = {"of": self.report, "figure": key, **self.chosen.query()}
		return f"/app/query-report/{quote(BEHIND)}?{urlencode(asked, quote_via=quote)}"

	def links(self, row: str, columns: Iterable[str]) -> dict[str, str]:
		"""The addresses behind the cells of a row, by column; the key of a cell is its row's with the column's."""
		return {name: self.link(f"{row}/{name}") for name in columns}

	def strip(self, keys: Iterable[str] | None, more: str = "") -> str:
		"""The figures above a report, each a link to its rows, with a sentence: HTML for the report's message.

		Without `keys` those of its labels that count anything.
		"""
		parts = [
			f'<a class="sg-figure" href="{frappe.utils.escape_html(self.link(key))}">'
			f"<b>{self.count(key)}</b> {frappe.utils.escape_html(self.labels.get(key, key))}</a>"
			for key in (filter(self.count, self.labels) if keys is None else keys)
		]
		words = f'<span class="sg-figures__words">{frappe.utils.escape_html(more)}</span>' if more else ""
		return f'<div class="sg-figures">{"".join(parts)}{words}</div>'


def filters(given: Mapping[str, Any] | None) -> Filters:
	"""What a report was asked for; unknown keys are left aside. Raises BadInput for what is no date."""
	asked = given or {}
	days = {
		name: times.given_day(asked[name]) if asked.get(name) else None for name in ("from_date", "to_date")
	}
	return Filters(
		board=str(asked.get("board") or ""),
		agency=str(asked.get("agency") or ""),
		stage=cint(asked.get("stage")),
		mine=bool(cint(asked.get("mine"))),
		local_targets=bool(cint(asked.get("local_targets"))),
		owed_by=str(asked.get("owed_by") or ""),
		view=str(asked.get("view") or ""),
		**days,
	)


def restricted(query: Any, case: Any, chosen: Filters, doctype: str = "Escalation") -> Any:
	"""A query over `case` (and what is joined to it) with who may see it, and the reader's choice of cases.

	Stage and period are each report's own: they may mean the case's or the clock's.
	"""
	for condition in (permitted(), permitted(doctype) if doctype != "Escalation" else None):
		query = query if condition is None else query.where(condition)
	if chosen.board:
		query = query.where(case.board == chosen.board)
	if chosen.agency:
		party = frappe.qb.DocType("Escalation Party")
		among = frappe.qb.from_(party).select(party.parent).where(party.parenttype == "Escalation")
		sides = (case.raising_agency == chosen.agency) | (case.responding_agency == chosen.agency)
		query = query.where(sides | case.name.isin(among.where(party.agency == chosen.agency)))
	return query.where(at.named(case, at.standing())) if chosen.mine else query


def permitted(doctype: str = "Escalation") -> Criterion | None:
	"""Which rows the session's user may list, and in an export which of them they may export.

	Without the audit's mark: which cases an answer tells is read from the answer, where each row has its reference.
	None for no condition (Administrator). Raises PermissionError for a user without the right to read.
	"""
	user = frappe.session.user
	text = permissions.MARK.sub("", build_match_conditions(doctype) or "")
	found = _ALWAYS & LiteralValue(f"({text})") if text else None
	if doctype != "Escalation" or user == "Administrator" or not frappe.flags.safeguarding_export:
		return found
	works_on = permissions.criterion("Escalation", user, write=True)
	works_on = _NEVER if works_on is None else works_on
	return works_on if found is None else found & works_on


def within(query: Any, moment: Any, chosen: Filters) -> Any:
	"""The query with the reader's period, by the column `moment`."""
	if chosen.from_date:
		query = query.where(moment >= datetime.combine(chosen.from_date, time.min))
	if chosen.to_date:
		query = query.where(moment <= datetime.combine(chosen.to_date, time.max))
	return query


def cases(chosen: Filters, *further: Any, with_drafts: bool = False) -> list[Any]:
	"""The cases that the reader may see and chose, by their stage and when they began; in order of their beginning.

	Each with the columns of CASE and `further` ones, by name or as expressions. One query.
	"""
	case = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(case).select(*(case[name] for name in CASE))
	query = query.select(*(case[one] if isinstance(one, str) else one for one in further))
	query = restricted(query, case, chosen)
	if not with_drafts:
		query = query.where(case.workflow_state != DRAFT)
	if chosen.stage:
		query = query.where(case.current_stage == chosen.stage)
	query = within(query, case.started_at, chosen)
	return query.orderby(case.started_at).orderby(case.reference).run(as_dict=True)


def named(names: Iterable[str]) -> list[Any]:
	"""The facts of cases by name, as far as the reader may see them, in the order of `names`. One query."""
	wanted = list(names)
	case = frappe.qb.DocType("Escalation")
	query = restricted(frappe.qb.from_(case).select(*(case[name] for name in CASE)), case, Filters())
	found = {row.name: row for row in query.where(case.name.isin(wanted or [""])).run(as_dict=True)}
	return [found[name] for name in wanted if name in found]


def case_item(case: Any, what: str = "") -> Item:
	"""A case as what a figure counts."""
	words = what or f"{case.raising_agency or ''} to {case.responding_agency or ''}"
	return Item(case.name, words, state_words(case), case.started_at, case.raising_agency or "")


def state_words(case: Any) -> str:
	"""Where a case is: the board's word for its stage, or the state that ended it."""
	return case.stage_label or case.workflow_state or ""


def columns(*wanted: Sequence[Any]) -> list[dict[str, Any]]:
	"""Columns from (name, label, width[, type[, further]]), with the case's name behind them, not shown."""
	made = [
		column(name, label, width, *(rest[:1]), **(rest[1] if len(rest) > 1 else {}))
		for name, label, width, *rest in wanted
	]
	return [*made, column("escalation", _("Case"), 0, hidden=1)]


def figure_column(name: str, label: str, width: int = 100) -> dict[str, Any]:
	"""A column of counts: each cell is the way to what it counts."""
	return column(name, label, width, "Int", figure=1)


@lru_cache(maxsize=4096)
def row_key(*parts: Any) -> str:
	"""A row's key from what tells it from the others; `parts_of` reads it back."""
	return "|".join(quote(str(part or ""), safe=" ,.()&'-") for part in parts)


def parts_of(key: str) -> list[str]:
	"""What a row's key was made from."""
	return [unquote(part) for part in key.split("|")]


def by_kind(
	report: str, chosen: Filters, words: Mapping[str, str], counted: Iterable[tuple[str, Item]]
) -> Figures:
	"""The figures of a report that counts things by their kind: (kind, item), with each kind's `words`."""
	made = Figures(report, chosen, labels={kind: _(text).lower() for kind, text in words.items()})
	for kind, item in counted:
		made.add(kind, item)
	return made


def median(values: Sequence[int]) -> float | None:
	"""The middle of some whole numbers; None of none."""
	if not values:
		return None
	ordered, middle = sorted(values), len(values) // 2
	return float(ordered[middle]) if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
