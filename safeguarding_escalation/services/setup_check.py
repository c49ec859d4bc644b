"""The Setup check page: what is in order on this site, what is to do, and what cannot be known from here.

Each line says what was found and what to do, with the place to do it. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import frappe

from safeguarding_escalation.services import (
	policy_versions,
	setup_check_boards,
	setup_check_host,
	setup_check_links,
	times,
)
from safeguarding_escalation.services.setup_check_line import GOOD, TODO, UNKNOWN, Line

BUSINESS_MANAGER = "Board Business Manager"
OVERSEERS = frozenset({"Safeguarding Administrator", "System Manager"})
WHOLE_SITE: tuple[Callable[[], Iterable[Line]], ...] = (
	setup_check_host.signing_in,
	setup_check_host.administrators,
	setup_check_boards.contacts,
	setup_check_boards.verified_agencies,
	setup_check_boards.agreements,
	setup_check_host.mail,
	setup_check_links.lines,
	setup_check_host.scheduler,
	setup_check_host.workflow,
	setup_check_host.backups,
	setup_check_host.record,
)


def sees_everything(user: str) -> bool:
	"""Whether a user is shown every line, rather than those of the boards that they manage."""
	return user == "Administrator" or bool(OVERSEERS & set(frappe.get_roles(user)))


def boards_of(user: str) -> list[str]:
	"""The boards whose lines a user is shown: all in use, or those that the user manages."""
	if sees_everything(user):
		return sorted(frappe.get_all("Safeguarding Board", {"disabled": 0}, pluck="name"))
	return sorted(policy_versions.managed_boards(user))


def may_look(user: str) -> bool:
	"""Whether a user has any line to look at."""
	return sees_everything(user) or (
		BUSINESS_MANAGER in frappe.get_roles(user) and bool(policy_versions.managed_boards(user))
	)


def look() -> dict[str, Any]:
	"""The session user's lines: groups [{title, lines}], counts by state, when, and whether it is the whole site.

	A line: key, group, title, state (good, to do, unknown), found, todo, link. A line that cannot be made is `unknown`
	and says so: one broken source does not blind the rest.
	"""
	user = frappe.session.user
	whole = sees_everything(user)
	lines = [line for each in WHOLE_SITE for line in _made(each)] if whole else []
	lines += [line for board in boards_of(user) for line in _made(setup_check_boards.board, board)]
	groups: dict[str, list[dict[str, str]]] = {}
	for line in lines:
		groups.setdefault(line.group, []).append(asdict(line))
	counts = {state: sum(line.state == state for line in lines) for state in (GOOD, TODO, UNKNOWN)}
	return {
		"groups": [{"title": title, "lines": rows} for title, rows in groups.items()],
		"counts": counts,
		"whole_site": whole,
		"at": times.show(times.now()),
	}


def _made(check: Callable[..., Iterable[Line]], *given: str) -> list[Line]:
	try:
		return list(check(*given))
	except Exception:
		error = frappe.log_error(title=f"Setup check: {check.__name__}")
		name = getattr(error, "name", "")
		return [
			Line(
				key=check.__name__,
				group="This check itself",
				title=check.__name__.replace("_", " ").capitalize(),
				state=UNKNOWN,
				found="This line could not be worked out.",
				todo=f"Open the Error Log {name} and tell whoever looks after this server.".replace(
					"  ", " "
				),
				link="/app/error-log",
			)
		]
