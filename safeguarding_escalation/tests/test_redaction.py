"""Redaction: who may, what stays, and that the text is nowhere in the database afterwards."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.core.doctype.access_log.access_log import make_access_log

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import records
from safeguarding_escalation.permissions import ROWS
from safeguarding_escalation.services import (
	chain,
	errors,
	log,
	printing,
	projection,
	redacting,
	redaction,
	scrubbing,
)
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.setup.demo_removal import remove_cases
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

REASON = "Names a third person"


@pytest.fixture
def case(world):
	made = factories.escalation(world)
	factories.entry(
		made.name, note="Her sister Orla told us.", attendees="Orla Finch", evidence="Orla Finch's letter"
	)
	return made


@pytest.fixture
def governor(world):
	"""The raising agency's Information Governance contact, with access to the case through it."""
	email = factories.user("elm.governance@example.test", "Safeguarding Manager")
	name = factories.contact("Governance of Elmfield", world.raising, "Information Governance", email)
	return email, name


def copied_in(case, contact):
	"""A copy with continuing access: who gets it reads the case from then on."""
	factories.entry(case.name, kind="copied", counterpart=contact)
	with locked(case.name) as loaded:
		projection.refresh(loaded)


def entry_of(case: Any) -> Any:
	return next(row for row in log.rows(case.name) if row.evidence)


def test_whoever_may_not_redact_is_refused_and_nothing_changes(case, world, governor):
	user, _contact = governor
	row = entry_of(case)
	people = [world.user(world.raising, "Practitioner"), world.user(world.other, "Practitioner"), user]
	for somebody in people:  # the last has the capacity, and no access to this case
		with as_user(somebody), pytest.raises(errors.NotYours):
			records.redact(case.name, row.name, REASON)
	assert frappe.db.get_value("Stage Log Note", {"stage_log": row.name}, "redacted") == 0


def test_information_governance_with_access_redacts_and_a_tombstone_shows_everywhere(case, governor):
	user, contact = governor
	copied_in(case, contact)
	row = entry_of(case)
	with as_user(user):
		answer = records.redact(case.name, row.name, REASON, ["note", "attendees"])
		assert answer["cells"] == ["attendees", "note"]
		assert answer["also_in"] == [f"entry {row.sequence}"]  # the letter names her too
		shown = {entry["name"]: entry for entry in api.timeline(case.name)}
		printed = printing.record(case)["chronology"]
	tombstone = shown[row.name]["note"]
	assert tombstone.startswith("[redacted on ")
	assert tombstone.endswith(f": {REASON}]")
	assert (shown[row.name]["redacted"], shown[row.name]["evidence"]) == (REASON, "Orla Finch's letter")
	said = shown[answer["log"]]
	assert (said["kind_label"], said["relates_to"], said["note"]) == (
		"Redacted",
		f"entry {row.sequence}",
		REASON,
	)
	assert said["redacted_cells"] == "attendees, note"
	text = frappe.as_json(printed)
	assert REASON in text
	assert "[redacted]" in text
	assert "sister" not in text
	assert chain.verify(case.name).valid


def test_the_boards_business_manager_redacts_what_the_parties_may_see(case, world):
	office = next(key for key in world.users if key[1] == "Business Manager")
	copied_in(case, world.contact(*office))
	private = factories.entry(
		case.name, visibility="own agency", actor_agency=world.raising, note="Among ourselves"
	)
	with as_user(world.user(*office)):
		records.redact(case.name, entry_of(case).name, REASON)
		with pytest.raises(errors.BadInput, match="not for you to see"):
			records.redact(case.name, private, REASON)
	assert chain.verify(case.name).valid


@pytest.mark.parametrize(
	("change", "message"),
	[
		({"reason": " "}, "Give a reason"),
		({"row": "no such row"}, "no such entry"),
		({"cells": ["hash"]}, "cannot be redacted"),
		({"cells": ["kind"]}, "cannot be redacted"),
		({"cells": ["counterpart_name"]}, "nothing to redact"),
	],
)
def test_a_redaction_that_makes_no_sense_is_refused(case, change, message):
	given = {"escalation": case.name, "row": entry_of(case).name, "reason": REASON, **change}
	with pytest.raises(errors.BadInput, match=message):
		records.redact(**given)


def test_who_may_redact_is_offered_what_holds_a_text_and_no_text(case, world, governor):
	user, contact = governor
	row = entry_of(case)
	with as_user(world.user(world.responding, "Practitioner")), pytest.raises(errors.NotYours):
		records.redactable(case.name)
	copied_in(case, contact)
	with as_user(user):
		assert api.deadlines(case.name)["may_redact"]
		offered = {choice["row"]: choice for choice in records.redactable(case.name)}
		assert offered[row.name]["label"].startswith(f"Entry {row.sequence}: Discussed, ")
		assert [each["cell"] for each in offered[row.name]["cells"]] == ["note", "attendees", "evidence"]
		assert {"cell": "dispute_summary", "label": "Summary of the dispute"} in offered[case.name]["cells"]
		assert offered[case.subjects[0].name]["label"] == "Subject 1"
		assert "Orla" not in frappe.as_json(offered)
		records.redact(case.name, row.name, REASON, "note")
		again = {choice["row"]: choice for choice in records.redactable(case.name)}
		assert [each["cell"] for each in again[row.name]["cells"]] == ["attendees", "evidence"]
	with as_user(world.user(world.raising, "Practitioner")):
		assert not api.deadlines(case.name)["may_redact"]


def test_who_decides_access_keeps_the_name(case, world):
	contact = world.contact(world.other, "Manager")
	for kind, cell in (("recused", "actor_name"), ("copied", "counterpart_name")):
		row = factories.entry(case.name, kind=kind, **{cell: "Sam", cell.removesuffix("_name"): contact})
		with pytest.raises(errors.MoveRefused, match="who may see the case"):
			records.redact(case.name, row, REASON, [cell])
	redacting.blank_case(case.name, "Retention period over")
	actors = {row.kind: row.actor for row in log.rows(case.name)}
	assert actors["recused"] == contact


def test_a_text_is_redacted_once(case):
	row = entry_of(case).name
	records.redact(case.name, row, REASON)
	with pytest.raises(errors.BadInput, match="nothing to redact"):
		records.redact(case.name, row, "Again")


def test_a_row_of_another_case_is_not_reached(case, world):
	other = factories.escalation(world)
	for row in (entry_of(case).name, case.subjects[0].name, case.name):
		with pytest.raises(errors.BadInput, match="no such entry"):
			records.redact(other.name, row, REASON, ["subject_name"])


def test_a_subject_and_a_text_of_the_form_are_redacted_in_a_closed_case_too(case, world):
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(case.name, "Withdraw", reason="Settled between us.")
	before = frappe.db.get_value("Escalation", case.name, "modified")
	answer = records.redact(case.name, case.subjects[0].name, REASON, ["subject_name", "date_of_birth"])
	assert answer["cells"] == ["subject_name"]  # no date of birth was known
	records.redact(case.name, case.name, REASON, '["dispute_summary"]')
	stored = frappe.get_doc("Escalation", case.name)
	assert stored.subjects[0].subject_name == "[redacted]"
	assert stored.dispute_summary.endswith(f": {REASON}]")
	assert stored.modified > before, "an open form with the old text cannot be saved"
	said = [row for row in log.rows(case.name) if row.kind == "redacted"]
	assert [(row.relates_to, row.redacted_cells) for row in said] == [
		("Escalation Subject 1", "subject_name"),
		("Escalation", "dispute_summary"),
	]
	assert chain.verify(case.name).valid


def test_a_redaction_is_noted_in_the_audit_without_a_word_of_the_text(case):
	records.redact(case.name, entry_of(case).name, REASON, ["attendees"])
	rows = frappe.get_all("Escalation Audit", {"escalation": case.name, "action": "redact"}, ["what"])
	assert [row.what for row in rows] == [f"entry {entry_of(case).sequence}: attendees"]


def test_what_can_be_redacted_exists_and_is_text_or_a_date():
	for doctype, cells in redaction.FORM.items():
		assert doctype in (*ROWS, "Escalation", "Escalation Copy", "Advice Request", "Record Confirmation")
		kinds = {frappe.get_meta(doctype).get_field(cell).fieldtype for cell in cells}
		assert kinds <= {"Data", "Small Text", "Text", "Date"}


@pytest.mark.parametrize(
	("text", "stored", "clean"),
	[
		("Orla Finch", "said Orla Finch.", "said [redacted]."),
		("Orla", "Orlando said", "Orlando said"),
		("Zoë O'Hara", '{"a": "Zo\\u00eb O\'Hara"}', '{"a": "[redacted]"}'),
		("Zoë O'Hara", "<p>Zoë O&#39;Hara</p>", "<p>[redacted]</p>"),
		("50% of\nit", "error: '50% of\\nit'", "error: '[redacted]'"),
	],
)
def test_a_text_is_found_however_it_is_written(case, text, stored, clean):
	row = frappe.get_doc({"doctype": "Error Log", "method": "x", "error": stored}).insert()
	scrubbing.scrub(case.name, [text])
	assert frappe.db.get_value("Error Log", row.name, "error") == clean


def test_a_short_name_is_looked_for_in_the_case_alone(case):
	log_row = frappe.get_doc({"doctype": "Error Log", "method": "x", "error": "No Bo here"}).insert()
	comment = case.add_comment("Comment", "Bo was told. Bob was not.")
	scrubbing.scrub(case.name, ["Bo"])
	assert frappe.db.get_value("Error Log", log_row.name, "error") == "No Bo here"
	assert frappe.db.get_value("Comment", comment.name, "content") == "[redacted] was told. Bob was not."


# Where the fixture below puts copies: the test would prove nothing of a table in which none ever was.
HOLDERS = {
	"tabAccess Log", "tabAccess Request Item", "tabComment", "tabCommunication", "tabDeleted Document", "tabEmail Queue", "tabError Log",
	"tabEscalation Subject", "tabStage Log", "tabStage Log Note",
}  # fmt: skip


@pytest.fixture
def committed(world):
	"""A case with a canary in a note and in a subject's name, and copies of both wherever the host keeps some."""
	canary = f"Quillonë{frappe.generate_hash(length=8)}"
	made = factories.escalation(world, subjects=[{"subject_name": f"{canary} Before", "kind": "Adult"}])
	row = factories.entry(made.name, note=f"The sister, {canary}, told us.\nSecond line.", attendees=canary)
	document = frappe.get_doc("Escalation", made.name)
	document.subjects[0].subject_name = canary
	# Not the adult's name, which versions never hold.
	document.dispute_summary = f"Sister {canary[::-1]} disagrees."
	document.save(ignore_version=False)
	document.dispute_summary = f"Her sister, {canary[::-1]}, now disagrees."
	document.save(ignore_version=False)
	_copies(made, canary)
	frappe.db.commit()
	assert tables_with(canary) >= HOLDERS
	assert tables_with(canary[::-1]) >= {"tabVersion", "tabEscalation"}
	yield made, row, canary
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.db.delete("Access Request Item", {"escalation": made.name})
	remove_cases([made.name])
	frappe.db.commit()


def _copies(case: Any, canary: str) -> None:
	case.add_comment("Comment", f"{canary} rang.")
	dropped = case.add_comment("Comment", f"{canary} rang twice.")
	frappe.delete_doc("Comment", dropped.name, force=True)
	about = {"reference_doctype": "Escalation", "reference_name": case.name}
	frappe.get_doc(
		{"doctype": "Communication", "subject": canary, "content": f"<p>{canary}</p>", **about}
	).insert(ignore_permissions=True)
	frappe.sendmail(
		recipients=["a@example.test"], subject=canary, message=f"<p>{canary}</p>", delayed=True, **about
	)
	frappe.get_doc({"doctype": "Error Log", "method": "x", "error": f"note = {canary!r}"}).insert()
	frappe.db.bulk_insert(
		"Access Request Item",
		["name", "escalation", "what", "text"],
		[(frappe.generate_hash(length=10), case.name, "Note of entry 2", f"The sister, {canary}, told us.")],
	)
	make_access_log(doctype="Escalation", document=case.name, page=f"<b>{canary}</b>", method="Print")


def tables_with(canary: str) -> set[str]:
	"""The tables that hold the canary, as it is or as JSON and mails encode it."""
	mail = base64.b64encode(canary.encode()).decode()[:12]
	forms = (canary, json.dumps(canary)[1:-1], canary.replace("ë", "=C3=AB"), mail)
	return {line.split(":")[0] for line in dump() if any(form in line for form in forms)}


def dump() -> Iterator[str]:
	"""Every row of every table of the database as text, bytes decoded: what a backup would hold."""
	tables = frappe.db.sql(
		"SELECT TABLE_NAME FROM information_schema.TABLES"
		" WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'"
	)
	for (table,) in tables:
		for row in frappe.db.sql(f"SELECT * FROM `{table}`"):  # noqa: S608
			cells = [
				cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell) for cell in row
			]
			yield f"{table}: {' | '.join(cells)}"


def test_the_text_is_nowhere_in_the_database_afterwards(committed):
	case, row, canary = committed
	records.redact(case.name, row, REASON, ["note", "attendees"])
	answer = records.redact(case.name, case.subjects[0].name, REASON, ["subject_name"])
	assert answer["also_in"] == []
	records.redact(case.name, case.name, REASON, ["dispute_summary"])
	frappe.db.commit()
	assert tables_with(canary) == tables_with(canary[::-1]) == set()
	assert chain.verify(case.name).valid
