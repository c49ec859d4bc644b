"""Agreed actions: a row of the form for each, and the log entries that its dates stand for.

A row is known in the log as "Action 1", "Action 2" …: a number, and no word about anybody. Whoever fills a row in (form,
REST or dialog) has its entries written, and whoever records an entry finds its row filled: the log stays the only truth.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe
from frappe.utils import getdate

from safeguarding_escalation.engine import LONDON, Event, localise
from safeguarding_escalation.engine.agreed import CARRIED_OUT, NO_LONGER, NUMBERED, SETTLING
from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.services import actors, log, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase

AGREED, DONE, CHECK_SET, CHECKED = KINDS = ("action_agreed", "action_done", "check_set", "action_checked")
ROW = "Escalation Action"
STRUCK = "Struck out in the log."


def prepare(doc: Any, before: Any, case: LoadedCase) -> None:
	"""Before a save: name new rows, keep what the log knows, and check what is said of each.

	Raises BadInput for a row that was logged and is missing, a day to come, or a check without what happens next.
	"""
	held = {row.name: row for row in before.get("actions") or ()}
	known = {row.matter for row in held.values() if row.matter} | _matters(case)
	for row in doc.get("actions") or ():
		row.matter = held[row.name].matter if row.name in held else ""
	_refuse_missing(doc, held, case)
	for row in doc.get("actions") or ():
		if not row.matter and doc.workflow_state not in (DRAFT, *ENDED):
			row.matter = _next_name(known)
			known.add(row.matter)
		_check(row, held.get(row.name))


def _matters(case: LoadedCase) -> set[str]:
	return {row.relates_to for row in case.rows if row.kind in KINDS and row.relates_to}


def _next_name(known: set[str]) -> str:
	numbers = [int(name.split()[1]) for name in known if NUMBERED.fullmatch(name)]
	return f"Action {max(numbers, default=0) + 1}"


def _refuse_missing(doc: Any, held: dict[str, Any], case: LoadedCase) -> None:
	kept = {row.name for row in doc.get("actions") or ()}
	logged = {event.relates_to or event.id for event in case.effective_events if event.kind == AGREED}
	for row in held.values():
		if row.name not in kept and row.matter in logged:
			# What was recorded straight in the log is known there by its entry's id, which tells a user nothing.
			which = row.matter if NUMBERED.fullmatch(row.matter) else "An action of this case"
			refuse(
				BadInput,
				f"{which} was agreed and stays on record. If it is no longer needed, check it back and say so; if it "
				"was never agreed, strike out its entry in the log.",
			)


def _check(row: Any, held: Any | None) -> None:
	changed = _check_changed(row, held)
	if changed and row.check_outcome not in SETTLING:
		row.done_on = None  # it is to be done again; the log keeps that somebody said it was
	for field in ("done_on", "checked_on"):
		if row.get(field) and getdate(row.get(field)) > times.today():
			label = row.meta.get_label(field)
			refuse(BadInput, f"{label}: {row.get(field)} is in the future. Record what has happened.")
		emptied = held is not None and held.matter and held.get(field) and not row.get(field)
		if emptied and not (field == "done_on" and row.check_outcome not in ("", *SETTLING)):
			label = row.meta.get_label(field)
			refuse(
				BadInput,
				f"{held.matter}: “{label}” is in the log. Strike out its entry there if it is wrong.",
			)
	if not row.check_outcome:
		return
	row.checked_on = row.checked_on or times.today()
	if changed and row.check_outcome != CARRIED_OUT and not (row.what_next or "").strip():
		why = "why is it no longer needed" if row.check_outcome == NO_LONGER else "what happens next"
		refuse(BadInput, f"{row.matter or 'The action'} was found {row.check_outcome}: say {why}.")


def _check_changed(row: Any, held: Any | None) -> bool:
	"""Whether this save says something new of a check."""
	if not row.check_outcome:
		return False
	said = (row.check_outcome, _text(row.checked_on), _text(row.what_next))
	return held is None or said != (held.check_outcome, _text(held.checked_on), _text(held.what_next))


def log_changes(case: LoadedCase, before: Any, actor: actors.Actor) -> None:
	"""After a save: the entries that the rows stand for and the log does not have yet."""
	if before is None or case.document.workflow_state in (DRAFT, *ENDED):
		return
	old = {row.name: row for row in before.get("actions") or ()}
	for row in case.document.get("actions") or ():
		_Logged(case, row, old.get(row.name), actor).write()


class _Logged:
	"""One row and what the log says of it."""

	def __init__(self, case: LoadedCase, row: Any, old: Any | None, actor: actors.Actor) -> None:
		self.case, self.row, self.old, self.actor = case, row, old, actor

	def write(self) -> None:
		"""Append what is missing, in the order in which it must have happened."""
		agreed = self._last(AGREED)
		if agreed is None or (self.row.due_on and _day(agreed.due_at) != getdate(self.row.due_on)):
			self._append(
				AGREED, self.case.now, due_at=self._end(self.row.due_on), **self._other(self.row.by_whom)
			)
		check = self._last(CHECK_SET)
		if self.row.check_on and (check is None or _day(check.due_at) != getdate(self.row.check_on)):
			self._append(CHECK_SET, self.case.now, due_at=self._end(self.row.check_on))
		if self.row.done_on and self._changed("done_on"):
			self._append(DONE, self._happened(self.row.done_on))
		if _check_changed(self.row, self.old):
			self._append(
				CHECKED,
				self._happened(self.row.checked_on),
				outcome=self.row.check_outcome,
				note=self.row.what_next or "",
				**self._other(self.row.checked_by),
			)

	def _changed(self, field: str) -> bool:
		"""Whether this save says it, and the log does not say so already."""
		return str(self.row.get(field) or "") != str((self.old.get(field) if self.old else None) or "")

	def _last(self, kind: str) -> Event | None:
		return _last(self.case, kind, self.row.matter)

	def _end(self, day: Any) -> datetime | None:
		"""The end of a day, as the policy counts it."""
		return localise(datetime.combine(getdate(day), self.case.policy.due_time), LONDON) if day else None

	def _happened(self, day: Any) -> datetime:
		"""A day as an instant: its end, but not in the future, and never before what was agreed."""
		agreed = [event.at for event in (self._last(AGREED), self._last(CHECK_SET)) if event]
		end = self._end(day) or self.case.now
		return max([min(end, self.case.now), *(at for at in agreed if at <= self.case.now)])

	def _other(self, contact: str | None) -> dict[str, Any]:
		"""The cells of an entry about somebody else than the actor; empty for the actor and for nobody."""
		if not contact or contact == self.actor.person.contact:
			return {}
		return actors.counterpart(contact, self.case, self.actor)

	def _append(self, kind: str, at: datetime, **more: Any) -> None:
		stage = int(self.row.stage or self.case.document.current_stage or 1)
		self.case.append(
			log.Entry(
				kind=kind,
				occurred_at=at,
				stage=stage if kind == AGREED else int(self.case.document.current_stage or 1),
				relates_to=self.row.matter,
				**{**self.actor.columns(), **more},
			)
		)


def _last(case: LoadedCase, kind: str, matter: str, *, or_any: bool = False) -> Event | None:
	"""The last entry of a kind about a matter; with `or_any` one that leaves open which is about each."""
	about = (matter, None) if or_any else (matter,)
	events = [event for event in case.effective_events if event.kind == kind]
	found = [event for event in events if event.relates_to in about or event.id == matter]
	return found[-1] if found else None


def _day(moment: datetime | None) -> date | None:
	return moment.astimezone(LONDON).date() if moment else None


def write_back(case: LoadedCase, row: Any) -> None:
	"""After an entry of the log: the rows of the form as the log has them, with a row for what has none yet."""
	if row.kind not in KINDS and not (row.corrects and _corrects_one(case, row.corrects)):
		return
	changed = False
	for event in [event for event in case.effective_events if event.kind == AGREED]:
		changed |= _ensure(case, event)
	for action in case.document.get("actions") or ():
		changed |= _sync(case, action)
	if changed:
		# A form that somebody opened earlier must not save the old rows back.
		frappe.db.set_value(
			"Escalation", case.name, "modified", times.stored(times.now()), update_modified=False
		)
		case.document.reload()
		case.forget()


def _corrects_one(case: LoadedCase, name: str) -> bool:
	return any(row.name == name and row.kind in KINDS for row in case.rows)


def _ensure(case: LoadedCase, event: Event) -> bool:
	"""A row for an agreement that was recorded without one."""
	matter = event.relates_to or event.id
	if any(row.matter == matter for row in case.document.get("actions") or ()):
		return False
	note = frappe.db.get_value("Stage Log Note", {"stage_log": event.id}, "note") or ""
	row = case.document.append(
		"actions",
		{"action": note or event.relates_to or "See the log", "matter": matter, "stage": event.stage or 0},
	)
	row.db_insert()
	return True


def _sync(case: LoadedCase, row: Any) -> bool:
	"""Make a row's dates those of the log; returns whether anything changed."""
	if not row.matter:
		return False
	values = _values(case, row)
	changed = {field: value for field, value in values.items() if _text(row.get(field)) != _text(value)}
	if changed:
		frappe.db.set_value(ROW, row.name, changed, update_modified=False)
		row.update(changed)
	return bool(changed)


def _values(case: LoadedCase, row: Any) -> dict[str, Any]:
	# An agreement that has no name is an action of its own, and says nothing of this one.
	agreed = _last(case, AGREED, row.matter)
	done, check, checked = (_last(case, kind, row.matter, or_any=True) for kind in (DONE, CHECK_SET, CHECKED))
	if agreed is None:
		return {"check_outcome": NO_LONGER, "what_next": STRUCK}
	# An action that was agreed anew, or found undone, after it was done is to be done again.
	undone = checked is not None and checked.outcome not in SETTLING and done and checked.order > done.order
	done = done if done and done.order > agreed.order and not undone else None
	values: dict[str, Any] = {"due_on": _day(agreed.due_at), "done_on": _day(done.at) if done else None}
	if check:
		values["check_on"] = _day(check.due_at)
	if checked:
		values |= {"checked_on": _day(checked.at), "check_outcome": checked.outcome or CARRIED_OUT}
	return values


def _text(value: Any) -> str:
	return str(value or "")
