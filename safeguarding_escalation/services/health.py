"""The clock health check: its run each day and on demand, what it leaves behind, its page, and a repair.

Each run leaves a Health Check, so that one which did not run is seen too (`services.health_banner`). A case is named by
its reference alone, and nobody by name.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.services import (
	health_cases,
	health_site,
	health_telling,
	heartbeat,
	projection,
	projection_check,
	setup_check,
	times,
)
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.services.health_finding import Finding, from_dict
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.setup_check_line import TODO

DOCTYPE = "Health Check"
SCHEDULER = "the scheduler"
SOUND, TO_LOOK_AT, NOT_SOUND = "sound", "to look at", "not sound"
# Findings that are written down; what is more is counted.
LISTED = 500
# Up to this many open cases are checked while somebody waits for it.
AT_ONCE = 100


@dataclass(frozen=True)
class Stored:
	"""A Health Check as it was kept: when, its verdict and sentence, its lines, and when each finding was told of."""

	name: str
	at: datetime
	verdict: str
	sentence: str
	findings: tuple[Finding, ...]
	told: dict[str, str]


def run(asked_by: str = "") -> dict[str, Any]:
	"""Check everything, keep the result, tell whom it concerns of what is new, and note that it was done.

	Returns name, verdict, sentence, cases, faults, warnings, alerted. The caller commits.
	"""
	started = time.monotonic()
	seen = health_cases.Seen()
	findings = [line for check in health_site.CHECKS for line in _made(check)]
	findings += _made(health_cases.check, seen)
	kept = _keep(findings, seen.cases, asked_by, tell=True, seconds=time.monotonic() - started)
	heartbeat.beat("health")
	return kept


def _made(check: Callable[..., Iterable[Finding]], *given: Any) -> list[Finding]:
	"""The lines of one check; one that breaks becomes a finding and stops no other."""
	try:
		return list(check(*given))
	except Exception:
		error = frappe.log_error(title=f"Clock health: {check.__name__}")
		return [
			Finding(
				key=f"broken:{check.__name__}",
				group="This check itself",
				title=check.__name__.replace("_", " ").capitalize(),
				state=TODO,
				found="This part of the check could not be worked out.",
				todo=f"Open the Error Log {getattr(error, 'name', '')} and tell whoever looks after this server.",
				link="/app/error-log",
				grave=True,
			)
		]


def _keep(
	findings: list[Finding],
	cases: int,
	asked_by: str,
	*,
	tell: bool = False,
	seconds: float = 0.0,
	repairs: Any = None,
) -> dict[str, Any]:
	before = last()
	wrong = [each for each in findings if each.is_wrong]
	faults = sum(each.grave for each in wrong)
	warnings = len(wrong) - faults
	told = health_telling.known(wrong, before.told if before else {})
	check = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"checked_at": times.stored(times.now()),
			"verdict": NOT_SOUND if faults else TO_LOOK_AT if warnings else SOUND,
			"sentence": _sentence(faults, warnings, cases),
			"cases": cases,
			"faults": faults,
			"warnings": warnings,
			"seconds": round(seconds, 3),
			"asked_by": asked_by or frappe.session.user,
			"findings": json.dumps([each.as_dict() for each in _listed(findings)]),
			"repairs": json.dumps(repairs) if repairs else "",
		}
	)
	check.flags.appended = True
	check.set_new_name()
	letters = health_telling.tell(check, wrong, told) if tell else health_telling.Told(told, 0)
	check.update(
		{
			"told": json.dumps(letters.told),
			"alerted": letters.people,
			"alerted_at": check.checked_at if letters.people else None,
		}
	)
	check.insert(ignore_permissions=True, set_name=check.name)
	wanted = ("name", "verdict", "sentence", "cases", "faults", "warnings", "alerted")
	return {key: check.get(key) for key in wanted}


def _listed(findings: list[Finding]) -> list[Finding]:
	"""What is written down: all lines but those that are many, of which the first are enough to act on."""
	ordered = sorted(findings, key=lambda each: (not (each.is_wrong and each.grave), not each.is_wrong))
	return ordered[:LISTED]


def _sentence(faults: int, warnings: int, cases: int) -> str:
	over = "1 open case" if cases == 1 else f"{cases:,} open cases"
	if not faults and not warnings:
		return f"Clocks, alerts and dates are in order, over {over}."
	parts = []
	if faults:
		parts.append("1 fault" if faults == 1 else f"{faults:,} faults")
	if warnings:
		parts.append("1 thing to look at" if warnings == 1 else f"{warnings:,} things to look at")
	return f"{' and '.join(parts)}, over {over}."


def last() -> Stored | None:
	"""The last Health Check; None where there is none. One row."""
	table = frappe.qb.DocType(DOCTYPE)
	columns = (table.name, table.checked_at, table.verdict, table.sentence, table.findings, table.told)
	rows = (
		frappe.qb.from_(table)
		.select(*columns)
		.orderby(table.checked_at, order=frappe.qb.desc)
		.orderby(table.creation, order=frappe.qb.desc)
		.limit(1)
		.run(as_dict=True)
	)
	if not rows:
		return None
	row = rows[0]
	return Stored(
		name=row.name,
		at=times.aware(row.checked_at),
		verdict=row.verdict,
		sentence=row.sentence or "",
		findings=tuple(from_dict(each) for each in json.loads(row.findings or "[]")),
		told=json.loads(row.told or "{}"),
	)


def ask(user: str) -> dict[str, Any]:
	"""Check now, while the user waits where that is short, else in the background. Returns {started, waiting}.

	`waiting` says that the result comes later: the page asks again.
	"""
	open_cases = frappe.db.count("Escalation", {"workflow_state": ("not in", health_cases.ENDED)})
	if open_cases <= AT_ONCE:
		run(asked_by=user)
		return {"waiting": False}
	frappe.enqueue(
		"safeguarding_escalation.services.health.run",
		queue="long",
		job_id=f"safeguarding-health:{frappe.local.site}",
		deduplicate=True,
		asked_by=user,
	)
	return {"waiting": True}


def look(user: str) -> dict[str, Any]:
	"""The last check as the page shows it to a user: all of it, or what concerns the boards that they manage.

	Returns verdict, sentence, at (text), checked_at (ISO), groups [{title, lines}], counts {faults, warnings, fine},
	left_out (findings about cases that the user may not read yet), whole_site and may_repair. `verdict` is '' where
	nothing was ever checked.
	"""
	whole = setup_check.sees_everything(user)
	stored = last()
	findings = list(stored.findings) if stored else []
	shown, left_out = (findings, 0) if whole else health_telling.of_boards(findings, user)
	groups: dict[str, list[dict[str, Any]]] = {}
	for each in sorted(shown, key=_order):
		groups.setdefault(each.group, []).append(each.as_dict())
	wrong = [each for each in shown if each.is_wrong]
	faults = sum(each.grave for each in wrong)
	return {
		"verdict": "" if stored is None else NOT_SOUND if faults else TO_LOOK_AT if wrong else SOUND,
		"sentence": stored.sentence if stored and whole else "",
		"at": times.show(stored.at) if stored else "",
		"checked_at": times.json_date(stored.at) if stored else None,
		"groups": [{"title": title, "lines": lines} for title, lines in groups.items()],
		"counts": {"faults": faults, "warnings": len(wrong) - faults, "fine": len(shown) - len(wrong)},
		"left_out": left_out,
		"whole_site": whole,
		"may_repair": whole,
	}


def _order(each: Finding) -> tuple[bool, bool]:
	return not (each.is_wrong and each.grave), not each.is_wrong


def repair(escalation: str, user: str) -> dict[str, Any]:
	"""Compute one case anew from its log and policy, for an administrator, and keep old and new values.

	Returns reference, changed: [{clock, instance, field, stored, wanted}] and left, the findings that stay (titles).
	Raises NotYours, and BadInput for a case that is not open. The caller commits.
	"""
	if not setup_check.sees_everything(user):
		refuse(NotYours, "Only an administrator computes a case anew.")
	row = health_cases.row_of(escalation)
	if row is None:
		refuse(BadInput, "There is no such open case. Check again: it may have been closed meanwhile.")
	with locked(escalation) as case:
		found = [each.as_texts() for each in projection_check.differences(case)]
		alerts = _alert_values(case)
		projection.refresh(case)
	fresh = health_cases.of(row, health_cases.Seen())
	changed = [*found, *_moved_alerts(alerts, escalation)]
	stored = last()
	others = [each for each in stored.findings if each.escalation != escalation] if stored else []
	_keep(
		[*others, *fresh],
		frappe.db.count("Escalation", {"workflow_state": ("not in", health_cases.ENDED)}),
		user,
		repairs={"reference": row.reference, "changed": changed},
	)
	return {"reference": row.reference, "changed": changed, "left": [each.title for each in fresh]}


def _alert_values(case: Any) -> dict[tuple[str, str], Any]:
	return {key: row.next_alert_at for key, row in projection_check.stored(case).items()}


def _moved_alerts(before: dict[tuple[str, str], Any], escalation: str) -> list[dict[str, str]]:
	"""Where a refresh has set the next alert of a row that was there already."""
	after = projection_check.read(escalation)
	moved = [
		projection_check.Difference(
			clock, instance, "next_alert_at", before[clock, instance], row.next_alert_at
		)
		for (clock, instance), row in after.items()
		if (clock, instance) in before and before[clock, instance] != row.next_alert_at
	]
	return [each.as_texts() for each in moved]
