"""A case worth printing, and how tests read what comes out. A plugin of the tests that name it in `pytest_plugins`."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import frappe
import pytest
from frappe.www.printview import get_html_and_style, get_rendered_template
from pypdf import PdfReader

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import pdf
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_boards import at_stage_2

RECORD, CHRONOLOGY = "Redbridge Escalation Record", "Escalation Chronology"
NOTICE = "Escalation Notice"
FORMS = ("4LSAB Annex B", "Stockport Appendix Two", "Buckinghamshire Appendix B", "Suffolk Appendix 1")
FORMATS = (RECORD, CHRONOLOGY, *FORMS, NOTICE)
WITH_DISCUSSIONS = (RECORD, CHRONOLOGY)  # the others print no log
RAISING_SECRET, RESPONDING_SECRET = "Our legal team was asked", "Our insurer was told"


@pytest.fixture(scope="module")
def case(world: factories.World) -> Any:
	"""A case at Stage 2 with talks on both sides, private ones among them; committed, for the web server to see."""
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
		api.record(made.name, "consulted", occurred_at="2025-03-12 11:00:00", note=RAISING_SECRET)
	at_stage_2(world, made, talk="We could not agree on the closure.")
	with as_user(world.user(world.responding, "Manager")):
		api.record(made.name, "consulted", occurred_at="2025-03-19 10:00:00", note=RESPONDING_SECRET)
	frappe.db.commit()
	return frappe.get_doc("Escalation", made.name)


@pytest.fixture(scope="module")
def pdfs(world: factories.World, case: Any) -> dict[str, bytes]:
	"""All prints of the case for the raising practitioner, made once: each takes about a second."""
	with as_user(world.user(world.raising, "Practitioner")):
		return {print_format: pdf.render(case.name, print_format) for print_format in FORMATS}


def html_of(name: str, print_format: str) -> str:
	return get_html_and_style(doc="Escalation", name=name, print_format=print_format)["html"]


def printview(name: str, print_format: str) -> str:
	"""What /printview, frappe.get_print and frappe.attach_print render."""
	found = frappe.get_doc("Escalation", name)
	return get_rendered_template(found, print_format=frappe.get_doc("Print Format", print_format))


def pages(content: bytes) -> list[str]:
	"""The text of each page, white space made single."""
	return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]
