"""What must hold of one case's log, row by row, in order, and against its seal. Reads nothing: rows are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation.services import log, sealing
from safeguarding_escalation.services.redacting import NOTE, WHOLE_LOG, is_tombstone


@dataclass(frozen=True)
class Finding:
	"""One thing that is not as it was written. `code` is stable; `sequence` is the entry's number, 0 for the whole."""

	escalation: str
	code: str
	sentence: str
	sequence: int = 0


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
				self._redacted(row, cell, is_tombstone(cell, row.get(cell)), row.redacted_reason)
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
