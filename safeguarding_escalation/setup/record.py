"""Brings the log of a site that was made by an older version to the present way of chaining, once.

A case's rows are only chained anew after the old chain has been proved; a case that does not prove stays as it is, and
the daily check says so. Once done it is never done again: what has no seal then is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import frappe
from frappe.utils.password import get_encryption_key

from safeguarding_escalation.services import chain, log, permits, record_checks, reference, sealing
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.setup import created, triggers

_DONE = "sealed record"
CHAIN = ("chain_version", "cell_digests", "cell_salts", "previous_hash", "hash")
# What an unsealed case of an older version lacks by its nature; anything else found in it is a break.
_EXPECTED = {"no seal"}


def ensure() -> None:
	"""Make the key's secret if the site has none, and seal what was written before there were seals."""
	get_encryption_key()
	if created.names(_DONE):
		return
	for case in frappe.get_all("Escalation", pluck="name", order_by="creation asc"):
		upgrade(case)
	reference.remember_removed(reference.missing())  # what was missing before anybody counted
	created.remember(_DONE, "done")


def upgrade(escalation: str) -> bool:
	"""Prove a case's chain as it is, chain it anew, and seal its head; whether that was possible."""
	if frappe.db.exists("Stage Log Seal", {"escalation": escalation}):
		return True
	found = {finding.code for finding in chain.verify(escalation).findings} - _EXPECTED
	if found:
		frappe.log_error(
			title="Safeguarding: the record of a case does not verify",
			message=f"{escalation}: {', '.join(sorted(found))}. It was left as it is, without a seal.",
			reference_doctype="Escalation",
			reference_name=escalation,
		)
		return False
	rows = select("Stage Log", log.COLUMNS, {"escalation": escalation}, order_by="sequence")
	if not any(row.chain_version for row in rows):
		_chain_anew(rows)
	sealing.begin(escalation)
	if rows:
		sealing.advance(escalation, rows[-1].sequence, rows[-1].hash)
	return True


def _chain_anew(rows: Sequence[Any]) -> None:
	previous = ""
	for row in rows:
		before = row.hash
		row.previous_hash = previous
		sealing.seal_row(row)
		previous = row.hash
		if before != row.hash:
			_store(row)


def _store(row: Any) -> None:
	table = frappe.qb.DocType("Stage Log")
	query = frappe.qb.update(table).where(table.name == row.name)
	for column in CHAIN:
		query = query.set(table[column], row[column])
	with permits.resealing(row.name):
		query.run()


def adopt_key() -> dict[str, int]:
	"""Seal with the present key what was sealed with one that is lost for good; says how many were, and were not.

	By hand, and only then: `bench --site X execute safeguarding_escalation.setup.record.adopt_key`. A case is sealed
	anew if nothing but its key is amiss and its chain still ends where the old seal says; any other stays a finding.
	"""
	counts = {"sealed": 0, "left": 0}
	for case in frappe.get_all("Escalation", pluck="name", order_by="creation asc"):
		if {finding.code for finding in chain.verify(case).findings} != {"other key"}:
			continue
		rows = log.rows(case)
		ends = (rows[-1].sequence, rows[-1].hash) if rows else (0, "")
		old = frappe.db.get_value("Stage Log Seal", {"escalation": case}, ["sequence", "head"])
		if (old[0], old[1] or "") == ends:
			sealing.advance(case, *ends)
		counts["sealed" if (old[0], old[1] or "") == ends else "left"] += 1
	return counts


def health() -> record_checks.Health:
	"""For the Setup check: the last check of the record, and whether the database guards it by itself."""
	return replace(record_checks.health(), triggers=triggers.problem())
