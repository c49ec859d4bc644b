"""Whether the record of a case is complete and unaltered: its log is held against its hashes, notes and seal.

A hash chain alone shows what was changed by somebody who did not know how it is made. The seal, whose key is not in
the database, shows the rest: rows cut off at the end, all of them gone, and a chain that was computed anew. A check that
has checked nothing is never called valid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import frappe

from safeguarding_escalation.services import log, reference, sealing
from safeguarding_escalation.services.redacting import NOTE, REDACTED, WHOLE_LOG

PAGE = 200  # cases read at once
SAID = 3  # findings told on a form or a print
VALID, BROKEN, NOTHING, UNCHECKED = "valid", "broken", "nothing to verify", "nothing was verified"
_NOTES = ("name", "stage_log", "escalation", "note", "salt", "redacted", "redacted_reason")
_SEALS = ("escalation", "sequence", "head", "key_id", "seal")


@dataclass(frozen=True)
class Finding:
	"""One thing that is not as it was written. `code` is stable; `sequence` is the entry's number, 0 for the whole."""

	escalation: str
	code: str
	sentence: str
	sequence: int = 0


@dataclass(frozen=True)
class Verdict:
	"""What a check found, and over how much. `whole_site`: every case was asked for."""

	cases: int
	rows: int
	findings: tuple[Finding, ...] = ()
	whole_site: bool = False

	@property
	def state(self) -> str:
		"""valid, broken, nothing to verify (there is nothing yet), nothing was verified (there should have been)."""
		if self.findings:
			return BROKEN
		if self.rows:
			return VALID
		return UNCHECKED if self.whole_site and self.cases else NOTHING

	@property
	def valid(self) -> bool:
		"""Whether something was checked and all of it is as it was written."""
		return self.state == VALID

	@property
	def sentence(self) -> str:
		"""The verdict for people, with how much was checked."""
		count = f"{self.rows:,} entries of {self.cases:,} case{'s' if self.cases != 1 else ''}"
		return {
			VALID: f"The record is complete and unaltered: {count} were verified.",
			BROKEN: f"The record does not verify: {len(self.findings)} finding"
			f"{'s' if len(self.findings) != 1 else ''} in {count}.",
			NOTHING: "There is nothing to verify yet.",
			UNCHECKED: f"Nothing was verified: {self.cases:,} cases and not one entry. Their log may be gone.",
		}[self.state]


def verify(escalation: str, latest: bool = False) -> Verdict:
	"""Check one case, whether it exists or not. The caller's rights are checked already.

	`latest`: as it is now, not as this transaction first saw it; locks what it reads to the end of the transaction.
	"""
	return _verdict([escalation], latest=latest)


def verify_all() -> Verdict:
	"""Check every case of the site, every row of the log that belongs to none, and that no case is gone without a trace."""
	found = _verdict(_every_case(), whole_site=True)
	lost = tuple(
		Finding("", "lost case", f"{drawn}: this case was raised, and nothing of it is left.")
		for drawn in reference.missing()
	)
	return replace(found, findings=found.findings + lost)


def of_loaded(case: Any) -> Verdict:
	"""Check a case whose log has just been read (a LoadedCase), for the price of its notes and its seal."""
	notes, seals = _of([case.name], "Stage Log Note", _NOTES), _of([case.name], "Stage Log Seal", _SEALS)
	found = check(case.name, True, case.rows, notes[case.name], seals[case.name])
	return Verdict(1, len(case.rows), tuple(found))


def warning(case: Any) -> str:
	"""What a form and a print of the case say on top where its record does not verify; '' where it does."""
	found = of_loaded(case).findings
	if found:
		# Who has waited for somebody else's entry sees the seal of both and, in this transaction, one of them.
		found = verify(case.name, latest=True).findings
	if not found:
		return ""
	said = " ".join(dict.fromkeys(finding.sentence for finding in found[:SAID]))
	more = f" And {len(found) - SAID} more." if len(found) > SAID else ""
	return (
		f"The record of this case does not verify. {said}{more} "
		"Do not rely on it before your safeguarding administrator has looked into it."
	)


def _verdict(cases: Iterable[str], whole_site: bool = False, latest: bool = False) -> Verdict:
	count, rows, findings = 0, 0, []
	for page in _pages(cases):
		existing = _existing(page)
		logs = _of(page, "Stage Log", log.COLUMNS, "sequence", latest)
		notes = _of(page, "Stage Log Note", _NOTES, latest=latest)
		seals = _of(page, "Stage Log Seal", _SEALS, latest=latest)
		for name in page:
			count += name in existing
			rows += len(logs[name])
			findings += check(name, name in existing, logs[name], notes[name], seals[name])
	return Verdict(count, rows, tuple(findings), whole_site)


def _every_case() -> Iterator[str]:
	"""Every case, and every name of a case that only a row of its log or its seal still holds."""
	case = frappe.qb.DocType("Escalation")
	yield from frappe.qb.from_(case).select(case.name).orderby(case.name).run(pluck=True)
	stray: set[str] = set()
	for doctype in ("Stage Log", "Stage Log Note", "Stage Log Seal"):
		row = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(row).left_join(case).on(row.escalation == case.name)
		stray.update(
			name or ""
			for name in query.select(row.escalation).where(case.name.isnull()).distinct().run(pluck=True)
		)
	yield from sorted(stray)


def _pages(cases: Iterable[str]) -> Iterator[list[str]]:
	names = list(cases)
	for start in range(0, len(names), PAGE):
		yield names[start : start + PAGE]


def _existing(page: list[str]) -> set[str]:
	case = frappe.qb.DocType("Escalation")
	return set(frappe.qb.from_(case).select(case.name).where(case.name.isin(page)).run(pluck=True))


def _of(
	page: list[str], doctype: str, columns: Sequence[str], order_by: str = "name", latest: bool = False
) -> dict[str, list[Any]]:
	"""The rows of some cases, by case. A row that names no case belongs to ''."""
	table = frappe.qb.DocType(doctype)
	of_page = table.escalation.isin(page)
	if "" in page:
		of_page |= table.escalation.isnull()
	query = frappe.qb.from_(table).select(*(table[column] for column in columns)).where(of_page)
	if latest:
		query = query.for_update()
	found: dict[str, list[Any]] = defaultdict(list)
	for row in query.orderby(table[order_by]).run(as_dict=True):
		found[row.escalation or ""].append(row)
	return found


def check(
	escalation: str, exists: bool, rows: Sequence[Any], notes: Sequence[Any], seals: Sequence[Any]
) -> list[Finding]:
	"""Everything wrong with one case, from its rows as they are stored, in order of their numbers. Reads nothing.

	`exists`: whether there still is such a case, and not only parts of its record.
	"""
	found = _Check(escalation, rows, notes)
	if not exists:
		found.say("no case", "the case itself is gone, and parts of its record are left")
	found.rows_by_themselves()
	found.rows_in_order()
	found.stray_notes()
	found.head(seals)
	return found.findings


class _Check:
	"""The check of one case, a list of findings that grows."""

	def __init__(self, escalation: str, rows: Sequence[Any], notes: Sequence[Any]) -> None:
		self.escalation = escalation
		self.rows = rows
		self.notes = {note.stage_log: note for note in notes}
		self.findings: list[Finding] = []
		# The entries that record a redaction, by the row that they relate to.
		self.redactions: dict[str, list[Any]] = defaultdict(list)
		for row in rows:
			if row.kind == log.REDACTED:
				self.redactions[row.relates_to or ""].append(row)

	def say(self, code: str, sentence: str, row: Any = None) -> None:
		"""Note a finding about a row, or about the case."""
		number = int(row.sequence or 0) if row else 0
		where = f"Entry {number}" if row else "The case"
		self.findings.append(Finding(self.escalation, code, f"{where}: {sentence}.", number))

	def rows_by_themselves(self) -> None:
		"""Each row against its own hash, digests and note."""
		for row in self.rows:
			if sealing.row_hash(row) != row.hash:
				self.say("altered", "it is not as it was written", row)
			altered, gone = sealing.wrong_cells(row)
			for cell in altered:
				self.say("altered cell", f"{_label(cell)} is not as it was written", row)
			for cell in gone:
				self._redacted(row, cell, row.get(cell) in (None, "", REDACTED), row.redacted_reason)
			self._note(row)

	def _note(self, row: Any) -> None:
		note = self.notes.get(row.name)
		if not row.note_digest:
			if note is not None:
				self.say("altered note", "a note was added afterwards", row)
		elif note is None:
			self.say("missing note", "its note is gone", row)
		elif note.salt:
			if sealing.digest(note.salt, note.note or "") != row.note_digest:
				self.say("altered note", "its note is not as it was written", row)
		elif not sealing.is_blank(note.note):
			self.say("altered note", "its note is not as it was written", row)
		else:
			reason = note.redacted_reason or ""
			tombstone = not note.note or note.note.endswith(f": {reason}]")
			self._redacted(row, NOTE, tombstone, reason)

	def _redacted(self, row: Any, cell: str, tombstone: bool, reason: str | None) -> None:
		"""A text that is gone: a later entry must say so, for the reason that the tombstone gives."""
		entries = [
			entry
			for entry in (*self.redactions[row.name], *self.redactions[WHOLE_LOG])
			if entry.sequence > row.sequence
		]
		if not any(cell in (entry.redacted_cells or "").split(", ") for entry in entries):
			self.say("blanked", f"{_label(cell)} is gone, and no redaction is on record", row)
			return
		given = [note for entry in entries if (note := self.notes.get(entry.name)) and note.salt]
		known = len(given) == len(entries)  # else a reason was redacted itself
		if not tombstone or (known and reason not in {note.note for note in given}):
			self.say("altered tombstone", f"what stands in place of {_label(cell)} was changed", row)

	def rows_in_order(self) -> None:
		"""Numbers without a gap, each row chained to the one before, and no older way of chaining after a newer."""
		expected, previous, version = 1, "", 0
		for row in self.rows:
			number = int(row.sequence or 0)
			if number > expected:
				missing = f"{expected}" if number == expected + 1 else f"{expected} to {number - 1}"
				self.say("missing", f"before it, entry {missing} is missing", row)
			elif number < expected:
				self.say("renumbered", "its number does not follow the one before", row)
			if (row.previous_hash or "") != previous:
				self.say("unlinked", "it does not follow from the entry before it", row)
			if int(row.chain_version or 0) < version:
				self.say("older", "it is chained in an older way than the entry before it", row)
			expected, previous, version = (
				number + 1,
				row.hash or "",
				max(version, int(row.chain_version or 0)),
			)

	def stray_notes(self) -> None:
		"""Notes of rows that the case does not have."""
		names = {row.name for row in self.rows}
		for stage_log in self.notes:
			if stage_log not in names:
				self.say("stray note", "a note is left of an entry that is gone")

	def head(self, seals: Sequence[Any]) -> None:
		"""The last row against the seal, whose key is not in the database."""
		if not seals:
			self.say("no seal", "the seal over its record is gone")
			return
		seal = seals[0]
		if seal.key_id != sealing.key_id():
			self.say("other key", "its seal was made with another key than this site’s encryption_key")
			return
		if not sealing.is_genuine(seal):
			self.say("forged seal", "the seal over its record is not genuine")
			return
		self._against(seal)

	def _against(self, seal: Any) -> None:
		sealed, last = int(seal.sequence or 0), int(self.rows[-1].sequence or 0) if self.rows else 0
		if sealed and not self.rows:
			self.say("gone", f"all {sealed} entries of its record are gone")
		elif last < sealed:
			self.say("truncated", f"{sealed} entries were sealed, and the last is now entry {last}")
		elif last > sealed:
			self.say("unsealed", f"entries after {sealed} were not written by this app")
		head = next((row for row in self.rows if row.sequence == sealed), None)
		if head is not None and head.hash != seal.head:
			self.say("rewritten", "it is not the entry that was sealed: the chain was written anew", head)


def _label(cell: str) -> str:
	if cell == NOTE:
		return "its note"
	return frappe.get_meta("Stage Log").get_label(cell)
