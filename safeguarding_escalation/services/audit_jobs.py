"""What a background job reads for somebody: reports that the host mails, lists that it prepares.

Called by Frappe around each job (hooks.py). What a job prints is noted by `lifecycle.before_print`, like every print.
The app's own jobs work on cases and show them to nobody; what they send is in the Escalation Alert and Record Check rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe

from safeguarding_escalation.services import audit, audit_lists
from safeguarding_escalation.services.audit import Note

OURS = "safeguarding_escalation."


def begin(method: str = "", kwargs: Mapping[str, Any] | None = None) -> None:
	"""Before a job: its list queries are watched, unless the job is one of ours."""
	if not _is_ours(method, kwargs):
		audit_lists.watch()


def end(method: str = "", kwargs: Mapping[str, Any] | None = None) -> None:
	"""After a job, its transaction over: note what it has listed, as the user for whom it ran or as “system”.

	A job that cannot be noted fails: what it has queued is not called back, but nobody takes it for done.
	"""
	if _is_ours(method, kwargs) or frappe.db is None:
		return
	cases = {case for each in audit_lists.listed() for case in audit_lists.cases_of(each)}
	if audit.store([Note(case, "list", method.rpartition(".")[2]) for case in sorted(cases)]):
		frappe.db.commit()


def _is_ours(method: str, kwargs: Mapping[str, Any] | None) -> bool:
	# What the scheduler starts is named by an argument.
	return OURS in f"{method} {(kwargs or {}).get('job_type') or ''}"
