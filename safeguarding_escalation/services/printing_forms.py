"""4LSAB's Annex B and Buckinghamshire's Appendix B: one record in two boards' own words.

Both exist for the stage reached (what was agreed, or what comes next) and for the whole escalation (4L-A7).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safeguarding_escalation.services import printing_rows as rows
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_labels import ANNEX_B, APPENDIX_B, labels, source
from safeguarding_escalation.services.printing_log import Line
from safeguarding_escalation.services.printing_words import joined

PRINTED_BLOCKS = 2  # Annex B prints two blocks to sign, and means "all parties"


def annex_b(case: LoadedCase, standing: Sequence[Line], record: dict[str, Any]) -> dict[str, Any]:
	"""4LSAB Annex B: {title, standing, rows, blocks}."""
	policy = source(case, ANNEX_B)
	words = labels(policy)
	signatures, lines = words[7], (words[8:12], words[12:16])
	given = _everybody(case)
	return {
		"part": ANNEX_B.part,
		"title": policy.form_title,
		"standing": rows.standing_of(case),
		"rows": _rows(case, record, words),
		"blocks": [
			rows.block(signatures if not number else "", lines[number % PRINTED_BLOCKS], signature)
			for number, signature in enumerate(given)
		],
	}


def appendix_b(case: LoadedCase, standing: Sequence[Line], record: dict[str, Any]) -> dict[str, Any]:
	"""Buckinghamshire Appendix B: {title, standing, rows, blocks, action_note}."""
	policy = source(case, APPENDIX_B)
	words = labels(policy)
	document = case.document
	given = rows.signed(case)
	others = [signature for signature in given if signature["side"] not in ("raising", "responding")]
	filled = _rows(case, record, words)
	filled[6] = rows.row(words[6], record["disagreement"]["additional_notes"], ("Also signed", _list(others)))
	blocks = []
	for side, agency, at in (
		("raising", document.raising_agency, 7),
		("responding", document.responding_agency, 12),
	):
		# Managers sign; a dispute that ended between practitioners is signed by them, under the same label (BU-A10).
		mine = [signature for signature in given if signature["side"] == side] or [rows.blank(agency or "")]
		blocks += [rows.block(words[at], words[at + 1 : at + 5], signature) for signature in mine]
	return {
		"part": APPENDIX_B.part,
		"title": policy.form_title,
		"standing": rows.standing_of(case),
		"rows": filled,
		"blocks": blocks,
		"action_note": words[17],
	}


def _rows(case: LoadedCase, record: dict[str, Any], words: Sequence[str]) -> list[dict[str, Any]]:
	"""The seven rows that both templates share."""
	resolution = record["resolution"]
	return [
		rows.row(
			words[0],
			rows.names(record),
			("The adult's views and wishes", rows.views_of_the_adult(case)),
			warning=rows.warnings(record),
		),
		rows.row(
			words[1],
			record["disagreement"]["dispute_summary"],
			*rows.dispute(record),
			*rows.views_of_agencies(record),
		),
		rows.row(
			words[2],
			resolution["summary"],
			*rows.resolution(case, record),
			("Proposed, accepted, confirmed", rows.statements(record, "statements")),
			("Stages and next steps", rows.steps(record)),
		),
		rows.row(words[3], rows.copied_to(record), prompt="No copy is recorded."),
		rows.row(words[4], rows.stage_of_resolution(case)),
		rows.row(words[5], rows.time_taken(case)),
		rows.row(words[6], record["disagreement"]["additional_notes"]),
	]


def _everybody(case: LoadedCase) -> list[dict[str, str]]:
	"""Who signed, then a blank for each party that has not, never fewer than the template prints."""
	given = rows.signed(case)
	document = case.document
	parties = [document.raising_agency, document.responding_agency, *(row.agency for row in document.parties)]
	done = {signature["agency"] for signature in given}
	given += [rows.blank(agency) for agency in dict.fromkeys(parties) if agency and agency not in done]
	return given + [rows.blank() for _ in range(PRINTED_BLOCKS - len(given))]


def _list(signatures: Sequence[dict[str, str]]) -> str:
	return "\n".join(
		joined(one["name"], one["title"], one["agency"], rows.side_name(one["side"]), one["date"])
		for one in signatures
	)
