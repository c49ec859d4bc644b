"""Leave to touch one guarded row, for as long as a `with` lasts.

The database's triggers (setup/triggers.py) refuse every change of an append-only table unless a variable of this very
connection holds the exact name concerned. It is emptied again whatever happens, so that nothing else slips through.
Where the database has no such triggers, these do nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from safeguarding_escalation import compat

# What each variable lets through; the trigger checks that nothing else changes with it.
BLANKS = "safeguarding_blanks"  # the name of a row whose personal cells are emptied
RESEALS = "safeguarding_reseals"  # the name of a row of an older version that gets its new hash
REMOVES = "safeguarding_removes"  # the name of the case that is taken away whole


@contextmanager
def blanking(row: str) -> Iterator[None]:
	"""Let the personal cells of `row` (a log row, a note) be emptied, and its tombstone be written."""
	yield from _permit(BLANKS, row)


@contextmanager
def resealing(row: str) -> Iterator[None]:
	"""Let the chain's cells of `row` be written anew, if it was chained by an older version."""
	yield from _permit(RESEALS, row)


@contextmanager
def removing(case: str) -> Iterator[None]:
	"""Let the case and its rows be deleted: demo data only."""
	yield from _permit(REMOVES, case)


def _permit(variable: str, name: str) -> Iterator[None]:
	if not compat.has_guarding_triggers():
		yield
		return
	_set(variable, name)
	try:
		yield
	finally:
		_set(variable, None)


def _set(variable: str, name: str | None) -> None:
	frappe.db.sql(f"SET @{variable} = %(name)s", {"name": name})
