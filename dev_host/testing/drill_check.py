"""What the drill compares when all is quiet: the alerts that were due, the rows, and the messages that the sink took.

Pure: lists in, findings out, so that a test can show it every way in which it must fail.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# An alert: case, reference, clock, instance, due instant, rung, mailbox; a stored one has its mail's row as an eighth.
Alert = Sequence[str]
REFERENCE = re.compile(r"^(\S+): ")


@dataclass(frozen=True)
class Message:
	"""One message in the sink: the mailbox that it was for, its subject and its Message-ID without brackets."""

	to: str
	subject: str
	message_id: str

	@property
	def reference(self) -> str:
		"""The case's reference, with which each subject begins; empty where it doesn't."""
		found = REFERENCE.match(self.subject)
		return found.group(1) if found else ""


@dataclass
class Verdict:
	"""Numbers and findings; good when there is no finding."""

	counts: dict[str, int] = field(default_factory=dict)
	findings: list[str] = field(default_factory=list)

	@property
	def good(self) -> bool:
		return not self.findings

	def find(self, what: str, found: Iterable[Any]) -> None:
		"""Count what should be none, and say the first of it."""
		rows = list(found)
		self.counts[what] = len(rows)
		if rows:
			self.findings.append(f"{len(rows)} {what}, such as {rows[0]}")


def check(due: Sequence[Alert], stored: Mapping[str, Any], messages: Sequence[Message]) -> Verdict:
	"""Every due alert has one row and its mailbox one mail, whatever was sent twice on the wire; nothing more exists.

	Two deliveries with one Message-ID are one mail sent twice: the server had it and nobody could note that any more.
	They are counted and are no finding. Two Message-IDs for one mailbox and case would be two mails: a finding.
	"""
	verdict = Verdict()
	wanted, rows = Counter(tuple(row) for row in due), Counter(tuple(row[:7]) for row in stored["alerts"])
	verdict.counts |= {"alerts due": sum(wanted.values()), "alerts stored": sum(rows.values())}
	verdict.find("alerts missing", sorted(wanted - rows))
	verdict.find("alerts that were not due", sorted(set(rows) - set(wanted)))
	verdict.find("duplicate alert rows", sorted(key for key, times in rows.items() if times > 1))
	_check_queue(verdict, stored)
	_check_wire(verdict, due, stored, messages)
	return verdict


def _check_queue(verdict: Verdict, stored: Mapping[str, Any]) -> None:
	mails = {name: status for name, _, status in stored["mails"]}
	named = {row[7] for row in stored["alerts"]}
	verdict.find("alert rows without their mail", [row for row in stored["alerts"] if row[7] not in mails])
	verdict.find("mails without an alert row", sorted(set(mails) - named))
	verdict.find("mails not marked as sent", sorted(name for name in mails if mails[name] != "Sent"))
	verdict.find("cases still due", range(stored["due"]))
	verdict.find("findings of the app itself", stored["findings"])
	verdict.find("beats of the sweep that are missing", [] if stored["beat"] else ["none was noted"])


def _check_wire(
	verdict: Verdict, due: Sequence[Alert], stored: Mapping[str, Any], messages: Sequence[Message]
) -> None:
	wanted = {(row[6], row[1]) for row in due}
	arrived: dict[tuple[str, str], Counter[str]] = {}
	for message in messages:
		arrived.setdefault((message.to, message.reference), Counter())[message.message_id] += 1
	known = {message_id for _, message_id, _ in stored["mails"]}
	verdict.counts |= {
		"mails expected": len(wanted),
		"mails in the sink": len(wanted & set(arrived)),
		"mails twice on the wire": sum(
			times - 1 for each in arrived.values() for times in each.values() if times > 1
		),
	}
	verdict.find("mails missing", sorted(wanted - set(arrived)))
	verdict.find("mails to somebody who was due none", sorted(set(arrived) - wanted))
	verdict.find("second mails of one alert", sorted(key for key, each in arrived.items() if len(each) > 1))
	verdict.find("messages of no mail row", sorted({m.message_id for m in messages} - known))
