"""Alert mails: reference, stage, clock, due date and a link. Never a name, a summary or a PDF (decision 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from frappe.utils import escape_html

from safeguarding_escalation import compat
from safeguarding_escalation.engine.alert_words import RUNG_WORDS
from safeguarding_escalation.engine.ladder import base
from safeguarding_escalation.engine.local_targets import CLAUSE
from safeguarding_escalation.engine.wording import policy_source
from safeguarding_escalation.services import links, times

# A rung of a policy's own name is, for the order of lines, due soon before the due time and overdue after it.
_ORDER = list(RUNG_WORDS)
_999 = "<p>If somebody is in danger now, ring 999.</p>"


@dataclass(frozen=True)
class Line:
	"""One clock of a mail. `wording` is what the policy's rung says, in place of our own words."""

	rung: str
	label: str
	clause: str
	owed_by: str
	due_at: datetime
	wording: str = ""
	said_at: datetime | None = None

	@property
	def severity(self) -> int:
		"""Higher is later on the ladder."""
		name = base(self.rung)
		if name in RUNG_WORDS:
			return _ORDER.index(name)
		return _ORDER.index("overdue" if self.said_at and self.said_at > self.due_at else "due_soon")

	@property
	def words(self) -> str:
		"""The rung in words: `overdue`."""
		return RUNG_WORDS[_ORDER[self.severity]]


@dataclass(frozen=True)
class Letter:
	"""What is to be said of one case."""

	escalation: str
	reference: str
	stage_label: str
	lines: Sequence[Line]

	@property
	def worst(self) -> Line:
		"""The line that is furthest up its ladder; of several the one due first."""
		return min(self.lines, key=lambda line: (-line.severity, line.due_at))


def send(recipient: str, letter: Letter) -> str | None:
	"""Queue one mail in the caller's transaction and return the Email Queue row's name.

	None when the host refused to queue it (a global unsubscribe does so silently): the caller records that.
	A rollback of the transaction removes the mail too.
	"""
	worst = letter.worst
	return compat.queue_mail(
		recipients=[recipient],
		subject=f"{letter.reference}: {worst.words} {times.show_due(worst.due_at)}",
		message=f"{section(letter)}{_999}",
		reference_doctype="Escalation",
		reference_name=letter.escalation,
		add_unsubscribe_link=0,
	)


def send_digest(recipient: str, letters: Sequence[Letter]) -> str | None:
	"""Queue one mail for several cases, the most pressing first; see `send`. It hangs on the first of the cases.

	A digest of one case is the mail that `send` makes of it.
	"""
	pressing = sorted(letters, key=lambda letter: (-letter.worst.severity, letter.worst.due_at))
	if len(pressing) == 1:
		return send(recipient, pressing[0])
	late = sum(1 for letter in pressing if letter.worst.severity >= _ORDER.index("overdue"))
	return compat.queue_mail(
		recipients=[recipient],
		subject=f"Escalations: {len(pressing)} need something, {late} of them overdue",
		message=f"{''.join(section(letter) for letter in pressing)}{_999}",
		reference_doctype="Escalation",
		reference_name=pressing[0].escalation,
		add_unsubscribe_link=0,
	)


def section(letter: Letter) -> str:
	"""One case of a mail as HTML; every value escaped."""
	items = "".join(f"<li>{_item(line)}</li>" for line in letter.lines)
	link = links.form("Escalation", letter.escalation)
	return (
		f"<p>Escalation <b>{escape_html(letter.reference)}</b>, {escape_html(letter.stage_label or '')}</p>"
		f"<ul>{items}</ul>"
		f'<p><a href="{escape_html(link)}">Open the escalation</a> to see why this date, and to record what was done.</p>'
	)


def _item(line: Line) -> str:
	words = line.wording.strip() or line.words
	source = CLAUSE if line.clause == CLAUSE else policy_source(line.clause)
	return (
		f"<b>{escape_html(words[:1].upper() + words[1:])}</b>: {escape_html(line.label)}, "
		f"due {escape_html(times.show_due(line.due_at))}, owed by {escape_html(line.owed_by)} ({escape_html(source)})"
	)
