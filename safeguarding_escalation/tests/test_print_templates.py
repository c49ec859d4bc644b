"""The templates of prints: every value escaped, no call, no database; and the Print Format records."""

from __future__ import annotations

from pathlib import Path

import frappe
import pytest
from jinja2 import Environment, nodes

import safeguarding_escalation
from safeguarding_escalation.services import pdf
from safeguarding_escalation.tests.print_cases import FORMATS

PACKAGE = Path(safeguarding_escalation.__file__).parent
TEMPLATES = sorted(
	[*PACKAGE.glob("templates/prints/*.html"), *PACKAGE.glob("safeguarding/print_format/*/*.html")]
)


def violations(source: str) -> list[str]:
	"""What a template of ours may not do: put out a value unescaped, call anything, switch escaping."""
	tree = Environment(autoescape=False).parse(source)  # noqa: S701 (only parsed)
	found = []
	for output in tree.find_all(nodes.Output):
		for value in output.nodes:
			escaped = isinstance(value, nodes.Filter) and value.name in ("e", "escape")
			if not escaped and not isinstance(value, nodes.TemplateData):
				found.append(f"line {value.lineno}: a value without |e")
	banned = (nodes.Call, nodes.ScopedEvalContextModifier, nodes.Macro, nodes.CallBlock)
	found += [f"line {node.lineno}: {type(node).__name__}" for node in tree.find_all(banned)]
	found += [
		f"line {node.lineno}: |{node.name}"
		for node in tree.find_all(nodes.Filter)
		if node.name not in ("e", "escape")
	]
	used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
	own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
	given = {"doc", "record", "title", "rows", "text", "statements", "form", "row", "box", "marking"}
	return found + [f"uses {name}" for name in sorted(used - own - given)]


def test_there_are_templates() -> None:
	assert {path.stem for path in TEMPLATES} >= {
		"redbridge_escalation_record",
		"escalation_chronology",
		"head",
	}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_escapes_every_value_and_asks_no_database(path: Path) -> None:
	assert violations(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
	("planted", "caught"),
	[
		("<p>{{ record.reference }}</p>", "without |e"),
		("{{ record.reference|e ~ record.note }}", "without |e"),
		("{{ record.reference|e|safe }}", "without |e"),
		("{{ record.note|upper|e }}", "|upper"),
		("{% if frappe.db.get_value('User', 'x') %}{% endif %}", "Call"),
		("{% for row in doc.get_all_children() %}{% endfor %}", "Call"),
		("{% for row in frappe.session %}{{ row|e }}{% endfor %}", "uses frappe"),
		("{% autoescape false %}{{ record.reference|e }}{% endautoescape %}", "ScopedEvalContextModifier"),
	],
)
def test_a_planted_violation_is_caught(planted: str, caught: str) -> None:
	assert any(caught in line for line in violations(planted)), violations(planted)


@pytest.mark.parametrize("print_format", FORMATS)
def test_the_formats_are_standard_ones_of_the_module(print_format: str) -> None:
	stored = frappe.get_doc("Print Format", print_format)
	assert (stored.doc_type, stored.module, stored.standard) == ("Escalation", "Safeguarding", "Yes")
	assert (stored.custom_format, stored.print_format_type, stored.disabled) == (1, "Jinja", 0)
	assert pdf.is_ours("Escalation", print_format)
