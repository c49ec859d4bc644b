"""Names never: whether a text for a return names the people of the escalations that it counts, adults or staff.

Adults, children, their representatives and family are found by each telling word of their names, in the text of their
own case; by the whole name in any other text, since many names are words too. Staff are found by the whole name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe

from safeguarding_escalation.engine.mentions import KnownNames, words
from safeguarding_escalation.engine.return_periods import Period
from safeguarding_escalation.services import returns_counting
from safeguarding_escalation.services.rows import select


def telling(texts: Collection[str], board: str, period: Period) -> frozenset[str]:
	"""Those of some short texts that name somebody: a telling word of an adult's name, or somebody's whole name."""
	every = {word for text in texts for word in words(text)}
	adults = [name for name in adults_of(board, period) if every.intersection(words(name))]
	known = KnownNames(adults)
	staff = [name for name in staff_names() if every.issuperset(words(name))]
	return frozenset(text for text in texts if known.within(text) or whole_names(text, staff))


def named_in(text: str, board: str, period: Period) -> tuple[str, ...]:
	"""The people whom a text names in full: of the escalations that were open in a period, or of the directory."""
	return whole_names(text, [*adults_of(board, period), *staff_names()])


def named_of_case(text: str, escalation: str) -> tuple[str, ...]:
	"""The people whom a text about one case names, by any telling word of an adult's name, or staff's whole name."""
	own = KnownNames(filter(None, _of_case(escalation)))
	return tuple(sorted({*own.within(text), *whole_names(text, staff_names())}))


def whole_names(text: str, people: Iterable[str]) -> tuple[str, ...]:
	"""Those of `people` whose name of two words or more stands in a text as a whole."""
	said = f" {' '.join(words(text))} "
	found = set()
	for person in people:
		name = words(person or "")
		if len(name) > 1 and f" {' '.join(name)} " in said:
			found.add(person)
	return tuple(sorted(found))


def adults_of(board: str, period: Period) -> list[str]:
	"""The names of the adults and children of the escalations open in a period, their representatives and family."""
	live = returns_counting.live(board, [period])
	subject, case = frappe.qb.DocType("Escalation Subject"), frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(subject).join(live).on(live.escalation == subject.parent)
	query = query.where(subject.parenttype == "Escalation")
	rows = query.select(subject.subject_name, subject.representative_name).run()
	query = frappe.qb.from_(case).join(live).on(live.escalation == case.name).select(case.counterparty_name)
	family = query.where(case.counterparty_name.isnotnull() & (case.counterparty_name != "")).run(pluck=True)
	return [name for row in [*rows, family] for name in row if name]


def staff_names() -> list[str]:
	"""The names in the directory."""
	return [
		row.contact_name for row in select("Safeguarding Contact", ["contact_name"], {}) if row.contact_name
	]


def _of_case(escalation: str) -> list[str]:
	where = {"parent": escalation, "parenttype": "Escalation"}
	rows = select("Escalation Subject", ["subject_name", "representative_name"], where)
	found = [name for row in rows for name in (row.subject_name, row.representative_name)]
	return [*found, frappe.db.get_value("Escalation", escalation, "counterparty_name")]
