"""The log in a print: what the reader may see of it, discussions, statements, copies and the chronology."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import get_fullname

from safeguarding_escalation.engine.wording import clause_words
from safeguarding_escalation.services import actors, confirming, times, views
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_people import contact_name
from safeguarding_escalation.services.printing_stages import label
from safeguarding_escalation.services.printing_words import joined, moment

_INTERNAL = ("consulted", "told")
_DISCUSSIONS = (*_INTERNAL, "discussed", "review_held")
_RECOMMENDATIONS = ("recommended", "recommendation_answered", "responded", "outcome_conveyed")
_STATEMENTS = ("resolution_proposed", "resolved", "confirmed")
_WHOLE_CASE = (
	"disagreement", "decision_received", "correction", "closed", "withdrawn", "entry_confirmed", "entry_disputed",
	"recused", "redacted",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
	"""One row of the log in words. `stands`: it counts, that is, it was neither replaced nor voided."""

	case: LoadedCase
	row: Any
	note: str
	answer: confirming.Answer | None
	stands: bool
	corrected: str

	@property
	def is_discussion(self) -> bool:
		"""A talk, inside an agency or between agencies (clause 4.3)."""
		return self.row.kind in _DISCUSSIONS

	@property
	def is_recommendation(self) -> bool:
		"""What the board said, and the answers."""
		return self.row.kind in _RECOMMENDATIONS

	@property
	def is_statement(self) -> bool:
		"""A proposal to resolve, its acceptance, the written confirmation."""
		return self.row.kind in _STATEMENTS

	@property
	def when(self) -> str:
		"""When it happened."""
		return moment(self.row.occurred_at)

	@property
	def who(self) -> str:
		"""Name, capacity and agency of who did it."""
		return joined(self.row.actor_name, self.row.actor_role, self.row.actor_agency)

	@property
	def counterpart(self) -> str:
		"""With whom or to whom."""
		return joined(self.row.counterpart_name, self.row.counterpart_role, self.row.counterpart_agency)

	@property
	def participants(self) -> str:
		"""Everybody who is known to have taken part."""
		return joined(self.who, self.counterpart, self.row.attendees, by="; ")

	@property
	def how(self) -> str:
		"""By telephone, at a meeting …, and whether both sides spoke."""
		one_way = "one way" if self.row.two_way == "No" else ""
		return joined((self.row.mode or "").capitalize(), one_way)

	@property
	def recorded(self) -> str:
		"""By whom and when it was written down: at the time, or how much later (contemporaneously, clause 4.3)."""
		happened, written = times.aware(self.row.occurred_at), times.aware(self.row.recorded_at)
		days = (written.astimezone(times.LONDON).date() - happened.astimezone(times.LONDON).date()).days
		lag = "the same day" if days <= 0 else "1 day later" if days == 1 else f"{days} days later"
		by = f" by {self.recorder}" if self.recorder else ""
		return f"Recorded{by} {lag}, {times.show(written)}"

	@property
	def recorder(self) -> str:
		"""Who wrote it down: whoever did it, or for somebody else the user who reported it."""
		row = self.row
		if row.source == actors.REPORTED:
			return get_fullname(row.recorded_by) if row.recorded_by else "somebody"
		return row.actor_name or ""

	@property
	def late(self) -> bool:
		"""Whether it was written down on a later day than it happened."""
		happened, written = times.aware(self.row.occurred_at), times.aware(self.row.recorded_at)
		return written.astimezone(times.LONDON).date() > happened.astimezone(times.LONDON).date()

	@property
	def whose_word(self) -> str:
		"""Whose word it is, where it is not the actor's own: "reported by X, not confirmed by Y", or disputed."""
		return confirming.words(self.row, self.answer)

	@property
	def doubt(self) -> str:
		"""Whose word it is, and how what somebody else reported is known."""
		known = self.row.evidence if self.row.source == actors.REPORTED and self.whose_word else ""
		return joined(self.whose_word, known, by=". How it is known: ")

	@property
	def what(self) -> str:
		"""What happened, with its stage."""
		row = self.row
		stage = label(self.case, row.stage, row.level or "")
		if row.kind == "stage_started":
			return f"{stage} entered"
		name = views.kind_label(row.kind)
		return name if row.kind in _WHOLE_CASE or not stage else f"{name} ({stage})"

	def discussion(self) -> dict[str, Any]:
		"""One discussion: with its kind, who took part, how, what was said, and who recorded and approved it."""
		internal = self.row.kind in _INTERNAL
		agency = self.row.actor_agency or "one agency"
		return {
			"when": self.when,
			"kind": f"Within {agency}" if internal else "Between agencies",
			"stage": label(self.case, self.row.stage, self.row.level or ""),
			"participants": self.participants,
			"how": self.how,
			"note": self.note,
			"recorded": self.recorded,
			"late": "yes" if self.late else "",
			"doubt": self.doubt,
		}

	def statement(self) -> dict[str, str]:
		"""What somebody said or wrote in the course of resolving it."""
		return {
			"what": views.kind_label(self.row.kind),
			"when": self.when,
			"who": self.who,
			"to": self.counterpart,
			"note": self.note,
			"doubt": self.doubt,
		}

	def line(self) -> dict[str, str]:
		"""One line of the chronology."""
		row = self.row
		return {
			"when": self.when,
			"what": self.what,
			"who": self.who,
			"with": joined(self.counterpart, row.attendees, by="; "),
			"how": self.how,
			"note": self.note,
			"due": f"Set for {times.show_due(times.aware(row.due_at))}" if row.due_at else "",
			"clause": clause_words(row.rule or ""),
			"recorded": self.recorded,
			"late": "yes" if self.late else "",
			"doubt": self.doubt,
			"visibility": {"own agency": "Internal to your agency", "board": "For the board"}.get(
				row.visibility, ""
			),
			"corrected": self.corrected,
			"struck": "" if self.stands or row.kind == "correction" else "yes",
		}


def entries(case: LoadedCase) -> list[Line]:
	"""The rows of the log that the session's user may see, in order of happening."""
	seen = [row for row in case.rows if actors.sees(case, row)]
	notes, answers = _notes(case.name), confirming.answers(case.rows)
	replaced, stand = _corrections(case.rows)
	by_name = {row.name: row for row in seen}
	return [
		Line(
			case=case,
			row=row,
			note=notes.get(row.name, ""),
			answer=answers.get(row.name),
			stands=row.name in stand,
			corrected=_corrected(row, replaced, by_name),
		)
		for row in sorted(seen, key=lambda row: (times.aware(row.occurred_at), row.sequence))
	]


def _corrections(rows: Sequence[Any]) -> tuple[dict[str, Any], set[str]]:
	"""What corrects each row last, and the names of the rows that stand (see engine.log.effective_events)."""
	replaced: dict[str, Any] = {}
	for row in rows:  # in order of sequence: a later correction of the same row wins
		if row.corrects:
			replaced[row.corrects] = row
	last = {row.name for row in replaced.values()}
	stand = {
		row.name
		for row in rows
		if row.name not in replaced and row.kind != "correction" and (not row.corrects or row.name in last)
	}
	return replaced, stand


def _corrected(row: Any, replaced: dict[str, Any], by_name: dict[str, Any]) -> str:
	"""How a row stands to its correction; without particulars where the reader may not see the other one."""
	said = []
	old = by_name.get(row.corrects)
	if row.corrects and old:
		said.append(f"Corrects the entry “{views.kind_label(old.kind)}” of {moment(old.occurred_at)}")
	about = by_name.get(row.relates_to) if row.kind in confirming.VERBS else None
	if about:
		said.append(f"About the entry “{views.kind_label(about.kind)}” of {moment(about.occurred_at)}")
	new = replaced.get(row.name)
	if new is not None:
		verb = "Withdrawn" if new.kind == "correction" else "Corrected"
		said.append(f"{verb} since, {moment(new.recorded_at)}" if new.name in by_name else "Corrected since")
	return ". ".join(said)


def _notes(escalation: str) -> dict[str, str]:
	"""The text of each row; a redacted one says so in its place."""
	found = frappe.db.get_values(
		"Stage Log Note",
		{"escalation": escalation},
		["stage_log", "note", "redacted", "redacted_reason"],
		as_dict=True,
	)
	return {
		row.stage_log: joined("[Text redacted]", row.redacted_reason, by=" ")
		if row.redacted
		else row.note or ""
		for row in found or ()
	}


def copies(case: LoadedCase, standing: Iterable[Line]) -> list[dict[str, str]]:
	"""The register of copies: the copies made here, then what the log says was copied without such a row."""
	rows = frappe.db.get_values(
		"Escalation Copy",
		{"escalation": case.name},
		["recipient_name", "recipient_role", "recipient_agency", "what", "method", "sent_at", "sent_by",
			"received_at", "received_how", "stage", "stage_log", "prepared_log", "left_out"],
		as_dict=True,
		order_by="sent_at asc, creation asc",
	)  # fmt: skip
	struck = {row.corrects for row in case.rows if row.corrects}
	found = [
		{
			"to": joined(row.recipient_name, row.recipient_role, row.recipient_agency),
			"what": joined(row.what, label(case, row.stage)),
			"method": row.method or "",
			"sent": _struck(row, struck)
			or (
				joined(moment(row.sent_at), contact_name(row.sent_by), by=", by ")
				if row.sent_at
				else "Not sent"
			),
			"received": joined(moment(row.received_at), row.received_how) or "Not known",
		}
		for row in rows or ()
		if not row.left_out
	]
	registered = {row.stage_log for row in rows or () if row.stage_log}
	for entry in standing:
		if entry.row.kind == "copied" and entry.row.name not in registered:
			found.append(
				{
					"to": entry.counterpart or "Not named",
					"what": joined(entry.note, label(case, entry.row.stage)),
					"method": entry.row.mode or "",
					"sent": joined(entry.when, entry.row.actor_name, by=", by "),
					"received": "Not known",
				}
			)
	return found


def _struck(row: Any, struck: set[str]) -> str:
	"""That an entry of the register was corrected."""
	return (
		"Entered in error, corrected since" if struck.intersection((row.stage_log, row.prepared_log)) else ""
	)
