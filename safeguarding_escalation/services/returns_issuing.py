"""Counting a draft anew, and issuing it: from then on nothing of it changes, by any way."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import returns_content, returns_publishing
from safeguarding_escalation.services.errors import PreviewOutdated, refuse
from safeguarding_escalation.services.returns_document import (
	DOCTYPE,
	ISSUED,
	digest,
	moment,
	refuse_issued,
)


def recount(name: str) -> dict[str, Any]:
	"""Count a draft's figures anew. Returns {changed}: whether one differs. Raises Frozen for an issued return."""
	doc = _locked(name)
	refuse_issued(doc)
	fresh = _fresh(doc)
	changed = fresh != returns_content.stored(doc.figures)
	values = {"figures": returns_content.text_of(fresh), "counted_at": moment()}
	frappe.db.set_value(DOCTYPE, name, values)
	return {"changed": changed}


def issue(name: str) -> dict[str, Any]:
	"""Issue a draft: its figures, both versions, and a digest are kept. Returns {digest}.

	Raises Frozen for one that is issued, PreviewOutdated where a figure is another now than what its draft shows: what is
	issued is what somebody has read.
	"""
	doc = _locked(name)
	refuse_issued(doc)
	fresh = _fresh(doc)
	if fresh != returns_content.stored(doc.figures):
		refuse(
			PreviewOutdated,
			"Figures have changed since this draft was counted. Count again, read it, then issue it.",
		)
	figures = returns_content.text_of(fresh)
	published = returns_content.text_of(returns_publishing.publish(doc, fresh))
	values = {
		"status": ISSUED,
		"figures": figures,
		"published": published,
		"digest": digest(figures, published, doc),
		"issued_at": moment(),
		"issued_by": frappe.session.user,
	}
	frappe.db.set_value(DOCTYPE, name, values)
	return {"digest": values["digest"]}


def verify(name: str) -> bool:
	"""Whether an issued return is what was issued, by its digest."""
	doc = frappe.get_doc(DOCTYPE, name)
	return bool(doc.digest) and doc.digest == digest(doc.figures, doc.published, doc)


def _locked(name: str) -> Any:
	return frappe.get_doc(DOCTYPE, name, for_update=True)


def _fresh(doc: Any) -> dict[str, Any]:
	period = returns_content.looked_at(doc)
	return returns_content.stored(
		returns_content.text_of(returns_content.build(doc.board, doc.scope, doc.period, period))
	)
