"""Nobody changes or deletes what the record holds: not through the document API, not through `frappe.db`."""

from collections.abc import Callable
from typing import Any

import frappe
import frappe.client
import pytest
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.reportview import delete_bulk
from frappe.handler import run_doc_method

from safeguarding_escalation.permissions import NotChangeable
from safeguarding_escalation.services import log, permits, redacting
from safeguarding_escalation.services.errors import BadInput, CaseClosed
from safeguarding_escalation.setup import triggers
from safeguarding_escalation.setup.demo_removal import remove_cases
from safeguarding_escalation.tests import factories

CANARY = "Quillon Canary said so."
REFUSED = "only added to"


@pytest.fixture
def case(world):
	"""A case with an entry that has a note, names and words."""
	made = factories.escalation(world)
	factories.entry(
		made.name, note=CANARY, attendees="Ann Finch", evidence="Her letter", actor_name="Pat Silent"
	)
	return made


def row_of(case: Any) -> Any:
	return log.rows(case.name)[-1]


def note_of(case: Any) -> Any:
	return frappe.get_doc("Stage Log Note", {"stage_log": row_of(case).name})


def document(case: Any) -> Any:
	return frappe.get_doc("Stage Log", row_of(case).name)


def saved(doc: Any, **values: Any) -> None:
	doc.update(values)
	doc.save(ignore_permissions=True)


def imported(case: Any) -> None:
	"""As Data Import's update of existing rows does it."""
	doc = document(case)
	doc.flags.via_data_import = True
	saved(doc, attendees="Nobody")


# Each way through the document API, to Administrator too; NotChangeable, or for a case CaseClosed.
THROUGH_THE_API: dict[str, Callable[[Any], object]] = {
	"save": lambda case: saved(document(case), kind="closed"),
	"save with every flag": lambda case: _flagged(document(case)).save(),
	"db_set": lambda case: document(case).db_set("kind", "closed"),
	"db_update": lambda case: document(case).db_update(),
	"delete": lambda case: document(case).delete(force=True),
	"delete_doc": lambda case: frappe.delete_doc("Stage Log", row_of(case).name, force=True),
	"rename": lambda case: frappe.rename_doc("Stage Log", row_of(case).name, "other", force=True),
	"insert": lambda case: frappe.get_doc({**_bare(case), "sequence": 99}).insert(ignore_permissions=True),
	"a copy": lambda case: frappe.copy_doc(document(case)).insert(ignore_permissions=True),
	"client.set_value": lambda case: frappe.client.set_value(
		"Stage Log", row_of(case).name, "kind", "closed"
	),
	"client.save": lambda case: frappe.client.save({**document(case).as_dict(), "kind": "closed"}),
	"client.insert": lambda case: frappe.client.insert({**_bare(case), "sequence": 99}),
	"client.delete": lambda case: frappe.client.delete("Stage Log", row_of(case).name),
	"client.rename_doc": lambda case: frappe.client.rename_doc("Stage Log", row_of(case).name, "other"),
	"data import": imported,
	"note: save": lambda case: saved(note_of(case), note="Nothing"),
	"note: delete_doc": lambda case: frappe.delete_doc("Stage Log Note", note_of(case).name, force=True),
	"note: client.set_value": lambda case: frappe.client.set_value(
		"Stage Log Note", note_of(case).name, "note", "Nothing"
	),
	"seal: save": lambda case: saved(frappe.get_doc("Stage Log Seal", {"escalation": case.name}), sequence=1),
	"seal: delete_doc": lambda case: frappe.delete_doc(
		"Stage Log Seal", frappe.db.get_value("Stage Log Seal", {"escalation": case.name}), force=True
	),
	"case: delete": lambda case: frappe.get_doc("Escalation", case.name).delete(),
	"case: delete_doc": lambda case: frappe.delete_doc("Escalation", case.name, force=True),
	"case: client.delete": lambda case: frappe.client.delete("Escalation", case.name),
	"case: rename": lambda case: frappe.rename_doc("Escalation", case.name, "other", force=True),
}


def _flagged(doc: Any) -> Any:
	"""With the flags that a client may think of; those that count are the service's, set on a new document alone."""
	doc.flags.update(ignore_permissions=True, ignore_validate=True, appended=True, redaction=True)
	doc.kind = "closed"
	return doc


def _bare(case: Any) -> dict[str, Any]:
	now = frappe.utils.now()
	return {
		"doctype": "Stage Log",
		"escalation": case.name,
		"kind": "discussed",
		"occurred_at": now,
		"recorded_at": now,
		"recorded_by": "Administrator",
		"visibility": "parties",
		"flags": {"appended": True},
	}


@pytest.mark.parametrize("way", THROUGH_THE_API)
def test_the_document_api_refuses_the_administrator_too(case, way):
	before = log.rows(case.name), note_of(case).note
	with pytest.raises((NotChangeable, CaseClosed)):
		THROUGH_THE_API[way](case)
	assert (log.rows(case.name), note_of(case).note) == before


def test_a_document_sent_to_run_a_method_changes_nothing(case):
	"""`run_doc_method` runs whitelisted methods of a document that the client sends; the log has none that writes."""
	before = log.rows(case.name)
	for method in ("save", "db_set", "db_update", "delete", "insert"):
		with pytest.raises((frappe.PermissionError, NotChangeable)):
			run_doc_method(method, docs=frappe.as_json({**document(case).as_dict(), "kind": "closed"}))
	assert log.rows(case.name) == before


@pytest.fixture
def committed(case):
	"""The case where the host's bulk functions, which commit and roll back, find it; taken away afterwards."""
	frappe.db.commit()
	yield case
	frappe.db.rollback()
	remove_cases([case.name])
	frappe.db.commit()


def test_bulk_update_and_bulk_deletion_change_nothing(committed):
	before, note = log.rows(committed.name), note_of(committed)
	row = before[-1].name
	assert submit_cancel_or_update_docs("Stage Log", [row], "update", {"kind": "closed"}) == [row]
	assert submit_cancel_or_update_docs("Stage Log Note", [note.name], "update", {"note": "No"}) == [
		note.name
	]
	for doctype, name in (("Stage Log", row), ("Stage Log Note", note.name), ("Escalation", committed.name)):
		delete_bulk(doctype, [name])
		assert frappe.db.exists(doctype, name)
	assert log.rows(committed.name) == before


# Each way past the document API: one statement, refused by the database itself.
STATEMENTS: dict[str, str] = {
	"update": "UPDATE `tabStage Log` SET kind = 'closed' WHERE name = %(row)s",
	"update capitals only": "UPDATE `tabStage Log` SET attendees = 'ANN FINCH' WHERE name = %(row)s",
	"update a trailing space": "UPDATE `tabStage Log` SET attendees = 'Ann Finch ' WHERE name = %(row)s",
	"update its name": "UPDATE `tabStage Log` SET name = 'other' WHERE name = %(row)s",
	"update its number": "UPDATE `tabStage Log` SET sequence = 77 WHERE name = %(row)s",
	"move it to another case": "UPDATE `tabStage Log` SET escalation = 'other' WHERE name = %(row)s",
	"update its hash": "UPDATE `tabStage Log` SET hash = 'x' WHERE name = %(row)s",
	"blank it": "UPDATE `tabStage Log` SET attendees = '', cell_salts = '{}', redacted = 1 WHERE name = %(row)s",
	"mark it redacted": "UPDATE `tabStage Log` SET redacted = 1 WHERE name = %(row)s",
	"delete": "DELETE FROM `tabStage Log` WHERE name = %(row)s",
	"delete all": "DELETE FROM `tabStage Log`",
	"replace": "REPLACE INTO `tabStage Log` (name, escalation, sequence, kind) VALUES (%(row)s, 'x', 1, 'closed')",
	"insert or update": "INSERT INTO `tabStage Log` (name) VALUES (%(row)s) ON DUPLICATE KEY UPDATE kind = 'closed'",
	"update a note": "UPDATE `tabStage Log Note` SET note = 'Nothing' WHERE stage_log = %(row)s",
	"blank a note": "UPDATE `tabStage Log Note` SET note = '', salt = '', redacted = 1 WHERE stage_log = %(row)s",
	"give a note to another row": "UPDATE `tabStage Log Note` SET stage_log = 'x' WHERE stage_log = %(row)s",
	"delete a note": "DELETE FROM `tabStage Log Note` WHERE stage_log = %(row)s",
	"delete a seal": "DELETE FROM `tabStage Log Seal` WHERE escalation = %(case)s",
	"delete a case": "DELETE FROM `tabEscalation` WHERE name = %(case)s",
}


@pytest.mark.parametrize("way", STATEMENTS)
def test_the_database_refuses_a_statement(case, way):
	given = {"row": row_of(case).name, "case": case.name}
	before = log.rows(case.name), note_of(case).note
	with pytest.raises(Exception, match=REFUSED):
		frappe.db.sql(STATEMENTS[way], given)
	assert (log.rows(case.name), note_of(case).note) == before
	assert frappe.db.exists("Escalation", case.name)
	assert frappe.db.exists("Stage Log Seal", {"escalation": case.name})


@pytest.mark.parametrize(
	"way",
	[
		lambda case: frappe.db.set_value("Stage Log", row_of(case).name, "kind", "closed"),
		lambda case: frappe.db.set_value("Stage Log", {"escalation": case.name}, "visibility", "board"),
		lambda case: frappe.db.delete("Stage Log", {"escalation": case.name}),
		lambda case: frappe.db.set_value("Stage Log Note", note_of(case).name, "note", "Nothing"),
		lambda case: frappe.db.delete("Stage Log Note", {"escalation": case.name}),
		lambda case: frappe.db.delete("Escalation", {"name": case.name}),
	],
)
def test_frappe_db_is_refused_too(case, way):
	before = log.rows(case.name)
	with pytest.raises(Exception, match=REFUSED):
		way(case)
	assert log.rows(case.name) == before


def test_a_permit_lets_through_that_row_and_those_cells_only(case):
	row, other = row_of(case).name, log.rows(case.name)[0].name
	with permits.blanking(other), pytest.raises(Exception, match=REFUSED):
		frappe.db.sql(STATEMENTS["blank it"], {"row": row})
	for statement in ("update", "update its hash", "update its number", "delete"):
		with permits.blanking(row), pytest.raises(Exception, match=REFUSED):
			frappe.db.sql(STATEMENTS[statement], {"row": row})
	with (
		permits.resealing(row),
		pytest.raises(Exception, match=REFUSED),
	):  # it has the present version already
		frappe.db.sql(STATEMENTS["update its hash"], {"row": row})
	with permits.removing("another case"), pytest.raises(Exception, match=REFUSED):
		frappe.db.sql(STATEMENTS["delete"], {"row": row})
	with permits.blanking(row):
		frappe.db.sql(STATEMENTS["blank it"], {"row": row})
	assert row_of(case).attendees == ""


def test_a_permit_ends_with_its_block_whatever_happens(case):
	row = row_of(case).name
	with pytest.raises(ZeroDivisionError), permits.blanking(row), permits.removing(case.name):
		raise ZeroDivisionError
	for statement in ("blank it", "delete"):
		with pytest.raises(Exception, match=REFUSED):
			frappe.db.sql(STATEMENTS[statement], {"row": row})


def test_demo_data_goes_with_its_case(case):
	remove_cases([case.name])
	for doctype in ("Stage Log", "Stage Log Note", "Stage Log Seal"):
		assert not frappe.db.exists(doctype, {"escalation": case.name})
	assert not frappe.db.exists("Escalation", case.name)


def test_a_redaction_takes_the_text_and_its_salt_and_no_hash_moves(case):
	row = row_of(case)
	assert redacting.blank_row(row.name, "Named by mistake", ["attendees"]) == ["attendees"]
	assert redacting.blank_note(note_of_row(row.name), "Named by mistake")
	after = {entry.name: entry for entry in log.rows(case.name)}[row.name]
	assert (after.attendees, after.evidence, after.hash) == ("[redacted]", "Her letter", row.hash)
	assert "attendees" not in after.cell_salts
	assert (after.redacted, after.redacted_reason, after.redacted_by) == (
		1,
		"Named by mistake",
		"Administrator",
	)
	note = frappe.db.get_value("Stage Log Note", {"stage_log": row.name}, ["note", "salt"])
	assert note[0].startswith("[redacted on ")
	assert note[0].endswith(": Named by mistake]")
	assert note[1] == ""
	said = [(entry.kind, entry.relates_to, entry.redacted_cells) for entry in log.rows(case.name)[-2:]]
	assert said == [("redacted", row.name, "attendees"), ("redacted", row.name, "note")]
	assert redacting.blank_row(row.name, "Again", ["attendees"]) == []


def note_of_row(row: str) -> str:
	return frappe.db.get_value("Stage Log Note", {"stage_log": row})


def test_a_redaction_needs_a_reason_and_a_personal_cell(case):
	row = row_of(case).name
	for reason, cells in (
		("", ["attendees"]),
		("  ", ["evidence"]),
		("Right", ["kind"]),
		("Right", ["hash"]),
	):
		with pytest.raises(BadInput):
			redacting.blank_row(row, reason, cells)
	with pytest.raises(BadInput):
		redacting.blank_row("no such row", "Right")
	assert row_of(case).attendees == "Ann Finch"


def test_a_whole_case_is_blanked_under_one_row(case):
	before = [row.hash for row in log.rows(case.name)]
	assert redacting.blank_case(case.name, "Retention period over") == len(before)
	rows = log.rows(case.name)
	assert [row.hash for row in rows[:-1]] == before
	assert {(row.actor, row.actor_name or "[redacted]", row.recorded_by) for row in rows[:-1]} == {
		(None, "[redacted]", "[redacted]")
	}
	assert (rows[-1].kind, rows[-1].relates_to) == ("redacted", redacting.WHOLE_LOG)
	assert CANARY not in str(frappe.db.get_values("Stage Log Note", {"escalation": case.name}, "*"))


def test_the_triggers_are_there_and_made_once(monkeypatch):
	assert triggers.problem() == ""
	made = []
	monkeypatch.setattr(frappe.db, "sql_ddl", made.append)
	triggers.ensure()
	assert made == []


def test_a_new_column_is_guarded_by_the_next_migrate(monkeypatch):
	"""A migrate alters tables; triggers survive that, and are made again with what they did not know."""
	made, columns = [], triggers.columns
	monkeypatch.setattr(triggers, "columns", lambda guard: [*columns(guard), "a_new_column"])
	monkeypatch.setattr(frappe.db, "sql_ddl", made.append)
	triggers.ensure()
	guarded = [guard for guard in triggers.GUARDED if guard.updates]
	assert len(made) == len(guarded)
	assert all("BINARY OLD.`a_new_column` <=> BINARY NEW.`a_new_column`" in statement for statement in made)


def test_triggers_of_another_account_are_made_again_as_ours(monkeypatch):
	"""As a backup of another site brings them."""
	made = []
	monkeypatch.setattr(triggers, "_me", lambda: "somebody@else")
	monkeypatch.setattr(frappe.db, "sql_ddl", made.append)
	triggers.ensure()
	assert len(made) == len(triggers.existing())


def test_a_missing_trigger_is_said(monkeypatch):
	here = triggers.existing()
	here.pop("safeguarding_stage_log_delete")
	monkeypatch.setattr(triggers, "existing", lambda: here)
	assert "safeguarding_stage_log_delete" in triggers.problem()
	monkeypatch.setattr("safeguarding_escalation.compat.has_guarding_triggers", lambda: False)
	assert "no triggers of ours" in triggers.problem()


def test_a_database_that_may_have_no_triggers_is_left_without_and_says_why(monkeypatch):
	def refuse(_statement):
		raise frappe.db.OperationalError(1419, "You do not have the SUPER privilege")

	monkeypatch.setattr(triggers, "existing", dict)
	monkeypatch.setattr(frappe.db, "sql_ddl", refuse)
	triggers.ensure()
	logged = frappe.get_all(
		"Error Log", {"method": ("like", "%safeguarding_stage_log_delete%")}, pluck="error"
	)
	assert any("SUPER privilege" in text for text in logged)
