"""Nothing is missing from the matrix: no function of ours or of the host's, no DocType of ours."""

from __future__ import annotations

import ast
import csv
import json
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import frappe
import pytest

from safeguarding_escalation import hooks, permissions
from safeguarding_escalation.tests import figures
from safeguarding_escalation.tests.matrix_surface import WHOLE
from safeguarding_escalation.tests.test_matrix import SURFACES

HERE = Path(__file__).parent
PACKAGE = HERE.parent
METHODS = {surface.method for surface in SURFACES}
# Our functions that no case is named to, and that show nothing of any.
NOT_ABOUT_A_CASE = {
	"calendar.apply": "numbers of what moves, for who decides for the board (test_calendar_change)",
	"calendar.moved": "cases that the caller may read, one by one (test_calendar_change)",
	"calendar.preview": "cases that the caller may read, one by one (test_calendar_change)",
	"calendar.withdraw": "a draft of a board's own manager (test_calendar_change)",
	"health.banner": "whether alerts go out; names no case (test_health_banner)",
	"health.check": "for administrators and Business Managers: starts a check (test_health)",
	"health.look": "for administrators and Business Managers, of the cases that they may read (test_health)",
	"handover.hand_over_all": "a colleague's cases, by number alone (test_handover)",
	"intake.options": "boards, agencies and lists of the policies",
	"intake.preview": "the answers that the user gives; writes nothing (test_intake)",
	"intake.raise_concern": "makes a case of the user's own (test_intake)",
	"intake.suggest": "boards and people of the directory",
	"paper.blank_form": "a blank form of a board's policy, with the directory's numbers (test_paper)",
	"paper.raise_from_paper": "makes a case of the user's own (test_paper)",
	"policy.adopt": "a board's policy",
	"policy.compare": "two policies",
	"policy.copy": "a policy",
	"policy.diagram": "a policy",
	"policy.effects": "for the board's own manager (test_adoption)",
	"policy.example": "a policy",
	"policy.read_back": "the policy that the user writes",
	"policy.start": "the policy that the user begins",
	"policy.reviewed": "a policy, for its next version",
	"policy.of_board": "what a board works by",
	"policy.add_board": "a board that has no case yet (test_sixth_board)",
	"policy.vocabulary": "words of the policies",
	"policy.words": "the policy that the user writes",
	"records.verify_all": "for administrators: numbers and the names of broken records (test_record_checks)",
	**dict.fromkeys(
		(f"returns.{name}" for name in ("show", "recount", "issue", "rows", "texts", "export", "pdf")),
		"figures of a board, for its own Business Manager and Chair; rows by get_list (test_returns)",
	),
	"simulator.choices": "boards and policies that the caller may read",
	"simulator.export": "as simulator.run",
	"simulator.run": "past cases that the caller may read, for who decides for the board (test_simulator)",
	**dict.fromkeys(
		(f"response.{name}" for name in ("send_code", "open", "record", "answer")),
		"for guests with a link and its code alone (test_response_link, test_response_http)",
	),
	"lists.refused_looks": "a number of rows of the audit (test_workspaces)",
	"lists.verify_contact": "an entry of the directory (test_ring)",
	"setup_check.card": "for administrators: a number of the setup check's lines, findings, mails, contacts (test_workspaces)",
	"setup_check.lines": "for administrators: what is in order on the site (test_setup_check)",
	"subject_access.create": "takes down a request to the user's own agency (test_subject_access)",
}
# DocTypes of ours that hold nothing of a case, or have a test of their own for who sees them.
ELSEWHERE = {
	"Access Request": "test_subject_access", "Access Request Case": "test_subject_access",
	"Access Request Item": "test_subject_access", "Board Return": "figures of a board",
	"Escalation Audit": "test_audit", "Partner Agency": "directory", "Safeguarding Board": "directory",
	"Record Check": "test_record_checks", "Safeguarding Board Policy": "directory", "Safeguarding Contact": "directory",
	"Alert Preference": "each user their own (test_digests)", "Partner Agency Team": "directory",
	"Safeguarding Absence": "test_absences", "Safeguarding Contact Capacity": "directory", "Safeguarding Settings": "settings",
	"Calendar Change": "working days of a board", "Known Bank Holidays": "days of the year",
	"Health Check": "references and clocks, no name; for administrators (test_health)",
	"Response Link": "nobody lists one (test_response_link)",
	"Safeguarding Heartbeat": "when something last ran; for administrators (test_heartbeat)",
}  # fmt: skip
POLICY = ("Board Policy", "Policy ")
ABOUT = {
	"args", "dn", "doc", "doc_name", "docname", "docnames", "docs", "doctype", "dt", "items", "name", "names",
	"reference_doctype", "reference_name", "source_name", "source_names",
}  # fmt: skip


def whitelisted(folder: Path) -> Iterator[tuple[str, set[str]]]:
	"""Each function below `folder` that a client may call, by its full name, with its arguments' names."""
	for path in sorted(folder.rglob("*.py")):
		if "tests" in path.parts or path.name.startswith("test_"):
			continue
		module = path.relative_to(folder.parent).with_suffix("").as_posix().replace("/", ".")
		text = path.read_text("utf-8")
		if "whitelist" in text:
			yield from _functions(ast.parse(text), module.removesuffix(".__init__"))


def _functions(tree: ast.AST, within: str) -> Iterator[tuple[str, set[str]]]:
	for node in ast.iter_child_nodes(tree):
		if isinstance(node, ast.ClassDef):
			yield from _functions(node, f"{within}.{node.name}")
		elif isinstance(node, ast.FunctionDef):
			names = [ast.unparse(item).partition("(")[0] for item in node.decorator_list]
			if "frappe.whitelist" in names or "whitelist" in names:
				given = node.args
				yield (
					f"{within}.{node.name}",
					{item.arg for item in (*given.posonlyargs, *given.args, *given.kwonlyargs)},
				)


def test_every_function_of_ours_is_tried_or_says_why_not():
	found = {name for name, _ in whitelisted(PACKAGE)}
	in_place = {target: host for host, target in hooks.override_whitelisted_methods.items()}
	assert found
	missing = [
		name
		for name in sorted(found)
		if name not in METHODS
		and name.removeprefix("safeguarding_escalation.api.") not in NOT_ABOUT_A_CASE
		and name not in in_place
	]
	assert missing == [], "Give each a surface in matrix_ours.py."
	stale = set(NOT_ABOUT_A_CASE) - {name.removeprefix("safeguarding_escalation.api.") for name in found}
	assert stale == set()


def test_every_host_function_that_we_replace_is_tried(host):
	tried = METHODS | {"frappe.client.validate_link_and_fetch"}  # version 16's name of validate_link
	assert set(hooks.override_whitelisted_methods) - tried == set()


@pytest.fixture(scope="module")
def host(site) -> dict[str, set[str]]:
	return dict(whitelisted(Path(frappe.__file__).parent))


def test_every_function_of_the_host_is_tried_or_says_why_not(host):
	with (HERE / "matrix_host.csv").open(encoding="utf-8", newline="") as file:
		excluded = {row["functions"]: row["why no surface"] for row in csv.DictReader(file)}
	assert all(excluded.values())
	left = [
		name
		for name in sorted(host)
		if name not in METHODS and not any(fnmatchcase(name, pattern) for pattern in excluded)
	]
	about_a_document = [name for name in left if host[name] & ABOUT]
	tried = len(set(host) & METHODS)
	figures.say(
		f"matrix: {len(host)} functions of Frappe {frappe.__version__}, {tried} tried, "
		f"{len(host) - tried - len(left)} excluded with a reason, new and about no document: {left or 'none'}"
	)
	assert len(host) > 300
	assert about_a_document == [], "Give each a surface, or a line in matrix_host.csv."


def test_every_doctype_of_ours_is_tried_or_says_why_not():
	found = {content["name"] for content in _doctypes()}
	known = {*permissions.CASE_DOCTYPES, *ELSEWHERE}
	assert {name for name in found - known if not name.startswith(POLICY)} == set()
	assert known - found == set()


def _doctypes() -> Iterator[dict]:
	for path in sorted((PACKAGE / "safeguarding" / "doctype").glob("*/*.json")):
		yield json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize(
	"content",
	[content for content in _doctypes() if content["name"] in permissions.GUARDED_DOCTYPES],
	ids=lambda content: content["name"],
)
def test_a_doctype_about_a_case_is_not_shown_in_ways_that_ask_no_permission_of_a_row(content):
	for setting in (
		"allow_import", "allow_auto_repeat", "allow_guest_to_view", "has_web_view", "is_tree", "is_submittable",
		"is_calendar_and_gantt", "allow_events_in_timeline", "email_append_to", "index_web_pages_for_search",
		"make_attachments_public", "queue_in_background", "protect_attached_files_off", "is_published_field",
	):  # fmt: skip
		assert not content.get(setting), setting
	for field in content["fields"]:
		for setting in ("in_global_search", "in_preview", "show_dashboard"):
			assert not field.get(setting), (field["fieldname"], setting)
	for row in content["permissions"]:
		for right in ("share", "export", "import", "email", "delete", "submit", "cancel", "amend"):
			assert not row.get(right), (row["role"], right)


def test_every_surface_has_a_name_of_its_own_and_those_for_everybody_are_there():
	names = Counter(surface.name for surface in SURFACES)
	assert [name for name, count in names.items() if count > 1] == []
	assert WHOLE - set(names) == set()
