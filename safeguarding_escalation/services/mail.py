"""Alert mails: reference, stage, clock, due date and a link. Never a name, a summary or a PDF (decision 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from frappe.utils import escape_html, get_url_to_form

from safeguarding_escalation import compat
from safeguarding_escalation.services import times

RUNG_WORDS = {
	"due_soon": "due soon",
	"last_afternoon": "due before the next working day",
	"due_today": "due today",
	"overdue": "overdue",
	"overdue_again": "still overdue",
}


@dataclass(frozen=True)
class Line:
	"""One clock of a mail."""

	rung: str
	label: str
	clause: str
	owed_by: str
	due_at: datetime


def send(recipient: str, escalation: str, reference: str, stage_label: str, lines: list[Line]) -> str | None:
	"""Queue one mail in the caller's transaction and return the Email Queue row's name.

	None when the host refused to queue it (a global unsubscribe does so silently): the caller records that.
	A rollback of the transaction removes the mail too.
	"""
	worst = max(lines, key=lambda line: list(RUNG_WORDS).index(line.rung))
	return compat.queue_mail(
		recipients=[recipient],
		subject=f"{reference}: {RUNG_WORDS[worst.rung]} {times.show_due(worst.due_at)}",
		message=body(escalation, reference, stage_label, lines),
		reference_doctype="Escalation",
		reference_name=escalation,
		add_unsubscribe_link=0,
	)


def body(escalation: str, reference: str, stage_label: str, lines: list[Line]) -> str:
	"""The mail's HTML; every value escaped."""
	items = "".join(
		f"<li><b>{escape_html(RUNG_WORDS[line.rung].capitalize())}</b>: {escape_html(line.label)}, "
		f"due {escape_html(times.show_due(line.due_at))}, owed by {escape_html(line.owed_by)}"
		f" (policy clause {escape_html(line.clause)})</li>"
		for line in lines
	)
	link = get_url_to_form("Escalation", escalation)
	return (
		f"<p>Escalation <b>{escape_html(reference)}</b>, {escape_html(stage_label or '')}</p><ul>{items}</ul>"
		f'<p><a href="{escape_html(link)}">Open the escalation</a> to see why this date, and to record what was done.</p>'
		"<p>If somebody is in danger now, ring 999.</p>"
	)
