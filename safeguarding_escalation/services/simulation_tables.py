"""What a simulation shows and what it exports: tables of references, stages, clocks, dates and agencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import frappe

from safeguarding_escalation.engine.simulator import GONE, MOVED, NEW, SAME, Outcome, Replayed, Tally
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.simulating import MOST, Run

# Rows that the page shows; an export holds all of them.
SHOWN = 200
CSV, XLSX = "csv", "xlsx"
CLOCKS, SUMS, ALERTS = TABLES = ("clocks", "sums", "alerts")
STATUS = {
	"not_started": "not started", "running": "running", "due_soon": "running", "overdue": "overdue", "met": "in time",
	"met_late": "late", "missed": "not done",
}  # fmt: skip
CHANGE = {SAME: "same date", MOVED: "other date", NEW: "only in the draft", GONE: "not in the draft"}
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shown(run: Run) -> dict[str, Any]:
	"""The page's data: title, notes, total, local_targets, stages, parties, rows, more, load, not_replayed, relabelled.

	`rows` are the clocks that change, late ones first, at most SHOWN; `more` is how many others there are. `load` is
	[{day (ISO), before, after}], a row for each day on which either has an alert.
	"""
	found = run.simulation
	changed = sorted((row for row in found.rows if row.change != SAME), key=_rank)
	return {
		"title": run.policy.title,
		"notes": notes(run),
		"cases": found.cases,
		"total": asdict(found.total()),
		"local_targets": asdict(found.local_targets()),
		"stages": [
			{"stage": stage_name(run, number), **asdict(tally)} for number, tally in found.by_stage().items()
		],
		"parties": [
			{"role": role, "agency": agency, **asdict(tally)}
			for (role, agency), tally in found.by_party().items()
		],
		"rows": [_row(row) for row in changed[:SHOWN]],
		"more": max(0, len(changed) - SHOWN),
		"load": [
			{"day": day.isoformat(), "before": before, "after": after} for day, before, after in _load(run)
		],
		"not_replayed": [
			{"reference": row.reference, "why": row.why or lacking(row.stages)} for row in found.not_replayed
		],
		"relabelled": [
			{"stage": number, "before": before, "after": after}
			for number, (before, after) in sorted(found.relabelled.items())
		],
	}


def stage_name(run: Run, number: int) -> str:
	"""What the draft calls a stage; the whole case for 0."""
	return run.policy.stage_label(number) if number else "The whole case"


def lacking(stages: Sequence[int]) -> str:
	"""Why a case cannot be replayed: the stages that it reached and the draft lacks."""
	names = " and ".join(f"Stage {number}" for number in stages)
	return f"It reached {names}, which this policy does not have."


def notes(run: Run) -> list[str]:
	"""What to know when reading the result, as sentences: which cases, which not, and what is assumed."""
	found = run.simulation
	said = [
		f"{_cases(found.cases)} of {run.board} that began from {date_text(run.first)} to {date_text(run.last)} "
		"were replayed: what was done stays as it was, only the policy changes."
	]
	if run.left_out:
		said.append(f"{_cases(run.left_out)} of this period that you may not read are left out.")
	if run.beyond:
		said.append(
			f"One run takes {MOST:,} cases, the latest first: {_cases(run.beyond)} of this period are not in it. "
			"Take a shorter period for those."
		)
	if found.not_replayed:
		said.append(f"{_cases(len(found.not_replayed))} cannot be replayed; they are listed below.")
	if found.relabelled:
		said.append("Stages are taken by their numbers; some have another name in this policy.")
	return said


def _cases(count: int) -> str:
	return "1 case" if count == 1 else f"{count:,} cases"


def _rank(row: Replayed) -> tuple[bool, bool, str, int]:
	return not row.turned_late, not row.turned_in_time, row.reference, row.stage


def _row(row: Replayed) -> dict[str, Any]:
	return {
		"reference": row.reference,
		"stage": row.stage,
		"clock": row.clock,
		"label": row.label + (f" ({row.number})" if row.number else ""),
		"kind": row.kind,
		"owing": "; ".join(_who(*who) for who in row.owing),
		"change": CHANGE[row.change],
		"turned": "late" if row.turned_late else "in time" if row.turned_in_time else "",
		"due_before": _due(row.before),
		"status_before": _status(row.before),
		"due_after": _due(row.after),
		"status_after": _status(row.after),
	}


def _who(role: str, agency: str) -> str:
	return f"{role}, {agency}" if agency else role


def _due(outcome: Outcome | None) -> str:
	return times.show_due(outcome.due_at) if outcome else ""


def _status(outcome: Outcome | None) -> str:
	return STATUS[outcome.status] if outcome else ""


def _load(run: Run) -> Iterator[tuple[date, int, int]]:
	before, after = run.simulation.load_before, run.simulation.load_after
	for day in sorted(before.keys() | after.keys()):
		yield day, before[day], after[day]


def table(run: Run, which: str) -> list[list[Any]]:
	"""One of TABLES as rows of cells, the heads first; every cell safe to open in a spreadsheet. Raises BadInput."""
	made = {CLOCKS: _clock_rows, SUMS: _sum_rows, ALERTS: _alert_rows}.get(which)
	if made is None:
		refuse(BadInput, f"There is no table “{str(which)[:40]}”. Choose {', '.join(TABLES)}.")
	return [[safe(cell) for cell in row] for row in made(run)]


def _clock_rows(run: Run) -> Iterator[list[Any]]:
	yield [
		"Reference", "Stage", "Clock", "What", "Kind", "Owed by", "Change", "Turns", "Due then", "Outcome then",
		"Due under this policy", "Outcome under this policy",
	]  # fmt: skip
	for row in sorted(run.simulation.rows, key=_rank):
		yield list(_row(row).values())
	for lost in run.simulation.not_replayed:
		yield [lost.reference, "", "", lost.why or lacking(lost.stages), *[""] * 8]


def _sum_rows(run: Run) -> Iterator[list[Any]]:
	heads = (
		"Clocks then", "Clocks under this policy", "Late then", "Late under this policy", "Turn late", "Turn in time",
		"Other date",
	)  # fmt: skip
	yield ["By", "What", *heads]
	found = run.simulation
	yield ["All limits", "", *_cells(found.total())]
	yield from (
		["Stage", stage_name(run, number), *_cells(tally)] for number, tally in found.by_stage().items()
	)
	yield from (["Who owes", _who(*who), *_cells(tally)] for who, tally in found.by_party().items())
	yield ["Local targets", "", *_cells(found.local_targets())]


def _cells(tally: Tally) -> Iterable[int]:
	return asdict(tally).values()


def _alert_rows(run: Run) -> Iterator[list[Any]]:
	yield ["Day", "Alerts then", "Alerts under this policy"]
	yield from ([day.isoformat(), before, after] for day, before, after in _load(run))


def safe(cell: Any) -> Any:
	"""A cell that no spreadsheet takes for a formula."""
	return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def file(rows: list[list[Any]], kind: str, title: str = "Policy simulation") -> bytes:
	"""The rows as a file, by the host's own writers. Raises BadInput for an unknown kind."""
	if kind not in (CSV, XLSX):
		refuse(BadInput, f"There is no file “{str(kind)[:20]}”. Choose {CSV} or {XLSX}.")
	if kind == XLSX:
		from frappe.utils.xlsxutils import make_xlsx

		return make_xlsx(rows, title).getvalue()
	from frappe.utils.csvutils import UnicodeWriter

	writer = UnicodeWriter()
	for row in rows:
		writer.writerow(row)
	return writer.getvalue().encode("utf-8")


def answer(run: Run, which: str, kind: str) -> None:
	"""Put the file into the response, to be saved."""
	name = f"policy-simulation-{run.policy.id}-{run.first}-{run.last}-{which}.{kind}"
	frappe.response["filecontent"] = file(table(run, which), kind)
	frappe.response["filename"] = name
	frappe.response["type"] = "binary"
