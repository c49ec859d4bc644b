"""The parties of a case: each agency and its side, kept in step with the agencies of the form."""

from __future__ import annotations

from typing import Any


def ensure(doc: Any) -> None:
	"""One Escalation Party row for the raising and the responding agency, with its lead and team."""
	for side in ("raising", "responding"):
		agency = doc.get(f"{side}_agency")
		if not agency:
			continue
		row = next((row for row in doc.parties if row.agency == agency), None)
		if row is None:
			row = doc.append("parties", {"agency": agency})
		row.side = side
		row.lead = doc.get(f"{side}_lead") or row.lead
		row.team = doc.get(f"{side}_team") or row.team
	_drop_replaced(doc)


def _drop_replaced(doc: Any) -> None:
	"""In a draft an agency chosen by mistake leaves with its row; other agencies entered by hand stay."""
	before = doc.get_doc_before_save()
	if before is None or before.workflow_state != "Draft":
		return
	now = {doc.raising_agency, doc.responding_agency}
	replaced = {before.raising_agency, before.responding_agency} - now
	doc.parties = [row for row in doc.parties if row.agency not in replaced]
	for index, row in enumerate(doc.parties, 1):
		row.idx = index
