"""What escalations say of learning and policy, offered to who writes the return: to choose, and to put in other words.

Nothing of it goes into a return by itself. Offered are the cases that the user may read; a text that still names somebody
of its case is refused.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import (
	returns_content,
	returns_counting,
	returns_names,
	returns_people,
	text,
)
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.returns_document import refuse_issued

# Where each field of a case may go in a return.
GOES_TO = {
	"learning": "commentary_learning",
	"policy_gap": "policy_consequence",
	"not_resolved_earlier": "commentary_not_resolved_earlier",
	"dissatisfaction_remaining": "commentary_issues",
}
_PAGE = 200


def offered(name: str) -> list[dict[str, Any]]:
	"""The texts of the escalations that were open in the period: {escalation, reference, field, label, text, names}.

	`names` are those that the text appears to contain, to be taken out. Only of cases that the user may read.
	"""
	doc = frappe.get_doc(returns_people.DOCTYPE, name)
	live = returns_counting.live(doc.board, [returns_content.looked_at(doc)])
	names = sorted(frappe.qb.from_(live).select(live.escalation).run(pluck=True))
	fields = _fields()
	found = []
	for start in range(0, len(names), _PAGE):
		part = {"name": ("in", names[start : start + _PAGE])}
		found += frappe.get_list(
			"Escalation",
			filters=part,
			fields=["name", "reference", *fields],
			order_by="reference asc",
			limit=0,
		)
	return [
		{
			"escalation": row.name,
			"reference": row.reference,
			"field": field,
			"label": fields[field],
			"text": row[field],
			"names": list(returns_names.named_of_case(row[field], row.name)),
		}
		for row in found
		for field in fields
		if row[field]
	]


def _fields() -> dict[str, str]:
	meta = frappe.get_meta("Escalation")
	return {field: meta.get_label(field) for field in GOES_TO}


def adopt(name: str, escalation: str, field: str, words: str) -> dict[str, str]:
	"""Add `words` about a case to the return, where `field` of the case belongs. Returns {field, text}.

	Raises BadInput for words that name somebody of the case, Frozen for an issued return. The caller has asked whether the
	user may read the case.
	"""
	doc = frappe.get_doc(returns_people.DOCTYPE, name)
	refuse_issued(doc)
	if field not in _fields():
		refuse(BadInput, "That is no text that a return takes.")
	said = text.plain(words, "Your words")
	if not said:
		refuse(BadInput, "Write it in your own words first.")
	found = returns_names.named_of_case(said, escalation)
	if found:
		refuse(BadInput, f"This names {' and '.join(found)}. A return names nobody; write it otherwise.")
	place = GOES_TO[field]
	doc.set(place, "\n\n".join(filter(None, (doc.get(place), said))))
	doc.save()
	return {"field": place, "text": doc.get(place)}
