"""The document of a board's return: what a form may change of it, and that nothing may once it is issued."""

from __future__ import annotations

import hashlib
from typing import Any

import frappe
from frappe.utils import getdate

from safeguarding_escalation.engine.errors import PolicyError
from safeguarding_escalation.engine.return_periods import ANNUAL, FREE, QUARTERLY, Period, due_days, period_of
from safeguarding_escalation.services import (
	policies,
	returns_content,
	returns_names,
	returns_people,
	returns_print,
	times,
)
from safeguarding_escalation.services.errors import BadInput, EscalationError, NotYours, refuse

DOCTYPE = returns_people.DOCTYPE
DRAFT, ISSUED = "Draft", "Issued"
KINDS = (QUARTERLY, ANNUAL, FREE)
# What only the services write; a form, an import or REST gets what is stored.
KEPT = (
	"board", "return_name", "period", "from_date", "to_date", "scope", "status", "reference", "counted_at", "mailed_at",
	"issued_at", "issued_by", "digest", "period_key", "figures", "published",
)  # fmt: skip
WORDS = (
	"commentary_overview", "commentary_issues", "commentary_not_resolved_earlier", "commentary_themes",
	"commentary_timeliness", "commentary_learning", "policy_consequence",
)  # fmt: skip
LONGEST_DAYS = 1100


class Frozen(EscalationError):
	"""An issued return is not changed; HTTP 417."""


def begin(doc: Any) -> None:
	"""before_insert: find the period, refuse a second return of it, and count. Raises NotYours, BadInput."""
	doc.scope = returns_people.scope()
	if frappe.session.user != "Administrator" and not returns_people.may_write(
		doc.board, doc.scope, frappe.session.user
	):
		refuse(NotYours, "A board's return is made by its Business Manager.")
	if doc.period not in KINDS:
		refuse(BadInput, f"A return is {', '.join(KINDS[:-1])} or of {FREE}.")
	period, asked = _period(doc)
	doc.from_date, doc.to_date = period.first, period.last
	doc.return_name = (asked.name if asked else "") or f"Return, {doc.period}"
	doc.reference = f"{doc.board}: {doc.return_name}, {period.words()}"
	doc.period_key = period_key(doc.board, doc.scope, doc.period, period)
	taken = frappe.db.get_value(DOCTYPE, {"period_key": doc.period_key}, "reference")
	if taken:
		refuse(BadInput, f"There is one already: “{taken}”. Open that one.")
	doc.status, doc.due_on = DRAFT, doc.due_on or _due(doc.board, asked, period)
	for field in ("mailed_at", "issued_at", "issued_by", "digest", "published"):
		doc.set(field, None)
	doc.figures = returns_content.text_of(returns_content.build(doc.board, doc.scope, doc.period, period))
	doc.counted_at = moment()


def period_key(board: str, scope: str, kind: str, period: Period) -> str:
	"""What there is one return of: at most one for a board, a kind and a period, however often somebody drafts."""
	text = "\n".join((board, scope, kind, period.first.isoformat(), period.last.isoformat()))
	return hashlib.sha256(text.encode()).hexdigest()[:40]


def _period(doc: Any) -> tuple[Period, Any]:
	if not doc.from_date:
		refuse(BadInput, "Say when the period begins.")
	first = getdate(doc.from_date)
	if doc.period == FREE:
		last = getdate(doc.to_date) if doc.to_date else None
		if not last or last < first or (last - first).days > LONGEST_DAYS:
			refuse(BadInput, "Say when the period ends: after it begins, and within three years.")
		return Period(first, last), None
	_, asked = returns_content.asked_for(doc.board, doc.period, first)
	try:
		return period_of(doc.period, asked.period_start if asked else "", first), asked
	except PolicyError as problem:
		refuse(BadInput, str(problem))


def _due(board: str, asked: Any, period: Period) -> Any:
	"""The day that the policy's words give; None where they give no number."""
	found = due_days(asked.due) if asked else None
	if not found:
		return None
	days, working = found
	if not working:
		return frappe.utils.add_days(period.last, days)
	name = policies.adopted(board, period.last)
	return policies.calendar(policies.policy(name), board).add(period.last, days)


def check(doc: Any) -> None:
	"""validate: an issued return stays, what is counted stays, and the words name nobody. Raises Frozen, BadInput."""
	if doc.is_new():
		_refuse_names(doc)
		return
	stored = frappe.db.get_value(DOCTYPE, doc.name, [*KEPT], as_dict=True, for_update=True)
	if stored.status == ISSUED:
		refuse_issued(doc)
	doc.update(stored)
	_refuse_names(doc)


def refuse_issued(doc: Any) -> None:
	"""Raise Frozen for a return that is issued, by its stored row."""
	if frappe.db.get_value(DOCTYPE, doc.name, "status") == ISSUED:
		refuse(Frozen, "An issued return stays as it is. What is corrected later is listed in the next one.")


def refuse_rename() -> None:
	"""Raise Frozen: links to a return are mailed."""
	refuse(Frozen, "A return keeps its name.")


def _refuse_names(doc: Any) -> None:
	period = Period(getdate(doc.from_date), getdate(doc.to_date))
	for field in WORDS:
		text = doc.get(field) or ""
		found = returns_names.named_in(text, doc.board, period) if text else ()
		if found:
			label = doc.meta.get_label(field)
			refuse(
				BadInput,
				f"{label}: this names {' and '.join(found)}. A return names nobody; write it otherwise.",
			)


def before_print(doc: Any) -> None:
	"""Give the print formats what they show, from the stored row, with the right of who prints."""
	returns_people.require(doc.name)
	doc.shown = returns_print.both(frappe.get_doc(DOCTYPE, doc.name))


def digest(figures: str, published: str, doc: Any) -> str:
	"""The SHA-256 of all that is issued: both versions of the figures, the period and the words."""
	parts = [doc.reference, figures, published, *(doc.get(field) or "" for field in WORDS)]
	return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def moment() -> Any:
	"""This moment, as it is stored."""
	return times.stored(times.now())
