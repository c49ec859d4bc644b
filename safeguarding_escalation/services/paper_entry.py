"""Back-entry: what was written on the blank paper form during an outage, typed in afterwards in one go.

Every entry goes the way of any other: `recording` and `moving` check and store it, with the time at which it happened.
So the dates come out as if it had been entered then, and the log says how late it was written down. One transaction:
where one entry is refused nothing is stored, and the answer says what is wrong, row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.engine import LONDON
from safeguarding_escalation.services import actors, log, moving, policies, raising, recording, times, views
from safeguarding_escalation.services.errors import BadInput, EscalationError, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import line, plain
from safeguarding_escalation.services.unpacking import unpacked

MOST = 60
KEY_LENGTHS = range(8, 101)
EVIDENCE = "Paper form"
# What a row of the form may say; everything else about an entry follows from the case.
CELLS = (
	"kind", "occurred_at", "stage", "level", "actor", "counterpart", "mode", "two_way", "due_at", "note", "to",
	"visibility", "outcome",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
	"""What is wrong with a row: its number as typed (0: the whole form), and a sentence for who typed it."""

	row: int
	text: str


class PaperRefused(EscalationError):
	"""Some rows cannot be stored, so none was. HTTP 417, with `problems` [{row, text}] in the answer."""

	def __init__(self, sentence: str, problems: list[Problem]) -> None:
		super().__init__(sentence)
		self.problems = problems


@dataclass(frozen=True)
class _Row:
	number: int
	at: datetime
	given: dict[str, Any]


def enter(escalation: str, entries: Any, key: str, form: str | None = None) -> dict[str, Any]:
	"""Type the entries of a paper form into a stored case; see `api.paper.enter`. The caller's rights are checked."""
	mark = _mark(escalation, key)
	rows = _rows(entries)
	with locked(escalation) as case:
		if frappe.db.exists("Stage Log", mark):  # this form was typed in by an earlier try
			return _outcome(escalation, 0)
		_refuse_all(_too_late(case, rows))
		with _whole("paper_rows"):
			_store(escalation, rows, line(form, "Number of the paper form"), mark)
	return _outcome(escalation, len(rows))


def raise_from(values: Any, entries: Any, key: str, form: str | None = None) -> dict[str, Any]:
	"""A new case from a paper form and all that was written on it; see `api.paper.raise_from_paper`."""
	_rows(entries)  # before a case is made for rows that cannot be read
	with _whole("paper_case"):
		name = raising.raise_concern(values, key, draft=True)["escalation"]
		return enter(name, entries, key, form)


def _store(escalation: str, rows: list[_Row], form: str, mark: str) -> None:
	evidence = f"{EVIDENCE} {form}".strip()
	for row in sorted(rows, key=lambda row: row.at):
		_attempt(escalation, row, evidence)
	with locked(escalation) as case:
		mine = actors.resolve(case, None)
		case.append(
			log.Entry(
				kind=log.PAPER,
				occurred_at=case.now,
				stage=int(case.document.current_stage or 1),
				name=mark,
				evidence=form,
				note=f"{len(rows)} {'entry' if len(rows) == 1 else 'entries'} typed in from a paper form.",
				**{name: value for name, value in mine.columns().items() if name != "evidence"},
			)
		)


def _attempt(escalation: str, row: _Row, evidence: str) -> None:
	known = list(frappe.local.message_log)
	try:
		recording.record(escalation, evidence=evidence, **_cells(row.given))
	except EscalationError as refusal:
		frappe.local.message_log = known
		later = "The rows that happened after it were not tried."
		_refuse_all([Problem(row.number, str(refusal)), Problem(0, f"Nothing was stored. {later}")])


def _cells(given: dict[str, Any]) -> dict[str, Any]:
	"""A row as `recording.record` takes it. What was written on paper about a step is the step's reason too."""
	found = {name: given[name] for name in CELLS if given.get(name) not in (None, "")}
	enters = found["kind"] == "stage_started" or found["kind"] in moving.KIND_ACTIONS
	if enters and found.get("note"):
		found["reason"] = found.pop("note")
	return found


@contextmanager
def _whole(savepoint: str) -> Iterator[None]:
	"""All or nothing, whoever calls: what was written since is undone where one entry is refused."""
	frappe.db.savepoint(savepoint)
	try:
		yield
	except Exception:
		frappe.db.rollback(save_point=savepoint)
		raise


def _rows(entries: Any) -> list[_Row]:
	"""The rows as given, each with the instant at which it happened. Raises PaperRefused with all that is wrong."""
	given = _parsed(entries)
	found, problems = [], []
	for number, row in enumerate(given, start=1):
		try:
			found.append(_row(number, row))
		except EscalationError as refusal:
			problems.append(Problem(number, str(refusal)))
	if problems:
		frappe.clear_messages()
	_refuse_all(problems)
	return found


def _row(number: int, row: Any) -> _Row:
	if not isinstance(row, dict):
		refuse(BadInput, "This row could not be read.")
	unknown = sorted(set(map(str, row)) - set(CELLS))
	if unknown:
		refuse(BadInput, f"“{unknown[0][:40]}” is not asked here.")
	if not plain(row.get("kind")):
		refuse(BadInput, "What happened? Choose from the list.")
	if not row.get("occurred_at"):
		refuse(BadInput, "When did it happen? Give the date and the time that stand on the paper.")
	return _Row(number, times.happened(row["occurred_at"]), row)


def _parsed(given: Any) -> list[Any]:
	entries = unpacked(given)
	if not isinstance(entries, list):
		refuse(BadInput, "The rows of the paper form could not be read.")
	if not 1 <= len(entries) <= MOST:
		refuse(BadInput, f"Type in between 1 and {MOST} rows at a time.")
	return entries


def _too_late(case: LoadedCase, rows: list[_Row]) -> list[Problem]:
	"""The rows that this board no longer accepts. Moves are held to it here too, since a form is typed in whole."""
	limit = policies.policy(case.document.policy).max_backdate_days
	today = case.now.astimezone(LONDON).date()
	late = [(row, (today - row.at.astimezone(LONDON).date()).days) for row in rows]
	return [
		Problem(
			row.number,
			f"This board accepts entries up to {limit} days late; this one is {days} days old. Keep the paper on file, "
			"and record today what it says, with its date in the note.",
		)
		for row, days in late
		if limit and days > limit
	]


def _refuse_all(problems: list[Problem]) -> None:
	"""Raise PaperRefused if there are problems. The dialog reads them from the answer, beside each row."""
	if not problems:
		return
	sentence = " ".join(f"Row {one.row}: {one.text}" if one.row else one.text for one in problems)
	frappe.local.response["problems"] = [{"row": one.row, "text": one.text} for one in problems]
	frappe.msgprint(
		frappe.utils.escape_html(sentence), title="Please check what you entered", indicator="red"
	)
	raise PaperRefused(sentence, problems)


def _mark(escalation: Any, key: Any) -> str:
	"""The name of the log row that says that this form has been typed in: the same user's same key is the same form."""
	if not isinstance(key, str) or len(key.strip()) not in KEY_LENGTHS:
		refuse(BadInput, "Reload this page and try again: the request has no key of its own.")
	text = f"{frappe.session.user}\n{escalation}\n{key.strip()}\n{log.PAPER}"
	return hashlib.sha256(text.encode()).hexdigest()[:20]


def _outcome(escalation: str, entered: int) -> dict[str, Any]:
	return {**views.panel(escalation), "escalation": escalation, "entered": entered}
