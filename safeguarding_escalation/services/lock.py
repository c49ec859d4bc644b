"""The one lock for every writer of a case (decision 15)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import frappe

from safeguarding_escalation.services import log
from safeguarding_escalation.services.errors import NotYours, refuse
from safeguarding_escalation.services.loaded import LoadedCase


@contextmanager
def locked(escalation: str) -> Iterator[LoadedCase]:
	"""Lock the case's row, read the case and its log as they are now, and yield them.

	Everything is read FOR UPDATE: after waiting for the lock a plain read would still see the request's old
	snapshot, and two writers would draw the same sequence number. The lock is held to the end of the
	transaction. A user who may not see the case gets the same refusal as for one that does not exist.
	"""
	if not isinstance(escalation, str) or not frappe.db.exists("Escalation", escalation):
		refuse(NotYours, "There is no such escalation, or you have no access to it.")
	document = frappe.get_doc("Escalation", escalation, for_update=True)
	yield LoadedCase(document, log.rows(escalation, for_update=True))


def loaded(escalation: str) -> LoadedCase:
	"""The case for reading only: no lock."""
	if not isinstance(escalation, str) or not frappe.db.exists("Escalation", escalation):
		refuse(NotYours, "There is no such escalation, or you have no access to it.")
	return LoadedCase(frappe.get_doc("Escalation", escalation), log.rows(escalation))


def undo(savepoint: str) -> None:
	"""Undo one of several cases that are committed one by one.

	A deadlock has ended the whole transaction, with its savepoints; tests keep theirs open.
	"""
	if frappe.flags.in_test:
		frappe.db.rollback(save_point=savepoint)
	else:
		frappe.db.rollback()


def one_by_one(cases: Iterable[str], write: Callable[[LoadedCase], object]) -> None:
	"""For the background: `write` to each case, with one lock and one commit a case."""
	for name in cases:
		with locked(name) as case:
			write(case)
		if not frappe.flags.in_test:
			frappe.db.commit()
