"""The mail about dates that a change of the calendar moved: reference, clock, both dates and a link, nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from frappe.utils import escape_html

from safeguarding_escalation import compat
from safeguarding_escalation.engine.calendar_history import Shift
from safeguarding_escalation.engine.parties import agencies, agency_of
from safeguarding_escalation.engine.wording import policy_source
from safeguarding_escalation.services import links, recipients, times
from safeguarding_escalation.services.loaded import LoadedCase


def send(case: LoadedCase, what: str, moved: Iterable[Shift]) -> int:
	"""One mail to each person who owes a clock that moved, in the caller's transaction; how many were queued."""
	letters: dict[str, list[Shift]] = {}
	for shift in moved:
		agency = agency_of(agencies(case.case), shift.after)
		words = [word.strip() for word in shift.after.owed_by.split(",") if word.strip()]
		for email in sorted({who.email for word in words for who in recipients.resolve(case, word, agency)}):
			letters.setdefault(email, []).append(shift)
	return sum(bool(_queue(case, email, what, theirs)) for email, theirs in letters.items())


def _queue(case: LoadedCase, email: str, what: str, moved: list[Shift]) -> str | None:
	return compat.queue_mail(
		recipients=[email],
		subject=f"{case.document.reference}: due dates have moved",
		message=body(case, what, moved),
		reference_doctype="Escalation",
		reference_name=case.name,
		add_unsubscribe_link=0,
	)


def body(case: LoadedCase, what: str, moved: Iterable[Shift]) -> str:
	"""The mail's HTML; every value escaped."""
	items = "".join(f"<li>{escape_html(_line(shift))}</li>" for shift in moved)
	link = links.form("Escalation", case.name)
	return (
		f"<p>Escalation <b>{escape_html(case.document.reference)}</b>: the working days have changed. "
		f"{escape_html(what)}.</p><ul>{items}</ul>"
		f'<p><a href="{escape_html(link)}">Open the escalation</a> to see why each date.</p>'
		"<p>If somebody is in danger now, ring 999.</p>"
	)


def _line(shift: Shift) -> str:
	row = shift.after
	source = "local target, not policy" if row.kind == "local target" else policy_source(row.clause)
	return f"{row.label}: was due {times.show_due(shift.before.due_at)}, is now due {times.show_due(row.due_at)} ({source})"
