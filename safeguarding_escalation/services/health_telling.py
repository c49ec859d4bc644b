"""Whom the clock health check tells, of what, and when: once of each finding, and once a week while it lasts.

Administrators are told of everything, the Business Manager of a board of that board and of those of its cases that they
may read. A mail holds references, clocks and dates, never a name or a word of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from frappe.utils import escape_html

from safeguarding_escalation import compat
from safeguarding_escalation.services import links, people, policy_versions, record_checks, rights, times
from safeguarding_escalation.services.health_finding import Finding

REMIND_AFTER = timedelta(days=7)
LISTED = 50
PAGE = "/app/clock-health"

# When each finding was last told of, ISO 8601, by its key.
Times = dict[str, str]


@dataclass(frozen=True)
class Told:
	"""When each lasting finding was last told of, and how many people were mailed now."""

	told: Times
	people: int


def known(findings: Iterable[Finding], told: Mapping[str, str]) -> Times:
	"""Of what was told before, what lasts: a finding that went and comes back is new."""
	keys = {each.key for each in findings}
	return {key: at for key, at in told.items() if key in keys}


def tell(check: Any, findings: Sequence[Finding], told: Times) -> Told:
	"""Queue one mail for each person whom something new, or a week old, concerns; in the caller's transaction.

	What could be told to nobody stays untold, so that the next check tries again.
	"""
	now = times.now()
	due = [each for each in findings if _is_due(told.get(each.key), now)]
	if not due:
		return Told(told, 0)
	reached = set()
	queued = 0
	for email, theirs in _letters(due).items():
		new = [each for each in theirs if each.key not in told]
		if _send(check, email, theirs, len(new)):
			queued += 1
			reached.update(each.key for each in theirs)
	return Told(told | dict.fromkeys(reached, now.isoformat()), queued)


def _is_due(last: str | None, now: datetime) -> bool:
	return last is None or now - datetime.fromisoformat(last) >= REMIND_AFTER


def _letters(due: Sequence[Finding]) -> dict[str, list[Finding]]:
	"""What each mailbox is told: administrators everything, Business Managers what is their boards'."""
	letters = {email: list(due) for email in record_checks.administrators()}
	for user, email in _managers({each.board for each in due if each.board}):
		theirs, _ = of_boards(due, user)
		if theirs and email not in letters:
			letters[email] = theirs
	return letters


def _managers(boards: set[str]) -> list[tuple[str, str]]:
	"""The Business Managers of the boards that have an account: user and mailbox."""
	found = {}
	for board in sorted(boards):
		contact = people.contact(people.post_holders(board).business_manager)
		email = people.mailbox(contact)
		if contact is not None and email:
			found[contact.user] = email
	return sorted(found.items())


def of_boards(findings: Iterable[Finding], user: str) -> tuple[list[Finding], int]:
	"""The findings about the boards that a user manages; of their cases those that the user may read, and how many not."""
	managed = set(policy_versions.managed_boards(user))
	mine = [each for each in findings if each.board and each.board in managed]
	readable: dict[str, bool] = {"": True}
	for each in mine:
		if each.escalation not in readable:
			readable[each.escalation] = rights.rights_of(each.escalation, user).read
	shown = [each for each in mine if readable[each.escalation]]
	return shown, len(mine) - len(shown)


def _send(check: Any, email: str, findings: Sequence[Finding], new: int) -> str | None:
	count = f"{new} new" if new else f"{len(findings)} that last"
	return compat.queue_mail(
		recipients=[email],
		subject=f"Safeguarding: clock health, {count}",
		message=_body(check, findings),
		reference_doctype="Health Check",
		reference_name=check.name,
		add_unsubscribe_link=0,
	)


def _body(check: Any, findings: Sequence[Finding]) -> str:
	ordered = sorted(findings, key=lambda each: not each.grave)
	items = "".join(
		f"<li><b>{escape_html(each.title)}</b>: {escape_html(each.found)} {escape_html(each.todo)}</li>"
		for each in ordered[:LISTED]
	)
	if len(ordered) > LISTED:
		items += f"<li>and {len(ordered) - LISTED:,} more</li>"
	grave = any(each.grave for each in ordered)
	first = (
		"Clocks, alerts or dates of escalations cannot be relied on as they are. Due dates that people see are computed "
		"when they look; what may be wrong is what is sent and what lists show."
		if grave
		else "Nothing is wrong with the clocks. These things need somebody's attention before it is."
	)
	link = escape_html(links.site(PAGE))
	return (
		f"<p>{escape_html(first)}</p><ul>{items}</ul>"
		f'<p><a href="{link}">Open Clock health</a>. You are told again in a week of what lasts.</p>'
	)
