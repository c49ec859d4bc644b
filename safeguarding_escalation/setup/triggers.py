"""Triggers of the database that keep append-only tables so, whoever writes: `frappe.db`, `delete_doc`, a console.

The document API is refused by the controllers; these refuse the rest. A guard is one line in `GUARDED`. TRUNCATE and
whoever may drop a trigger pass: that is what the hash chain and its seals are for (services/chain.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import frappe

from safeguarding_escalation import compat
from safeguarding_escalation.services.permits import BLANKS, REMOVES, RESEALS

PREFIX = "safeguarding_"
TOMBSTONE = "[redacted"
# The host's own marks on a row, no part of the record: it rewrites owners when a user is renamed.
HOST = ("owner", "modified_by", "_user_tags", "_comments", "_assign", "_liked_by")


@dataclass(frozen=True)
class Guard:
	"""An append-only table. Rows are deleted only with their whole case; see services/permits.py.

	`case` is the column that names it. `blanks` are the cells that a redaction may empty, `marks` and `salts` what it
	writes beside them, `chain` what a row of an older version gets when it is sealed anew. A table with
	`updates=False` may be updated, and is only guarded against deletion. `when`, in SQL, limits the guard to rows of
	which it is true before they change.
	"""

	doctype: str
	case: str = "escalation"
	updates: bool = True
	blanks: tuple[str, ...] = ()
	marks: tuple[str, ...] = ()
	salts: tuple[str, ...] = ()
	chain: tuple[str, ...] = ()
	when: str = ""
	sentence: str = "the record of a case is only added to, never changed or deleted"


_TOMBSTONE_MARKS = ("redacted", "redacted_reason", "redacted_by", "redacted_at", "modified")
GUARDED: tuple[Guard, ...] = (
	Guard(
		"Stage Log",
		blanks=(
			"actor", "actor_name", "counterpart", "counterpart_name", "counterpart_role", "attendees",
			"evidence", "recorded_by", "confirmed_by", "relates_to",
		),
		marks=_TOMBSTONE_MARKS,
		salts=("cell_salts",),
		chain=("chain_version", "cell_digests", "previous_hash", "hash"),
	),
	Guard("Stage Log Note", blanks=("note",), marks=_TOMBSTONE_MARKS, salts=("salt",)),
	Guard("Stage Log Seal", updates=False),
	Guard("Escalation Copy", updates=False),
	Guard("Advice Request", updates=False),
	Guard("Record Check", case="name"),
	Guard("Health Check", case="name"),
	Guard("Escalation", case="name", updates=False),
	Guard("Escalation Audit"),
	Guard("Board Return", case="name", when="OLD.`status` = 'Issued'", sentence="an issued return stays as it is"),
)  # fmt: skip


def ensure() -> None:
	"""Create the triggers that are missing or of an older text. A second run changes nothing.

	Creating one commits. A database that may not have triggers is left without them: `problem` says so.
	"""
	if not compat.has_guarding_triggers():
		return
	here = existing()
	for guard in GUARDED:
		for name, (event, body) in wanted(guard, columns(guard)).items():
			if here.get(name) != (body, _me()):
				_create(name, event, guard, body)


def remove() -> None:
	"""Drop every trigger of ours. Those of a dropped table went with it."""
	if compat.has_guarding_triggers():
		for name in existing():
			frappe.db.sql_ddl(f"DROP TRIGGER IF EXISTS `{name}`")


def problem() -> str:
	"""Why the database does not guard the record by itself, in a sentence for an administrator; '' if it does."""
	if not compat.has_guarding_triggers():
		return (
			f"This database ({frappe.db.db_type}) has no triggers of ours: changes that bypass the app are not refused. "
			"The daily check of the record still finds them."
		)
	here = existing()
	absent = [name for guard in GUARDED for name in wanted(guard, columns(guard)) if name not in here]
	if not absent:
		return ""
	return (
		f"The database does not refuse changes of the record by itself: {len(absent)} of its triggers are missing "
		f"({', '.join(absent)}). Run bench migrate; the Error Log says why they could not be made."
	)


def wanted(guard: Guard, present: list[str]) -> dict[str, tuple[str, str]]:
	"""The triggers of a table with these columns, by name: the event and the body. None for a table not there."""
	if not present:
		return {}
	stem = PREFIX + frappe.scrub(guard.doctype)
	limit = f"{guard.when} AND " if guard.when else ""
	found = {f"{stem}_delete": ("DELETE", _body(limit + _no_deletion(guard), guard.sentence))}
	if guard.updates:
		recorded = [column for column in present if column not in HOST]
		found[f"{stem}_update"] = ("UPDATE", _body(limit + _no_update(guard, recorded), guard.sentence))
	return found


def columns(guard: Guard) -> list[str]:
	"""The columns of the table as they are now; Frappe's own list of them is a cache."""
	rows = frappe.db.sql(
		"SELECT COLUMN_NAME FROM information_schema.COLUMNS"
		" WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s ORDER BY ORDINAL_POSITION",
		f"tab{guard.doctype}",
	)
	return [row[0] for row in rows]


def existing() -> dict[str, tuple[str, str]]:
	"""Our triggers as the database holds them, by name: the body and whose they are."""
	rows = frappe.db.sql(
		"SELECT TRIGGER_NAME, ACTION_STATEMENT, DEFINER FROM information_schema.TRIGGERS"
		" WHERE TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME LIKE 'safeguarding\\_%'"
	)
	return {name: (body, definer) for name, body, definer in rows}


def _create(name: str, event: str, guard: Guard, body: str) -> None:
	try:
		frappe.db.sql_ddl(
			f"CREATE OR REPLACE TRIGGER `{name}` BEFORE {event} ON `tab{guard.doctype}` FOR EACH ROW {body}"
		)
	except Exception:
		# Such as error 1419: a server with a binary log that lets no ordinary user make triggers. The app works
		# without them, `problem` shows on the Setup check, and the next migrate tries again.
		frappe.log_error(title=f"Safeguarding: the trigger {name} could not be made")


def _me() -> str:
	# A backup brings triggers that belong to the account of the site it came from; made anew, they are ours.
	return frappe.db.sql("SELECT CURRENT_USER()")[0][0]


def _body(refused: str, sentence: str) -> str:
	return f"BEGIN IF {refused} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Safeguarding: {sentence}'; END IF; END"


def _no_deletion(guard: Guard) -> str:
	return f"(@{REMOVES} IS NULL OR NOT (BINARY OLD.`{guard.case}` <=> BINARY @{REMOVES}))"


def _no_update(guard: Guard, columns: list[str]) -> str:
	"""The condition under which an UPDATE is refused: all stays as it is, or exactly what a permit allows changes."""
	free = {*guard.blanks, *guard.marks, *guard.salts, *guard.chain}
	present = {name: [column for column in getattr(guard, name) if column in columns] for name in _GROUPS}
	fixed = _same([column for column in columns if column not in free])
	ways = [_same([column for group in present.values() for column in group])]
	if present["blanks"]:
		ways.append(
			_all(
				f"BINARY OLD.`name` <=> BINARY @{BLANKS}",
				"NEW.`redacted` = 1",
				_same(present["chain"]),
				*(
					f"({_unchanged(cell)} OR COALESCE(NEW.`{cell}`, '') = '' OR "
					f"LEFT(NEW.`{cell}`, {len(TOMBSTONE)}) = '{TOMBSTONE}')"
					for cell in present["blanks"]
				),
			)
		)
	if present["chain"]:
		ways.append(
			_all(
				f"BINARY OLD.`name` <=> BINARY @{RESEALS}",
				"COALESCE(OLD.`chain_version`, 0) = 0",
				_same(present["blanks"]),
				_same(present["marks"]),
			)
		)
	return f"NOT ({fixed} AND ({' OR '.join(ways)}))"


_GROUPS = ("blanks", "marks", "salts", "chain")


def _same(columns: Iterable[str]) -> str:
	return _all(*(_unchanged(column) for column in columns))


def _unchanged(column: str) -> str:
	# Bytes, since the collation takes capitals, accents and trailing spaces for equal.
	return f"BINARY OLD.`{column}` <=> BINARY NEW.`{column}`"


def _all(*conditions: str) -> str:
	return "(" + (" AND ".join(condition for condition in conditions if condition) or "TRUE") + ")"
