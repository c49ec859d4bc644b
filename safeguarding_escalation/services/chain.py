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

from safeguarding_escalation.services import log, reference
from safeguarding_escalation.services.chain_rules import Finding, check

PAGE = 200  # cases read at once
SAID = 3  # findings told on a form or a print
VALID, BROKEN, NOTHING, UNCHECKED = "valid", "broken", "nothing to verify", "nothing was verified"
_NOTES = ("name", "stage_log", "escalation", "note", "salt", "redacted", "redacted_reason")
_SEALS = ("escalation", "sequence", "head", "key_id", "seal")


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
