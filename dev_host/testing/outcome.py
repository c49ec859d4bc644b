"""What a part of the tests came to, and the lines that say so."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NOTHING_COLLECTED = 5  # pytest's exit code when it found no test


@dataclass
class Outcome:
	"""Numbers of one part. `note` says in a few words what a number can't."""

	name: str = ""
	passed: int = 0
	failed: int = 0
	skipped: int = 0
	seconds: float = 0.0
	note: str = ""
	allowed_empty: bool = False

	@property
	def ran(self) -> bool:
		return self.passed + self.failed > 0

	@property
	def good(self) -> bool:
		"""Nothing failed, and something ran (or was meant not to: pytest arguments that match nothing in this part)."""
		return self.failed == 0 and (self.ran or self.allowed_empty)

	def add(self, other: Outcome) -> None:
		"""Take another run's numbers in."""
		self.passed += other.passed
		self.failed += other.failed
		self.skipped += other.skipped
		self.note = "; ".join(note for note in (self.note, other.note) if note)
		self.allowed_empty = self.allowed_empty or other.allowed_empty


def from_junit(report: Path, code: int, *, selective: bool) -> Outcome:
	"""Numbers from pytest's JUnit file and its exit code.

	A run that ended badly without a failed test (an internal error, too little coverage) counts as one failure. When the
	person chose tests (`selective`), a part in which none matches is no failure.
	"""
	outcome = Outcome()
	try:
		suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314  (written by our own pytest)
		for suite in suites:
			bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
			skipped = int(suite.get("skipped", 0))
			outcome.add(
				Outcome(passed=int(suite.get("tests", 0)) - bad - skipped, failed=bad, skipped=skipped)
			)
	except (OSError, ElementTree.ParseError):
		outcome.note = "pytest wrote no report"
	if code == NOTHING_COLLECTED and selective:
		outcome.allowed_empty = True
		outcome.note = "no test matches"
	elif code == NOTHING_COLLECTED:
		outcome.failed, outcome.note = 1, "no tests were found"
	elif code != 0 and outcome.failed == 0:
		outcome.failed = 1
		outcome.note = outcome.note or f"pytest ended with {code}"
	return outcome


def summary(outcomes: Sequence[Outcome], *, lenient: bool) -> str:
	"""A line a part and, last and alone on its line, the sum: "N passed, N failed, N skipped"."""
	lines = ["", "=== summary ==="]
	for part in outcomes:
		verdict = "ok" if part.good else "FAILED"
		numbers = f"{part.passed} passed, {part.failed} failed, {part.skipped} skipped"
		note = f"  ({part.note})" if part.note else ""
		lines.append(f"  {part.name:<14}{verdict:<8}{numbers:<40}{part.seconds:7.1f} s{note}")
	if not lenient and not any(part.ran for part in outcomes):
		lines.append("  No test ran.")
	sums = [sum(getattr(part, field) for part in outcomes) for field in ("passed", "failed", "skipped")]
	lines.append("{} passed, {} failed, {} skipped".format(*sums))
	return "\n".join(lines)
