"""Each way of altering the record once the database's triggers are out of the way is caught, and named."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest

from safeguarding_escalation.services import chain, log, redacting, sealing
from safeguarding_escalation.tests import factories

ENTRIES = 6  # a draft's first row, and five more


@pytest.fixture(scope="module")
def unguarded(world):
	"""The database as somebody leaves it who may drop triggers; they are made again afterwards."""
	from safeguarding_escalation.setup import triggers

	triggers.remove()
	assert triggers.problem()
	yield
	frappe.db.rollback()
	triggers.ensure()
	assert triggers.problem() == ""


@pytest.fixture
def case(world):
	"""A case of six entries: notes on the second and the last, names and words on the others."""
	made = factories.escalation(world)
	for number in range(2, ENTRIES + 1):
		factories.entry(
			made.name,
			note=f"Note {number}" if number in (2, ENTRIES) else "",
			attendees=f"Ann {number}",
			evidence=f"Letter {number}",
		)
	assert [row.sequence for row in log.rows(made.name)] == list(range(1, ENTRIES + 1))
	assert chain.verify(made.name).valid
	return made


def sql(statement: str, **given: Any) -> None:
	frappe.db.sql(statement, given)


def names(case: Any) -> list[str]:
	return [row.name for row in log.rows(case.name)]


def update(case: Any, number: int, **cells: Any) -> None:
	row = names(case)[number - 1]
	for cell, value in cells.items():
		sql(f"UPDATE `tabStage Log` SET `{cell}` = %(value)s WHERE name = %(row)s", value=value, row=row)  # noqa: S608


def delete(case: Any, *numbers: int) -> None:
	for row in [names(case)[number - 1] for number in numbers]:
		sql("DELETE FROM `tabStage Log` WHERE name = %(row)s", row=row)
		sql("DELETE FROM `tabStage Log Note` WHERE stage_log = %(row)s", row=row)


def swap(case: Any) -> None:
	"""Entries 3 and 4 change places, through a number that is free."""
	third, fourth = names(case)[2:4]
	for row, number in ((third, 99), (fourth, 3), (third, 4)):
		sql("UPDATE `tabStage Log` SET sequence = %(number)s WHERE name = %(row)s", number=number, row=row)


def renumber(case: Any) -> None:
	"""Entry 3 goes, and the numbers close up behind it."""
	delete(case, 3)
	for number, row in enumerate(names(case), start=1):
		sql("UPDATE `tabStage Log` SET sequence = %(number)s WHERE name = %(row)s", number=number, row=row)


def insert(case: Any, after: int, **cells: Any) -> None:
	"""A row that somebody wrote who knows how rows are chained, in the middle or at the end."""
	rows = log.rows(case.name)
	for row in reversed(rows[after:]):
		sql(
			"UPDATE `tabStage Log` SET sequence = %(number)s WHERE name = %(row)s",
			number=row.sequence + 1,
			row=row.name,
		)
	forged = {
		**{column: rows[after - 1][column] for column in log.COLUMNS},
		"name": "forged",
		"sequence": after + 1,
		"previous_hash": rows[after - 1].hash,
		"note_digest": "",
		**cells,
	}
	sealing.seal_row(forged)
	frappe.db.bulk_insert("Stage Log", list(forged), [tuple(forged.values())])


def recompute(case: Any) -> None:
	"""Every hash from the rows as they now stand: what an attacker does who has read this repository."""
	previous = ""
	for row in log.rows(case.name):
		row.previous_hash = previous
		row.note_digest = (
			row.note_digest if frappe.db.exists("Stage Log Note", {"stage_log": row.name}) else ""
		)
		sealing.seal_row(row)
		previous = row.hash
		for cell in ("previous_hash", "note_digest", "cell_salts", "cell_digests", "hash"):
			sql(
				f"UPDATE `tabStage Log` SET `{cell}` = %(value)s WHERE name = %(row)s",  # noqa: S608
				value=row[cell],
				row=row.name,
			)


def rewritten(case: Any) -> None:
	update(case, 3, attendees="Nobody")
	recompute(case)


def resealed(case: Any) -> None:
	"""… and who has written the new head into the seal as well, without the key."""
	rewritten(case)
	sql(
		"UPDATE `tabStage Log Seal` SET head = %(head)s WHERE escalation = %(case)s",
		head=log.rows(case.name)[-1].hash,
		case=case.name,
	)


def cut_and_resealed(case: Any) -> None:
	delete(case, 6)
	sql(
		"UPDATE `tabStage Log Seal` SET sequence = 5, head = %(head)s WHERE escalation = %(case)s",
		head=log.rows(case.name)[-1].hash,
		case=case.name,
	)


def all_gone(case: Any, *also: str) -> None:
	for doctype in ("Stage Log", "Stage Log Note", *also):
		sql(f"DELETE FROM `tab{doctype}` WHERE escalation = %(case)s", case=case.name)  # noqa: S608


def note(case: Any, statement: str, number: int = 2) -> None:
	sql(f"{statement} WHERE stage_log = %(row)s", row=names(case)[number - 1])


def as_of_old(case: Any) -> None:
	"""An entry put back into the older way of chaining, where names are in clear and no salt is needed."""
	update(case, 6, chain_version=0, attendees="Nobody")
	row = log.rows(case.name)[-1]
	update(case, 6, hash=sealing.row_hash(row))


def tombstone(case: Any, statement: str) -> None:
	row = names(case)[1]
	redacting.blank_note(frappe.db.get_value("Stage Log Note", {"stage_log": row}), "Third person")
	note(case, statement)


def unsaid(case: Any) -> None:
	"""A redaction whose own entry was taken away again."""
	redacting.blank_row(names(case)[2], "Third person", ["attendees"])
	delete(case, 7)


BLANK = "UPDATE `tabStage Log Note` SET note = '', salt = '', redacted = 1"

# Each way, and the finding without which it would have gone unseen.
WAYS: dict[str, tuple[Callable[[Any], object], set[str]]] = {
	"what happened": (lambda case: update(case, 3, kind="closed"), {"altered"}),
	"when": (lambda case: update(case, 3, occurred_at="2025-01-01 10:00:00"), {"altered"}),
	"when it was written": (lambda case: update(case, 3, recorded_at="2025-01-01 10:00:00"), {"altered"}),
	"who may see it": (lambda case: update(case, 3, visibility="board"), {"altered"}),
	"whose agency": (lambda case: update(case, 3, actor_agency="Northgate Police"), {"altered"}),
	"who was there": (lambda case: update(case, 3, attendees="Ann 4"), {"altered cell"}),
	"who was there, in capitals": (lambda case: update(case, 3, attendees="ANN 3"), {"altered cell"}),
	"who wrote it": (lambda case: update(case, 3, recorded_by="somebody@example.test"), {"altered cell"}),
	"a name added": (lambda case: update(case, 3, counterpart_name="Pat"), {"altered cell"}),
	"a contact added": (lambda case: update(case, 3, confirmed_by="pat"), {"altered cell"}),
	"its name": (lambda case: update(case, 3, name="other"), {"altered"}),
	"its hash": (lambda case: update(case, 3, hash="0" * 64), {"altered", "unlinked"}),
	"its version": (as_of_old, {"older", "rewritten"}),
	"a cell and its salt": (lambda case: update(case, 3, attendees="Pat", cell_salts="{}"), {"altered cell"}),
	"salts that are none": (lambda case: update(case, 3, cell_salts="x"), {"altered cell"}),
	"a cell blanked": (lambda case: update(case, 3, attendees="", cell_salts="{}", redacted=1), {"blanked"}),
	"a redaction unsaid": (unsaid, {"blanked", "truncated"}),
	"a tombstone's words": (
		lambda case: tombstone(case, "UPDATE `tabStage Log Note` SET note = '[redacted: Ann said yes]'"),
		{"altered tombstone"},
	),
	"a text in place of a tombstone": (
		lambda case: tombstone(case, "UPDATE `tabStage Log Note` SET note = 'Ann said yes'"),
		{"altered note"},
	),
	"a note": (lambda case: note(case, "UPDATE `tabStage Log Note` SET note = 'Other'"), {"altered note"}),
	"a note blanked": (lambda case: note(case, BLANK), {"blanked"}),
	"a note gone": (lambda case: note(case, "DELETE FROM `tabStage Log Note`"), {"missing note"}),
	"a note on another entry": (
		lambda case: sql(
			"UPDATE `tabStage Log Note` SET stage_log = %(other)s WHERE stage_log = %(row)s",
			row=names(case)[1],
			other=names(case)[2],
		),
		{"missing note", "altered note"},
	),
	"a note left over": (
		lambda case: note(case, "UPDATE `tabStage Log Note` SET stage_log = 'none'"),
		{"missing note", "stray note"},
	),
	"an entry gone": (lambda case: delete(case, 3), {"missing", "unlinked"}),
	"two entries gone": (lambda case: delete(case, 3, 4), {"missing", "unlinked"}),
	"the first entry gone": (lambda case: delete(case, 1), {"missing", "unlinked"}),
	"the last entry gone": (lambda case: delete(case, 6), {"truncated"}),
	"the last entries gone": (lambda case: delete(case, 4, 5, 6), {"truncated"}),
	"all entries gone": (all_gone, {"gone"}),
	"all entries and the seal gone": (lambda case: all_gone(case, "Stage Log Seal"), {"no seal"}),
	"an entry put in": (lambda case: insert(case, 3), {"altered", "unlinked", "unsealed"}),
	"an entry put at the end": (lambda case: insert(case, 6), {"unsealed"}),
	"order": (swap, {"altered", "unlinked"}),
	"numbers": (renumber, {"altered", "unlinked", "truncated"}),
	"a number": (lambda case: update(case, 3, sequence=0), {"altered", "renumbered"}),
	"every hash computed anew": (rewritten, {"rewritten"}),
	"every hash, and the seal's head": (resealed, {"forged seal"}),
	"the end cut, and the seal's head": (cut_and_resealed, {"forged seal"}),
	"the seal gone": (
		lambda case: sql("DELETE FROM `tabStage Log Seal` WHERE escalation = %(case)s", case=case.name),
		{"no seal"},
	),
	"the seal of another case": (
		lambda case: sql(
			"UPDATE `tabStage Log Seal` SET seal = REVERSE(seal) WHERE escalation = %(case)s", case=case.name
		),
		{"forged seal"},
	),
	"the case itself gone": (
		lambda case: sql("DELETE FROM `tabEscalation` WHERE name = %(case)s", case=case.name),
		{"no case"},
	),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_altering_the_record_is_caught(case, unguarded, way):
	alter, expected = WAYS[way]
	alter(case)
	verdict = chain.verify(case.name)
	assert expected <= {finding.code for finding in verdict.findings}, verdict.findings
	assert not verdict.valid
	assert verdict.state == "broken"
	assert {finding.escalation for finding in verdict.findings} == {case.name}
	found = {finding for finding in chain.verify_all().findings if finding.escalation == case.name}
	assert found == set(verdict.findings)
