"""The blank paper form of a board, for when the system cannot be reached: nothing of any case is on it.

Made from the policy that the board has adopted: the labels of its own template with room to write, its stages and time
limits with lines for date, time, by and to, whom to ring, and a log whose columns are those of the back-entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.engine.clock_words import timing
from safeguarding_escalation.engine.policy_words import who_talks
from safeguarding_escalation.engine.schema import TemplateLabel
from safeguarding_escalation.engine.term_words import owers
from safeguarding_escalation.engine.wording import clause_words, sentence
from safeguarding_escalation.services import (
	docx,
	pdf,
	people,
	policies,
	printing_blocks,
	printing_people,
	ring,
	times,
)
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.printing_words import joined

TEMPLATE = "safeguarding_escalation/templates/prints/paper_form.html"
MARKING = (
	"CONFIDENTIAL once written on: personal information about an adult at risk. Keep it locked away, hand it on by "
	"hand or by secure means, and destroy it by your agency's rules once it has been typed in and checked."
)
LOG_LINES, ACTION_LINES, FEW = 13, 4, 8
_TALL = {
	"long text", "list", "log", "views", "subjects", "attachments", "filed",
}  # fmt: skip
_HEADS = {"boxes": "box", "table": "column", "signatures": "signature"}


def render(board: str) -> bytes:
	"""The form of a board as a PDF with page numbers. Raises BadInput for a board that has adopted no policy."""
	return pdf.document(f"{_known(board)} paper form", html(board))


def word(board: str) -> bytes:
	"""The same form as a Word document. Raises as `render`."""
	return docx.document(f"{_known(board)} paper form", printing_blocks.read(html(board)))


def html(board: str) -> str:
	"""The form as HTML whose every value is escaped. Raises as `render`."""
	name = policies.adopted(_known(board))
	if not name:
		refuse(BadInput, f"{board} has not adopted a policy yet, so there is nothing to print.")
	policy = policies.policy(name)
	return frappe.render_template(TEMPLATE, {"record": _record(policy), "form": form(board, policy)})


def _known(board: Any) -> str:
	if not isinstance(board, str) or not frappe.db.exists(
		"Safeguarding Board", {"name": board, "disabled": 0}
	):
		refuse(BadInput, "Which board? Choose one of the boards of this site.")
	return str(board)


def _record(policy: Policy) -> dict[str, Any]:
	"""What every print shows around its pages, without a case."""
	row = people.acting_contact(frappe.session.user)
	name = row.contact_name if row else frappe.utils.get_fullname(frappe.session.user)
	by = joined(name, row.agency if row else "")
	return {
		"reference": "Paper form",
		"policy": joined(policy.title, policy.edition, by=" – "),
		"printed": {"by": by, "at": times.show(times.now())},
	}


def form(board: str, policy: Policy) -> dict[str, Any]:
	"""{board, title, marking, emergency, groups, stages, ring, log, …}: texts and lists, and nothing of a case."""
	groups = ring.directory(board=board)["groups"]
	return {
		"board": printing_people.board_name(board),
		"title": policy.form_title or "Record of escalation",
		"marking": MARKING,
		"emergency": ring.EMERGENCY["advice"],
		"groups": list(_groups(policy)),
		"before": [_time_limit(policy, clock) for clock in policy.clocks if not clock.stage],
		"stages": [_stage(policy, stage) for stage in policy.stages],
		"ring": [*_offices(groups), *_people(groups)],
		"log": [""] * LOG_LINES,
	}


def _stage(policy: Policy, stage: Any) -> dict[str, Any]:
	return {
		"label": stage.label,
		"who": sentence(who_talks(stage)),
		"guidance": stage.guidance,
		"clause": clause_words(stage.clause),
		"clocks": [_time_limit(policy, clock) for clock in policy.clocks if clock.stage == stage.number],
	}


def _time_limit(policy: Policy, clock: Any) -> dict[str, str]:
	return {
		"label": clock.label or clock.id,
		"time": sentence(timing(policy, clock)),
		"by": owers(policy, clock.owed_by) if clock.owed_by.strip() else "",
		"clause": clause_words(clock.clause),
	}


def _groups(policy: Policy) -> Iterator[dict[str, Any]]:
	"""The labels of the board's template, each as what it is on paper: {kind, label, parts}.

	kind: line, tall, note, boxes, table, block; `parts` are the boxes, the columns or the lines to sign under a label.
	"""
	rows = sorted(policy.template_labels, key=lambda row: row.order)
	while rows:
		first = rows.pop(0)
		parts = []
		within = _HEADS.get(first.kind)
		while within and rows and rows[0].kind == within and not _starts_anew(within, rows[0], parts):
			parts.append(rows.pop(0).label)
		yield {
			"kind": _on_paper(first, parts),
			"label": first.label,
			"parts": parts,
			"lines": [""] * ACTION_LINES,
		}


def _starts_anew(within: str, row: TemplateLabel, parts: list[str]) -> bool:
	"""Whether a line to sign begins another person's block: Annex B's second "Name:"."""
	return within == "signature" and row.label in parts


def _on_paper(row: TemplateLabel, parts: list[str]) -> str:
	if parts:
		return {"boxes": "boxes", "table": "table"}.get(row.kind, "block")
	if row.kind == "note":
		return "note"
	return "tall" if row.kind in _TALL else "line"


def _offices(groups: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
	for group in groups:
		if group["phone"] or group["out_of_hours"]:
			yield {"who": group["name"], "office": group["phone"], "out_of_hours": group["out_of_hours"]}


def _people(groups: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
	"""The board's own posts, and who leads on safeguarding in one's own agency."""
	for group in groups:
		if group["kind"] not in ("own", "board"):
			continue
		for person in group["people"][:FEW]:
			if person["phone"] or person["out_of_hours"]:
				yield {
					"who": joined(person["name"], person["job_title"] or person["capacity"], group["name"]),
					"office": person["phone"],
					"out_of_hours": person["out_of_hours"],
				}
