"""After anonymising, no name and no phrase of the case is left in the whole database, nor in the site's files.

Each canary is looked for before too, so that the test can fail. The case is committed: a dump reads what is stored.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import frappe
import pytest
from frappe.model import table_fields

from safeguarding_escalation import permissions
from safeguarding_escalation.api import escalation as api_case
from safeguarding_escalation.api import retention as api
from safeguarding_escalation.api import subject_access
from safeguarding_escalation.permissions import ROWS
from safeguarding_escalation.services import anonymising_figures, chain
from safeguarding_escalation.setup.demo_removal import remove_cases
from safeguarding_escalation.tests import factories

# Of this run alone: what a run that failed has left behind must not be found by the next.
RUN = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(8))
ADULT, FRIEND, MOTHER = f"Zephyrine Quill{RUN}", f"Ottoline Bramble{RUN}", f"Peregrine Quill{RUN}"
SIGNATORY, COLLEAGUE, PRESENT = f"Thaddeus Wren{RUN}", f"Cordelia Night{RUN}", f"Barnaby Fox{RUN}"
BORN = f"18{10 + secrets.randbelow(90)}-07-{10 + secrets.randbelow(19)}"  # a day that stands nowhere else
NUMBER = f"QX-943-476-{RUN}"
TYPED = {"Data", "Small Text", "Text", "Long Text"}
# Set by services, or from lists that the policy gives.
NOT_TYPED = {
	"Escalation": {
		"reference", "current_level", "stage_label", "next_owed_by", "allowed_actions",
		"legal_hold_reason", "legal_hold_by", "retention_reason",
	},
	"Escalation Answer": {"question", "asked_at", "question_key", "options", "clause"},
	"Escalation Copy": {"digest", "duty"},
	"Escalation Nature": {"nature"},
}  # fmt: skip


def typed(doctype: str) -> list[str]:
	"""The fields of a DocType into which people type."""
	left_out = NOT_TYPED.get(doctype, set())
	return [
		field.fieldname
		for field in frappe.get_meta(doctype).fields
		if field.fieldtype in TYPED
		and field.fieldname not in left_out
		and not getattr(field, "is_virtual", 0)
	]


def phrase(doctype: str, field: str) -> str:
	return f"{RUN}{frappe.scrub(doctype)}{field}".replace("_", "")


def phrases(doctype: str, **names: str) -> dict[str, str]:
	return {field: phrase(doctype, field) for field in typed(doctype)} | names


@pytest.fixture
def case(world):
	"""A withdrawn case of nine years ago, with a phrase in every field and a trace in everything that the host keeps."""
	raiser = world.user(world.raising, "Practitioner")
	made = factories.escalation(world, subjects=[phrases("Escalation Subject", subject_name=ADULT, representative_name=FRIEND, local_reference=NUMBER) | {"kind": "Adult", "date_of_birth": BORN}])  # fmt: skip
	colleague = factories.contact(COLLEAGUE, world.responding, "Safeguarding Lead", with_user=False)
	with factories.as_user(raiser):
		api_case.move(made.name, "Raise Concern", occurred_at="2025-03-11 11:00:00")
		api_case.record(
			made.name, "discussed", occurred_at="2025-03-12 10:00:00", note=f"{RUN}note about " + ADULT, actor=colleague,
			source="reported", evidence=f"{RUN}evidence", attendees=PRESENT, mode="phone", relates_to=f"{RUN}matter",
		)  # fmt: skip
		api_case.record(made.name, "copied", occurred_at="2025-03-12 11:00:00", counterpart=colleague, to="Safeguarding Lead", mode="in writing")  # fmt: skip
		traces(made)
		request = subject_access.create("A representative with authority", ADULT, "2025-03-31", requester=FRIEND, authority=f"{RUN}authority")  # fmt: skip
		subject_access.add_case(request["name"], made.name)
		subject_access.gather(request["name"])
		api_case.move(made.name, "Withdraw", reason=f"{RUN}reason")
	fill(made)
	frappe.db.set_value("Escalation", made.name, "completed_at", "2016-03-11 10:00:00", update_modified=False)
	frappe.db.commit()
	yield made.name
	frappe.db.rollback()
	remove_cases([made.name])
	frappe.db.delete("Safeguarding Contact", {"name": colleague})
	frappe.db.commit()


def fill(case):
	"""A phrase in every cell of text of the case and of a row of each table, whatever the policy would say of it."""
	values = phrases("Escalation", counterparty_name=MOTHER)
	frappe.db.set_value("Escalation", case.name, values, update_modified=False)
	for doctype in ROWS:
		wanted = typed(doctype)
		if doctype == "Escalation Subject" or not wanted:
			continue
		names = frappe.get_all(doctype, {"parent": case.name}, pluck="name")
		values = (
			phrases(doctype, signatory_name=SIGNATORY)
			if doctype == "Escalation Signature"
			else phrases(doctype)
		)
		if names:
			frappe.db.set_value(doctype, names[0], values)
			continue
		field = next(
			each.fieldname
			for each in frappe.get_meta("Escalation").get_table_fields()
			if each.options == doctype
		)
		row = frappe.get_doc({"doctype": doctype, "parent": case.name, "parenttype": "Escalation", "parentfield": field, "idx": 1, **values})  # fmt: skip
		row.db_insert()
	asked = {
		"escalation": case.name,
		"what": "stage",
		"stage": 1,
		"state": "confirmed",
		"asked_at": "2025-03-12",
	}
	asked |= phrases("Record Confirmation") | {"doctype": "Record Confirmation"}
	frappe.get_doc(asked).db_insert()
	used = {"escalation": case.name, "state": "used", "confirmation": "none"} | phrases("Response Link")
	frappe.get_doc({"doctype": "Response Link", **used}).db_insert()
	row = {
		"doctype": "Escalation Copy",
		"escalation": case.name,
		**phrases("Escalation Copy"),
		"sent_at": "2025-03-12",
	}
	copy = frappe.get_doc(row)
	copy.db_insert()
	for doctype, more in (("Escalation Copy Text", {"copy": copy.name}), ("Advice Request", {})):
		row = {"doctype": doctype, "escalation": case.name, **phrases(doctype), **more}
		frappe.get_doc(row).db_insert()


def traces(case):
	"""What the host keeps about a case, made as the host makes it."""
	about = {"reference_doctype": "Escalation", "reference_name": case.name}
	case.reload()
	case.flags.ignore_version = False
	case.dispute_summary = f"{RUN}version"
	case.save()
	case.add_comment("Comment", f"{RUN}comment {ADULT}")
	_tagged(case, f"{RUN}tag")
	frappe.get_doc(
		{
			"doctype": "File", "file_name": "Zephyrine letter.txt", "is_private": 1, "content": f"{RUN}file {ADULT}".encode(),
			"attached_to_doctype": "Escalation", "attached_to_name": case.name,
		}
	).insert()  # fmt: skip
	with factories.as_user("Administrator"):
		rows = [
			{"doctype": "Communication", "subject": f"{RUN}subject", "content": f"{RUN}mail {ADULT}", **about},
			{"doctype": "Email Queue", "message": f"{RUN}queue {ADULT}", "sender": "a@example.test", **about},
			{"doctype": "Notification Log", "subject": f"{RUN}bell {ADULT}", "for_user": "Administrator", "document_type": "Escalation", "document_name": case.name},
			{"doctype": "ToDo", "description": f"{RUN}todo", "allocated_to": "Administrator", "reference_type": "Escalation", "reference_name": case.name},
			{"doctype": "Activity Log", "subject": f"{RUN}activity", **about},
			{"doctype": "Error Log", "method": "somewhere", "error": f"{RUN}error {ADULT} {case.name}"},
			{"doctype": "Deleted Document", "deleted_doctype": "Note", "deleted_name": "n", "data": json.dumps({"text": f"{RUN}deleted {ADULT}"})},
			{"doctype": "Access Log", "export_from": "Escalation", "reference_document": case.name, "filters": f"{RUN}export", "user": "Administrator"},
		]  # fmt: skip
		for row in rows:
			# Straight into the table: what earlier versions and other apps left there was masked by nobody.
			document = frappe.get_doc(row)
			document.set_new_name()
			document.db_insert()
		frappe.db.sql(
			"INSERT INTO `__global_search` (doctype, name, content, published, title, route) VALUES (%s, %s, %s, 0, '', '')",
			("Escalation", case.name, f"{RUN}search"),
		)
		frappe.db.sql(
			"REPLACE INTO `__UserSettings` (user, doctype, data) VALUES ('Administrator', 'Escalation', %s)",
			(json.dumps({"List": {"filters": [["Escalation", "name", "like", f"{RUN}filter {ADULT}"]]}}),),
		)


TRACES = (
	"version", "comment", "tag", "subject", "mail", "queue", "bell", "todo", "activity", "error", "deleted", "export",
	"search", "filter", "note", "evidence", "matter", "reason", "authority",
)  # fmt: skip


def _tagged(case, tag):
	"""As cases could be tagged before that was refused."""
	frappe.get_doc({"doctype": "Tag", "name": tag}).insert(ignore_permissions=True)
	given = {
		"document_type": case.doctype,
		"document_name": case.name,
		"parent": case.name,
		"title": case.name,
	}
	frappe.get_doc({"doctype": "Tag Link", "tag": tag, **given}).db_insert()
	frappe.db.set_value(case.doctype, case.name, "_user_tags", f",{tag}", update_modified=False)


def canaries() -> list[str]:
	"""Everything that must be there before and gone after: names, numbers, and a phrase of each field."""
	found = [ADULT, FRIEND, MOTHER, SIGNATORY, COLLEAGUE, PRESENT, NUMBER, BORN]
	found += [f"{RUN}{trace}" for trace in TRACES]
	for doctype in ("Escalation", *ROWS, "Escalation Copy", "Record Confirmation", "Response Link"):
		named = {
			"subject_name",
			"representative_name",
			"local_reference",
			"counterparty_name",
			"signatory_name",
		}
		found += [phrase(doctype, field) for field in typed(doctype) if field not in named]
	return found


def dump() -> list[tuple[str, str]]:
	"""Every row of every table of the site's database, as (table, text): by mariadb-dump, or read one by one without it."""
	program = shutil.which("mariadb-dump") or shutil.which("mysqldump")
	if program is None:
		return list(read_all())
	conf = frappe.conf
	command = [program, f"--user={conf.db_name}", f"--host={conf.db_host or '127.0.0.1'}"]
	command += [f"--port={conf.db_port or 3306}", "--single-transaction", "--skip-extended-insert"]
	command += ["--no-tablespaces", conf.db_name]
	env = {**os.environ, "MYSQL_PWD": conf.db_password}
	made = subprocess.run(command, env=env, capture_output=True, check=True)  # noqa: S603 (the arguments are ours)
	lines = made.stdout.decode("utf-8", "replace").split("\n")
	return [(line.split("`")[1] if line.startswith("INSERT") else "", line) for line in lines]


def read_all() -> Iterator[tuple[str, str]]:
	"""What mariadb-dump would write, for a machine that has none: all tables, the host's own included."""
	tables = frappe.db.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
	for (table,) in tables:
		for row in frappe.db.sql(f"SELECT * FROM `{table}`"):  # noqa: S608 (a name that the database gave)
			yield table, "\t".join(map(str, row))


def held(rows: list[tuple[str, str]], wanted: list[str]) -> dict[str, set[str]]:
	"""Which canaries a dump holds, and in which tables; in any letters."""
	found: dict[str, set[str]] = {}
	lowered = [(each, each.casefold()) for each in wanted]
	for table, text in rows:
		small = text.casefold()
		for each, low in lowered:
			if low in small:
				found.setdefault(each, set()).add(table)
	return found


def in_files() -> list[str]:
	"""The site's files whose name or content holds a canary."""
	found = []
	for folder in ("private", "public"):
		for path in Path(frappe.get_site_path(folder, "files")).rglob("*"):
			text = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
			if RUN.encode() in text:
				found.append(path.name)
	return found


def test_nothing_of_the_people_is_left_in_a_dump_or_on_the_disk_and_the_figures_stand(case):
	wanted = canaries()
	missing = set(wanted) - set(held(dump(), wanted))
	assert not missing, "planted nowhere, so the test could not fail"
	assert len(wanted) > 70
	assert in_files()
	before = anonymising_figures.figures(case)

	rehearsal = api.anonymise(case, "The period has ended")
	assert set(held(dump(), wanted)) == set(wanted), "a dry run changes nothing"
	done = api.anonymise(case, "The period has ended", dry_run=False, expected=rehearsal["digest"])
	frappe.db.commit()

	assert done["rows"] == rehearsal["rows"]
	assert anonymising_figures.figures(case) == before
	left = held(dump(), wanted)
	# The directory of colleagues is no part of a case: it has its own leavers.
	assert left == {COLLEAGUE: {"tabSafeguarding Contact"}}
	assert in_files() == []
	for doctype in ("Escalation", *permissions.RECORDS, *permissions.SECRETS, *ROWS):
		where = {"name" if doctype == "Escalation" else "parent" if doctype in ROWS else "escalation": case}
		assert set(frappe.get_all(doctype, where, pluck="owner")) <= {"Administrator"}, doctype
	assert chain.verify(case).valid, "tombstones do not break the record"
	case_row = frappe.get_doc("Escalation", case)
	assert case_row.anonymised_at
	assert not any(
		case_row.get(field) for field in typed("Escalation") if field not in NOT_TYPED["Escalation"]
	)
	assert [field.fieldtype for field in case_row.meta.fields if field.fieldtype in table_fields]
