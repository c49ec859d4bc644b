"""The administrator's number cards: what there is to do about the site itself. They read no case, and name none.

Each number is that of the page or list that the card leads to, as far as the session's user is shown it there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import frappe

from safeguarding_escalation.services import health, setup_check, setup_check_boards, setup_check_host
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.report_cards import answer
from safeguarding_escalation.services.setup_check_line import TODO


def card(name: str) -> dict[str, Any]:
	"""A card's answer: how many, and the way to them. Raises BadInput for a name that is no card's."""
	if name not in CARDS:
		refuse(BadInput, "There is no such card.")
	return CARDS[name]()


def _setup() -> dict[str, Any]:
	return answer(setup_check.look()["counts"][TODO], ["setup-check"], link="/app/setup-check")


def _findings() -> dict[str, Any]:
	"""Of the last check. That nothing was ever checked is one thing to look at too."""
	found = health.look(frappe.session.user)
	counts = found["counts"]
	number = counts["faults"] + counts["warnings"] if found["verdict"] else 1
	return answer(number, ["clock-health"], link="/app/clock-health")


def _mails() -> dict[str, Any]:
	return answer(sum(setup_check_host.not_left()), ["setup-check"], link="/app/setup-check")


def _contacts() -> dict[str, Any]:
	names = [row.name for row in setup_check_boards.unverified(setup_check_boards.in_post())]
	wanted = ["in", names]
	link = f"/app/safeguarding-contact?{urlencode({'name': json.dumps(wanted)})}"
	return answer(len(names), ["List", "Safeguarding Contact"], {"name": wanted}, link)


CARDS: dict[str, Callable[[], dict[str, Any]]] = {
	"setup": _setup,
	"health": _findings,
	"mails": _mails,
	"contacts": _contacts,
}
