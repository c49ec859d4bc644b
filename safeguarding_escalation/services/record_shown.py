"""What somebody is shown who is asked about the record of a stage, of the resolution or of the Chair's answer.

No more than passed between the sides: entries for all parties, without the adult's name. The digest of what is shown
says later whether the record still is what was answered.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation.services import confirming, identity, log, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_words import day
from safeguarding_escalation.services.rows import select

STAGE, RESOLUTION, CHAIR = WHAT = ("stage", "resolution", "answer of the Chair")
# Of a request (Record Confirmation), all that is stored.
COLUMNS = (
	"name", "escalation", "what", "stage", "contact", "contact_name", "agency", "side", "asked_at", "asked_by",
	"asked_how", "reply_by", "state", "reason", "asked_log", "asked_digest", "answered_at", "answered_by",
	"answered_how", "digest", "record_at", "signed", "stage_log", "email_queue",
)  # fmt: skip
# What is between the sides at a stage. Talks inside an agency, copies, handovers and alarms are not.
_AT_A_STAGE = (
	"concern_raised", "stage_started", "received", "file_reviewed", "discussed", "unresolved", "timescale_proposed",
	"agreed_timescale", "timescale_declined", "protective_deadline", "action_agreed", "action_done", "review_set",
	"review_held", "resolution_proposed", "resolved", "confirmed",
)  # fmt: skip
_RESOLVING = ("resolution_proposed", "resolved")
_ANSWERING = ("responded", "recommended", "outcome_conveyed")
_OUTCOME = (
	("resolution_summary", "What was agreed"), ("contingency_plan", "If it does not work"),
	("outstanding_issues_plan", "What is still open, and how it is pursued"),
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
	"""A record as it is shown: `facts` are (label, text) pairs, `entries` dicts of texts, oldest first.

	`anchor` is the log row that ended the stage, or settled the matter; `writers` the accounts that wrote it down.
	"""

	title: str
	facts: tuple[tuple[str, str], ...]
	entries: tuple[dict[str, str], ...]
	anchor: Any
	writers: tuple[str, ...]

	@property
	def digest(self) -> str:
		"""SHA-256 of everything that is shown, in its order."""
		text = json.dumps([self.title, self.facts, self.entries], ensure_ascii=False, sort_keys=True)
		return hashlib.sha256(text.encode()).hexdigest()

	def as_dict(self) -> dict[str, Any]:
		"""For a dialog or a page."""
		facts = [{"label": label, "text": text} for label, text in self.facts]
		return {"title": self.title, "facts": facts, "entries": list(self.entries), "digest": self.digest}


def shown(case: LoadedCase, what: str, stage: int) -> Shown | None:
	"""The record as it stands now; None where there is nothing to ask about yet."""
	rows = _standing(case)
	if what == STAGE:
		anchor = _end_of(rows, stage)
		chosen = [row for row in rows if row.stage == stage and row.kind in _AT_A_STAGE]
		chosen += [anchor] if anchor is not None and anchor not in chosen else []
	else:
		kinds = _RESOLVING if what == RESOLUTION else _ANSWERING
		chosen = [row for row in _since_reopened(rows) if row.kind in kinds]
		anchor = chosen[-1] if chosen else None
	if anchor is None:
		return None
	known = identity.names_in(case.document)
	notes = dict(frappe.db.get_values("Stage Log Note", {"escalation": case.name}, ["stage_log", "note"]))
	answers = confirming.answers(case.rows)
	return Shown(
		title=title(case, what, stage),
		facts=tuple(
			(label, identity.without(text, known)) for label, text in _facts(case, what, anchor) if text
		),
		entries=tuple(_entry(case, row, notes, answers.get(row.name), known) for row in chosen),
		anchor=anchor,
		writers=tuple(dict.fromkeys(row.recorded_by for row in chosen)),
	)


def stages(case: LoadedCase) -> list[tuple[str, int]]:
	"""What there is to ask about now, as (what, stage), in the order in which it happened."""
	rows = _standing(case)
	reached = sorted(
		{row.stage for row in rows if row.kind in ("concern_raised", "stage_started") and row.stage}
	)
	found = [(STAGE, stage) for stage in reached if _end_of(rows, stage) is not None]
	since = _since_reopened(rows)
	for what, kinds in ((RESOLUTION, _RESOLVING), (CHAIR, _ANSWERING)):
		settled = [row for row in since if row.kind in kinds]
		if settled:
			found.append((what, settled[-1].stage or 1))
	return found


def asked_for(case: LoadedCase, what: Any, stage: Any) -> tuple[int, Shown | None]:
	"""The stage and the record that a caller names, by default that of the first such record; None where there is none."""
	there = stages(case)
	number = int(stage) if str(stage or "").isdigit() else next((n for w, n in there if w == what), 0)
	return number, shown(case, what, number) if (what, number) in there else None


def title(case: LoadedCase, what: str, stage: int) -> str:
	"""“The record of Stage 2 (Line managers)”."""
	if what == RESOLUTION:
		return "The record of the resolution"
	if what == CHAIR:
		return f"The record of the answer of the {case.policy.chair_label}"
	label = case.policy.stage_label(stage)
	return f"The record of Stage {stage}" + ("" if label == f"Stage {stage}" else f" ({label})")


def _standing(case: LoadedCase) -> list[Any]:
	"""The entries for all parties that count, in the order in which they happened."""
	gone = log.superseded(case.rows)
	rows = [
		row
		for row in case.rows
		if row.visibility == "parties"
		and row.name not in gone
		and row.kind not in (*log.RECORD_KINDS, "correction")
	]
	return sorted(rows, key=lambda row: (times.aware(row.occurred_at), row.sequence))


def _since_reopened(rows: list[Any]) -> list[Any]:
	last = max((index for index, row in enumerate(rows) if row.kind == "reopened"), default=-1)
	return rows[last + 1 :]


def _end_of(rows: list[Any], stage: int) -> Any:
	"""What ended a stage: the next one's start, that it failed, or that it was settled there; None while it runs."""
	ends = [
		row
		for row in rows
		if (row.kind == "stage_started" and (row.stage or 0) > stage)
		or (row.kind in ("unresolved", *_RESOLVING) and row.stage == stage)
	]
	entered = [
		index for index, row in enumerate(rows)
		if row.stage == stage and row.kind in ("concern_raised", "stage_started")
	]  # fmt: skip
	later = [row for row in ends if entered and rows.index(row) > entered[0]]
	own = [row for row in later if row.stage == stage]
	return own[-1] if own else later[0] if later else None


def _facts(case: LoadedCase, what: str, anchor: Any) -> list[tuple[str, str]]:
	document = case.document
	found = [
		("Reference", document.reference or ""),
		("Board", document.board or ""),
		("Raised by", document.raising_agency or ""),
		("Raised to", document.responding_agency or ""),
	]
	if what == CHAIR and document.get("chair_outcome_type"):
		found.append(("The answer is", document.chair_outcome_type))
	if what != RESOLUTION:
		return found
	found.append(("Settled at", case.policy.stage_label(anchor.stage or 1)))
	found += [(label, document.get(field) or "") for field, label in _OUTCOME]
	for number, row in enumerate(document.get("actions") or (), start=1):
		due = f"by {day(row.due_on)}" if row.due_on else ""
		text = ", ".join(filter(None, (row.action, row.by_whom, row.by_agency, due)))
		found.append((f"Agreed action {number}", text))
	return found


def _entry(
	case: LoadedCase, row: Any, notes: dict[str, str], answer: Any, known: tuple[str, ...]
) -> dict[str, str]:
	who = ", ".join(filter(None, (row.actor_name, row.actor_role, row.actor_agency)))
	other = ", ".join(filter(None, (row.counterpart_name, row.counterpart_role, row.counterpart_agency)))
	return {
		"when": times.show(times.aware(row.occurred_at)),
		"what": _kind(case, row),
		"who": identity.without(who, known),
		"with": identity.without(other, known),
		"how": row.mode or "",
		"due": times.show_due(times.aware(row.due_at)),
		"note": identity.without(notes.get(row.name, ""), known),
		"whose_word": confirming.words(row, answer),
	}


def _kind(case: LoadedCase, row: Any) -> str:
	from safeguarding_escalation.services.views import kind_label

	if row.kind == "stage_started":
		return f"{case.policy.stage_label(row.stage or 1)} entered"
	return kind_label(row.kind)


def last_of(escalation: str, *, for_update: bool = False) -> list[Any]:
	"""The requests of a case, oldest first, as stored. Who writes one under the case's lock reads them `for_update`."""
	where = {"escalation": escalation}
	return select("Record Confirmation", COLUMNS, where, order_by="asked_at", for_update=for_update)


def titles(case: LoadedCase) -> dict[str, str]:
	"""What each request of a case is about, by its name."""
	return {row.name: title(case, row.what, int(row.stage or 1)) for row in last_of(case.name)}
