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
from safeguarding_escalation.services.setup_check_line import TODO

Way = tuple[int, list[str], dict[str, Any]]


def card(name: str) -> dict[str, Any]:
	"""A card's answer: how many, and the way to them. An unknown name is the first card's."""
	value, route, options = CARDS.get(name, _setup)()
	query = urlencode({name: json.dumps(value) for name, value in options.items()})
	path = "/".join(part.lower().replace(" ", "-") for part in route if part != "List")
	return {
		"value": value,
		"fieldtype": "Int",
		"route": route,
		"route_options": options,
		"link": f"/app/{path}?{query}".rstrip("?"),
	}


def _setup() -> Way:
	return setup_check.look()["counts"][TODO], ["setup-check"], {}


def _findings() -> Way:
	"""Of the last check. That nothing was ever checked is one thing to look at too."""
	found = health.look(frappe.session.user)
	counts = found["counts"]
	return (counts["faults"] + counts["warnings"] if found["verdict"] else 1), ["clock-health"], {}


def _mails() -> Way:
	return sum(setup_check_host.not_left()), ["setup-check"], {}


def _contacts() -> Way:
	names = [row.name for row in setup_check_boards.unverified()]
	return (
		len(names),
		["List", "Safeguarding Contact"],
		{"name": ["in", names]},
	)


CARDS: dict[str, Callable[[], Way]] = {
	"setup": _setup,
	"health": _findings,
	"mails": _mails,
	"contacts": _contacts,
}
