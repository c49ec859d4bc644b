"""What the hash chain of a case covers, and the seal over its head.

Cells that hold people's names or words are covered by salted digests kept beside them. So a redaction takes the text
and its salt, and the row still has the hash that it had: the digest alone tells nobody what stood there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import frappe
from frappe.utils.password import get_encryption_key

from safeguarding_escalation.services.rows import select

VERSION = 2
# Cells that a redaction may empty: names, accounts, and what somebody typed.
PERSONAL = (
	"actor", "actor_name", "counterpart", "counterpart_name", "counterpart_role", "attendees", "evidence",
	"recorded_by", "confirmed_by", "relates_to",
)  # fmt: skip
# Everything else of a row, in clear; only what holds something, under its name: later columns break no older hash.
CLEAR = (
	"name", "escalation", "sequence", "kind", "stage", "level", "occurred_at", "recorded_at", "actor_role",
	"actor_agency", "side", "counterpart_agency", "mode", "two_way", "source", "visibility", "rule", "due_at",
	"note_digest", "corrects", "outcome", "redacted_cells", "cell_digests", "chain_version", "previous_hash",
)  # fmt: skip
# How rows were chained before: all in clear, in this order.
FIRST = (
	"escalation", "sequence", "kind", "stage", "level", "occurred_at", "recorded_at", "recorded_by",
	"actor_name", "actor_role", "actor_agency", "side", "counterpart_name", "counterpart_role",
	"counterpart_agency", "mode", "two_way", "attendees", "source", "evidence", "visibility", "rule",
	"relates_to", "due_at", "note_digest", "corrects", "previous_hash",
)  # fmt: skip
_FIRST_ADDED = ("outcome",)
_LABEL = b"safeguarding_escalation stage log seal 1"


def seal_row(values: dict[str, Any]) -> None:
	"""Give a row about to be written (its `name` and `previous_hash` set) its salts, digests and hash."""
	salts = {cell: new_salt() for cell in PERSONAL if values.get(cell)}
	values["chain_version"] = VERSION
	values["cell_salts"] = json.dumps(salts)
	values["cell_digests"] = json.dumps({cell: digest(salts[cell], values[cell]) for cell in salts})
	values["hash"] = row_hash(values)


def row_hash(row: Mapping[str, Any]) -> str:
	"""The hash that a row must have, by the version under which it was chained."""
	if not row.get("chain_version"):
		cells: Any = [_cell(row.get(name)) for name in FIRST]
		cells += [f"{name}={_cell(row.get(name))}" for name in _FIRST_ADDED if row.get(name)]
	else:
		cells = {name: _cell(row.get(name)) for name in CLEAR if row.get(name)}
	return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def wrong_cells(row: Mapping[str, Any]) -> tuple[list[str], list[str]]:
	"""The personal cells of a row that hold something else than was chained, and those whose text is gone."""
	if not row.get("chain_version"):
		return [], []
	digests, salts = read(row.get("cell_digests")), read(row.get("cell_salts"))
	altered, gone = [], []
	for cell in PERSONAL:
		if cell in digests and cell not in salts:
			(gone if is_blank(row.get(cell)) else altered).append(cell)
		elif cell in digests:
			if digest(salts[cell], row.get(cell) or "") != digests[cell]:
				altered.append(cell)
		elif row.get(cell):
			altered.append(cell)
	return altered, gone


def is_blank(value: Any) -> bool:
	"""Whether a cell holds no text, or a redaction's tombstone."""
	return not value or str(value).startswith(TOMBSTONE)


TOMBSTONE = "[redacted"


def read(text: Any) -> dict[str, str]:
	"""The digests or salts of a row by cell; nothing for what is no such text: the row's hash tells."""
	try:
		found = json.loads(text or "{}")
	except ValueError:
		return {}
	return found if isinstance(found, dict) else {}


def _cell(value: Any) -> str:
	if value is None or value == "":
		return ""
	if isinstance(value, datetime):
		return value.strftime("%Y-%m-%d %H:%M:%S.%f")
	return str(value)


def new_salt() -> str:
	"""A secret to hash with one text, so that a short one cannot be guessed from its digest."""
	return frappe.generate_hash(length=32)


def digest(salt: str, text: str) -> str:
	"""What the chain holds of a text. The salt goes with the text when it is redacted (decision 12)."""
	return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


# The seal over the head of each case's chain


def begin(escalation: str) -> None:
	"""Seal a new case, of which nothing is written yet."""
	_insert(escalation, seal(escalation, 0, ""))


def _insert(escalation: str, values: dict[str, Any]) -> None:
	document = frappe.get_doc({"doctype": "Stage Log Seal", "escalation": escalation, **values})
	document.flags.appended = True
	document.insert(ignore_permissions=True)


def advance(escalation: str, sequence: int, head: str) -> None:
	"""Move a case's seal to the row just appended, under the case's lock."""
	table = frappe.qb.DocType("Stage Log Seal")
	query = frappe.qb.update(table).where(table.escalation == escalation)
	for column, value in seal(escalation, sequence, head).items():
		query = query.set(table[column], value)
	query.run()


def seal(escalation: str, sequence: int, head: str) -> dict[str, Any]:
	"""The cells of a seal: `sequence` and `head` of the last row, the code over them, and which key made it."""
	return {
		"sequence": sequence,
		"head": head,
		"key_id": key_id(),
		"seal": _code(f"{escalation}|{sequence}|{head}"),
	}


def is_genuine(found: Mapping[str, Any]) -> bool:
	"""Whether a stored seal was made with this site's key, which is not in the database."""
	expected = _code(f"{found['escalation']}|{found['sequence']}|{found['head'] or ''}")
	return hmac.compare_digest(expected, found["seal"] or "")


def key_id() -> str:
	"""Tells one key from another without betraying it."""
	return _code("key")[:16]


def seals(cases: Iterable[str]) -> dict[str, Any]:
	"""The seals of some cases, by case."""
	columns = ("escalation", "sequence", "head", "key_id", "seal")
	return {
		row.escalation: row
		for case in cases
		for row in select("Stage Log Seal", columns, {"escalation": case})
	}


def _code(text: str) -> str:
	return hmac.new(_key(get_encryption_key()), text.encode(), hashlib.sha256).hexdigest()


@cache
def _key(secret: str) -> bytes:
	return hmac.new(secret.encode(), _LABEL, hashlib.sha256).digest()
