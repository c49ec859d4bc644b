"""The case whose surfaces are tried: a canary in everything that it holds, and one like it that doesn't exist."""

from __future__ import annotations

import secrets
import string
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import frappe
from frappe.utils import now

from safeguarding_escalation import permissions, references
from safeguarding_escalation.api import advice, copies, subject_access
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.matrix_people import Somebody

# What the raising agency alone may find, of all that a reader of the case may.
# What everybody with an account may know: the directory, and the words of tags.
PUBLIC = ("owner", "tag")
INTERNAL = ("internal", "internal_log", "question")


@dataclass(frozen=True)
class Probe:
	"""What a surface is asked about, by label; `rows` are the names of every row of the case, by DocType."""

	values: dict[str, str]
	rows: dict[str, tuple[str, ...]]

	def __getitem__(self, label: str) -> str:
		return self.values[label]

	def row(self, doctype: str) -> str:
		"""One row of `doctype` that every reader of the case may read."""
		return self.values["case"] if doctype == "Escalation" else self.values[f"row of {doctype}"]

	@cached_property
	def secrets(self) -> set[str]:
		"""Everything of the case that nobody else may find."""
		told = {value for label, value in self.values.items() if label not in PUBLIC}
		told |= {name for names in self.rows.values() for name in names}
		return {value for value in told if not _is_number(value)} - {""}

	def plain(self, text: str) -> str:
		"""A text with each value replaced by its label, so that two probes' answers can be compared."""
		for label, value in sorted(self.values.items(), key=lambda pair: -len(pair[1])):
			if value and not _is_number(value):
				text = text.replace(value, f"‹{label}›")
		return text

	def absent(self) -> Probe:
		"""The same of a case that doesn't exist: names of the same shape that stand for nothing."""
		known = {value: _another(value) for value in self.values.values()} | {
			self[label]: self[label] for label in PUBLIC
		}
		return Probe({label: known[value] for label, value in self.values.items()}, {})


def _is_number(value: str) -> bool:
	"""Whether a name is a row's number, which stands in many an answer by chance."""
	return value.isdigit() and len(value) < 10


def _another(value: str) -> str:
	"""A text of the same shape; what stands before the last word of a path or a reference is kept."""
	if _is_number(value):
		return "990000001"
	head, slash, tail = value.rpartition("/")
	stem, dot, suffix = tail.rpartition(".")
	letters = string.hexdigits[:16]
	changed = "".join(secrets.choice(letters) if char.isalnum() else char for char in stem or suffix)
	return f"{head}{slash}{changed}{dot + suffix if stem else ''}"


def made(world: factories.World, people: list[Somebody]) -> Probe:
	"""A raised case that has come to the Chair, with a canary in each text and a row in each DocType about it."""
	words = {
		label: f"{label}q{uuid.uuid4().hex[:10]}"
		for label in (
			"subject",
			"summary",
			"note",
			"internal",
			"comment",
			"content",
			"mail",
			"todo",
			"asked",
			"question",
		)
	}
	case = factories.escalation(
		world,
		dispute_summary=f"The enquiry was closed {words['summary']}.",
		subjects=[{"subject_name": f"Zephyrine {words['subject']}", "kind": "Adult"}],
	).name
	_to_the_chair(world, case, words)
	_stepping_back_and_copying_in(world, case, people)
	sent = _asking_and_copying_once(world, case, people, words)
	_rows(case)
	values = {"case": case, **words, **sent, **_around(world, case, words)}
	values["reference"] = frappe.db.get_value("Escalation", case, "reference")
	values["internal_log"] = frappe.db.get_value(
		"Stage Log", {"escalation": case, "visibility": "own agency"}
	)
	values["owner"] = world.user(world.raising, "Practitioner")
	frappe.db.commit()
	rows = _every_row(case)
	seen = frappe.get_all("Stage Log", {"escalation": case, "visibility": "parties"}, pluck="name")
	notes = frappe.get_all("Stage Log Note", {"stage_log": ("in", seen)}, pluck="name")
	first = {doctype: names[0] for doctype, names in rows.items()} | {
		"Stage Log": seen[0],
		"Stage Log Note": notes[0],
	}
	values |= {f"row of {doctype}": name for doctype, name in first.items() if doctype != "Escalation"}
	return Probe(values, rows)


def _to_the_chair(world: factories.World, case: str, words: dict[str, str]) -> None:
	"""Raised, internally discussed, and escalated stage by stage to the board's Chair."""
	acting = [world.user(world.raising, capacity) for capacity in factories.CAPACITIES]
	with as_user(acting[0]):
		api.move(case, "Raise Concern")
		api.record(case, "discussed", note=f"Spoke on the telephone {words['note']}.", two_way=True)
		api.record(case, "consulted", note=f"Asked our own manager {words['internal']}.")
	for user, stage in zip(acting, (2, 3, 4), strict=True):
		with as_user(user):
			api.record(case, "unresolved")
			api.move(case, f"Escalate to Stage {stage}", reason="Not agreed.")


def _stepping_back_and_copying_in(world: factories.World, case: str, people: list[Somebody]) -> None:
	by_standing = {each.standing: each for each in people}
	copied = frappe.db.get_value("Safeguarding Contact", {"user": by_standing["copied in"].user})
	with as_user(world.user(world.raising, "Senior Manager")):
		api.record(case, "copied", counterpart=copied)
	with as_user(by_standing["recused"].user):
		api.recuse(case, reason="A relative works on that ward.")


def _asking_and_copying_once(
	world: factories.World, case: str, people: list[Somebody], words: dict[str, str]
) -> dict[str, str]:
	"""A question to somebody outside the case, and a copy to somebody who sees that copy alone."""
	contacts = {
		each.standing: frappe.db.get_value("Safeguarding Contact", {"user": each.user})
		for each in people
		if each.standing in ("adviser", "copied once")
	}
	with as_user(world.user(world.raising, "Senior Manager")):
		advice.ask(case, "Whom else would you ask?", contacts["adviser"], visibility="parties")
		asked = advice.ask(case, f"Is this in scope {words['question']}?", contacts["adviser"])["asked"]
		once = {"contact": contacts["copied once"], "print_format": "Escalation Notice"}
		left_out = [{"duty": row["key"], "reason": "Later."} for row in copies.proposed(case)]
		copy = copies.send(case, [once], left_out)["prepared"][0]["copy"]
	# What is sent is the sending agency's alone; here every reader is to find one.
	frappe.db.set_value("Escalation Copy Text", {"copy": copy}, "visibility", "parties")
	return {"advice": asked, "copy": copy}


# What a row of the form cannot be without: a row that no save accepts would keep everybody out alike.
ROWS_OF_THE_FORM = {"Escalation Action": {"action": "Hold the planning meeting"}}


def _rows(case: str) -> None:
	"""A row in each DocType about a case in which the moves themselves have left none."""
	needed = {
		"Escalation Alert": {"clock": "RB.S1.RAISE", "due_at": now(), "rung": "due", "recipient": "somebody"},
		"Escalation Copy": {"recipient_name": "The board's office", "what": "Record"},
		"Related Escalation": {"related_to": case, "relation": "Other"},
		"Record Confirmation": {"what": "stage", "stage": 1, "state": "asked", "contact_name": "Somebody"},
	}
	for doctype, values in needed.items():
		if not frappe.db.exists(doctype, {"escalation": case}):
			frappe.get_doc({"doctype": doctype, "escalation": case, **values}).insert(ignore_permissions=True)
	document = frappe.get_doc("Escalation", case)
	for field in document.meta.get_table_fields():
		if not document.get(field.fieldname):
			row = frappe.new_doc(field.options, parent_doc=document, parentfield=field.fieldname)
			row.update(ROWS_OF_THE_FORM.get(field.options, {}))
			row.db_insert()


def _around(world: factories.World, case: str, words: dict[str, str]) -> dict[str, str]:
	"""Rows of the host's own DocTypes about the case, each made by somebody who may; their names by label."""
	raiser = world.user(world.raising, "Practitioner")
	about = {"reference_doctype": "Escalation", "reference_name": case}
	attached = {"attached_to_doctype": "Escalation", "attached_to_name": case, "is_private": 1}
	with as_user(raiser):
		comment = frappe.get_doc("Escalation", case).add_comment("Comment", words["comment"])
		file = _document("File", file_name=f"{words['content']}.txt", content=words["content"], **attached)
		todo = _inserted(
			"ToDo",
			reference_type="Escalation",
			reference_name=case,
			allocated_to=raiser,
			description=words["todo"],
		)
	mail = _inserted("Communication", subject=words["mail"], content=words["mail"], **about)
	version = _inserted("Version", ref_doctype="Escalation", docname=case, data="{}")
	_inserted("Tag", name=_tag(words))
	link = {"document_type": "Escalation", "document_name": case, "tag": _tag(words), "title": case}
	tag = frappe.get_doc({"doctype": "Tag Link", **link})
	tag.db_insert()  # an older site's: no tag is put on a case any more
	frappe.db.set_value("Escalation", case, "_user_tags", f",{_tag(words)}", update_modified=False)
	with as_user(world.user(world.raising, "Senior Manager")):
		subject_access.create("The adult", words["asked"], frappe.utils.nowdate())
		request = frappe.db.get_value("Access Request", {"subject": words["asked"]})
		subject_access.add_case(request, case)
	return {
		"request": request,
		"comment row": comment.name,
		"file": file.name,
		"file url": file.file_url,
		"todo row": todo,
		"mail row": mail,
		"version": version,
		"tag link": str(tag.name),
		"tag": _tag(words),
	}


def _tag(words: dict[str, str]) -> str:
	return f"tag{words['todo'][-6:]}"


def _document(doctype: str, **values: Any) -> Any:
	return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def _inserted(doctype: str, **values: Any) -> str:
	return str(_document(doctype, **values).name)


def _every_row(case: str) -> dict[str, tuple[str, ...]]:
	"""The names of all rows of the case, by DocType; each of ours about a case must have one."""
	found = {}
	for doctype in permissions.CASE_DOCTYPES:
		field = {"Escalation": "name"}.get(doctype, "parent" if doctype in permissions.ROWS else "escalation")
		found[doctype] = tuple(frappe.get_all(doctype, {field: case}, pluck="name", order_by="creation"))
		assert found[doctype], f"Give the matrix a row of {doctype} (matrix_case.py)."
	return found


def stored(case: str) -> str:
	"""All that is stored of a case and of the host's rows about it, as one text; equal if nothing was changed."""
	frappe.db.rollback()  # sees what the server has committed since
	kept: list[Any] = []
	for doctype, names in _every_row(case).items():
		kept.append((doctype, frappe.get_all(doctype, {"name": ("in", names)}, ["*"], order_by="name")))
	for doctype, (kind, name) in references.REFERENCES.items():
		about = {kind: ("in", permissions.CASE_DOCTYPES), name: ("in", [case])}
		kept.append((doctype, frappe.get_all(doctype, about, ["name", "modified"], order_by="name")))
	return frappe.as_json(kept)
