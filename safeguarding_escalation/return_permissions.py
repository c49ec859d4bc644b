"""Who reads and writes a board's returns: hooks in a pair, decided from database rows.

A return of a board is for the people who hold its posts now: its Business Manager writes and issues it, its Chair reads
it. An organisation's return of its own escalations is for its senior managers and safeguarding leads. Nobody else sees
either, administrators of the site included: it has counts of one. What is published leaves as a file that they give out.
"""

from __future__ import annotations

from typing import Any

import frappe
from pypika.terms import Criterion

from safeguarding_escalation import permissions
from safeguarding_escalation.services import returns_people

DOCTYPE = returns_people.DOCTYPE
_READING = ("read", "select", "report", "print", "export")


def board_return_query(user: str | None = None) -> str:
	"""Which rows of Board Return a user may list. Never empty."""
	user = user or frappe.session.user
	text = "1=1" if user == "Administrator" else permissions.sql(criterion(user))
	return permissions.marked(DOCTYPE, text)


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool:
	"""The has_permission hook: strictly True or False, from the stored row; of a new one the controller asks."""
	user, ptype = user or frappe.session.user, ptype or "read"
	if user == "Administrator" or ptype == "create":
		return True
	if ptype not in (*_READING, "write"):
		return False
	return returns_people.may(doc.name, user, write=ptype == "write")


def criterion(user: str) -> Criterion | None:
	"""The condition on the table for the rows that `user` may read; None for no row at all."""
	rows = frappe.qb.DocType(DOCTYPE)
	boards = [board for board in returns_people.boards_of(user) if "\\" not in board]
	found = (rows.scope == returns_people.BOARDS) & rows.board.isin(boards) if boards else None
	if returns_people.of_the_organisation(user):
		ours = rows.scope == returns_people.OURS
		found = ours if found is None else found | ours
	return found
