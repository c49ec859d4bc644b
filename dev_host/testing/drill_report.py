"""What the drill's mail sink has taken, and the figures that a drill prints."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dev_host.testing.drill_check import Message, Verdict

if TYPE_CHECKING:
	from dev_host.testing.drill import Storm

PAGES = re.compile(r"'pages': (\d+)")


def messages(folder: Path) -> Iterator[Message]:
	"""What the sink has taken."""
	for file in folder.glob("*.eml"):
		message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
		yield Message(
			str(message["X-Envelope-To"]),
			str(message["Subject"]),
			"".join(str(message["Message-Id"]).split()).strip("<>"),
		)


def report(storm: Storm, verdict: Verdict) -> None:
	"""The figures of a drill, for people."""
	lines = storm.place.runs.read_text().splitlines()
	runs = Counter(line.split(" ")[2] for line in lines)
	pages = sum(int(found.group(1)) for line in lines if (found := PAGES.search(line)))
	kills = ", ".join(f"{number} of {victim}" for victim, number in sorted(storm.killed.items()))
	others = {name: times for name, times in sorted(storm.happened.items()) if not name.startswith("kill")}
	print(
		f"\n  {storm.cases} cases, seed {storm.seed}, {storm.seconds:.0f} s; every commit written to the disk"
	)
	print(f"  kill -9: {sum(storm.killed.values())} ({kills})")
	print(
		f"  {storm.while_at_work} of them before all was said and sent; {storm.in_hand} workers had a job in hand"
	)
	print("  besides: " + ", ".join(f"{times} × {name}" for name, times in others.items()))
	print(
		f"  runs to the end: {runs['sweep']} sweeps, {runs['by']} by hand, {runs['care']} of care, {runs['flush']} of sending"
	)
	print(f"  {'pages queued':<38}{pages:>7}")
	for name, number in verdict.counts.items():
		print(f"  {name:<38}{number:>7}")
	for finding in verdict.findings:
		print(f"  FAILED: {finding}")
	print(
		"  Each alert that was due exists once, and its mail arrived."
		if verdict.good
		else "  The drill failed."
	)
