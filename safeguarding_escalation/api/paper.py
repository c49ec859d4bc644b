"""What the Desk may call for the paper form of an outage. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import docx, guard, paper_entry, paper_form, pdf


@frappe.whitelist(methods=["GET", "POST"])
def blank_form(board: str, made_as: str = "pdf") -> None:
	"""A blank form of the board's adopted policy as a PDF, or as Word with `made_as` "word"; no word of any case in it.

	Raises NotYours (403) for a user who may raise no concern, BadInput (417) for a board that works by no policy yet.
	"""
	guard.creatable()
	content = paper_form.word(board) if made_as == "word" else paper_form.render(board)
	frappe.local.response.filename = pdf.file_name(
		f"{board} paper form", "docx" if made_as == "word" else "pdf"
	)
	frappe.local.response.filecontent = content
	if made_as == "word":
		frappe.local.response.content_type = docx.CONTENT_TYPE
	frappe.local.response.type = "download" if made_as == "word" else "pdf"


@frappe.whitelist(methods=["POST"])
def enter(escalation: str, entries: list[Any] | str, key: str, form: str | None = None) -> dict[str, Any]:
	"""Type in what was written on paper during an outage: all entries with their own times, or none of them.

	`entries` are rows {kind, occurred_at, stage, level, actor, counterpart, mode, two_way, due_at, note, to, visibility,
	outcome} as `escalation.record` takes them, 1 to 60; `form` is the number written on the paper; `key` is a text of 8
	to 100 characters that the page makes once: the same user's same key stores nothing twice. Returns as
	`escalation.deadlines`, with `entered`. Raises PaperRefused (417, with `problems` [{row, text}]; 0 stands for the
	whole form), BadInput, NotYours (403).
	"""
	guard.writable(escalation)
	return paper_entry.enter(escalation, entries, key, form)


@frappe.whitelist(methods=["POST"])
def raise_from_paper(
	values: dict[str, Any] | str, entries: list[Any] | str, key: str, form: str | None = None
) -> dict[str, Any]:
	"""A new case from a paper form: its answers as `intake.raise_concern` takes them, its entries as `enter` does.

	One transaction and one case for each `key`. Returns and raises as `enter`, and IntakeRefused (417).
	"""
	guard.creatable()
	return paper_entry.raise_from(values, entries, key, form)
