"""A quarter's return over 100,000 escalations, by the product and by SQL written by hand, in one run.

	./dev site returns.localhost
	./dev python "$PWD/benchmarks/returns.py" returns.localhost            print the figures
	./dev python "$PWD/benchmarks/returns.py" returns.localhost --check    and exit 1 above 1.5 times

It fills a site of its own with invented rows (once; a few minutes), counts the figures of a period through
`services.returns_content`, as a draft does, and by the statements below, in turn, and compares them figure by figure
before any time is printed. Two periods: a quarter among three years, and the whole time, in which all 100,000 count.
The ratio is that of the medians of runs that alternate, since a machine may be shared.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import frappe

from safeguarding_escalation.engine.return_periods import Period
from safeguarding_escalation.engine.returns import BANDS, CHAIR_ANSWERS
from safeguarding_escalation.services import returns_content, returns_counting, returns_people

BOARD, POLICY, CHAIR_STAGE = "Stockport", "stockport", 4
MOST = 1.5
CASES = 100_000
FIRST, DAYS = datetime(2023, 1, 1, 8), 1090  # noqa: DTZ001 (as the database has it)
PERIODS = (Period(date(2025, 1, 1), date(2025, 3, 31)), Period(date(2023, 1, 1), date(2025, 12, 31)))
AGENCIES = [f"Agency {number}" for number in range(24)]
NATURES = [f"Nature {number}" for number in range(9)]
THEMES = ["", *(f"Theme {letter}" for letter in "ABCDEFGH")]
CLOCKS = [
	(f"ST.S{number % 4}.C{number}", "local target" if number > 7 else "maximum") for number in range(10)
]
COMMON = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")


def fill() -> None:
	"""Put the rows into the site, unless they are there."""
	if frappe.db.count("Escalation") >= CASES:
		return
	chance = random.Random(7)  # noqa: S311 (invented rows)
	started = time.perf_counter()
	for first in range(0, CASES, 5000):
		tables: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
		for number in range(first, min(first + 5000, CASES)):
			_case(chance, f"b{number:07d}", tables)
		for doctype, rows in tables.items():
			_insert(doctype, rows)
		frappe.db.commit()
	for doctype in COLUMNS:
		frappe.db.sql_ddl(f"ANALYZE TABLE `tab{doctype}`")
	print(f"Filled in {time.perf_counter() - started:.0f} s")


COLUMNS = {
	"Escalation": (
		"board", "raising_agency", "responding_agency", "direction", "immediate_risk", "out_of_area_board", "theme",
		"theme_level", "dissatisfaction_remaining", "complaint_made", "learning", "policy_gap", "not_resolved_earlier",
		"started_at", "reference", "policy",
	),
	"Stage Log": ("escalation", "sequence", "kind", "stage", "occurred_at", "outcome"),
	"Escalation Nature": ("parent", "parenttype", "parentfield", "nature"),
	"Escalation Subject": ("parent", "parenttype", "parentfield", "subject_name", "kind"),
	"Escalation Spell": (
		"escalation", "number", "board", "state", "stage", "highest", "came_from", "begins", "ends", "from_at", "to_at",
		"skipped", "ground", "working_days",
	),
	"Escalation Deadline": (
		"escalation", "clock", "instance", "label", "stage", "kind", "starts_at", "due_at", "met_at", "ended_at", "clause",
	),
}  # fmt: skip


def _case(chance: random.Random, name: str, tables: dict[str, list[tuple[Any, ...]]]) -> None:
	began = FIRST + timedelta(minutes=chance.randrange(DAYS * 1440))
	usual = ("Administrator", began, began, "Administrator", 0, 0)
	texts = ["x" if chance.random() < share else "" for share in (0.3, 0.2, 0.1, 0.2)]
	tables["Escalation"].append(
		(name, *usual, BOARD, chance.choice(AGENCIES), chance.choice(AGENCIES), "Raised", int(chance.random() < 0.1),
			"Elsewhere" if chance.random() < 0.05 else "", chance.choice(THEMES),
			chance.choice(("", "Single-agency work", "Multi-agency work")), texts[0], int(chance.random() < 0.1), texts[1],
			texts[2], texts[3], began, f"BEN-{name}", POLICY)
	)  # fmt: skip
	tables["Escalation Nature"].append(
		(f"{name}n", *usual, name, "Escalation", "nature", chance.choice(NATURES))
	)
	subject = (f"{name}p", *usual, name, "Escalation", "subjects", f"Person{name} Surname{name}", "Adult")
	tables["Escalation Subject"].append(subject)
	ended = _spells(chance, name, usual, began, tables["Escalation Spell"])
	_answers(chance, name, usual, tables)
	for clock, kind in chance.sample(CLOCKS, chance.randint(2, 5)):
		begins = began + timedelta(days=chance.randint(0, 20))
		due = begins + timedelta(days=chance.randint(1, 10))
		met = due + timedelta(days=chance.randint(-4, 6)) if chance.random() < 0.8 else None
		over = ended if met is None else None
		tables["Escalation Deadline"].append(
			(
				f"{name}{clock}",
				*usual,
				name,
				clock,
				"",
				f"Clock {clock}",
				1,
				kind,
				begins,
				due,
				met,
				over,
				"2",
			)
		)


def _spells(
	chance: random.Random, name: str, usual: tuple[Any, ...], began: datetime, rows: list[tuple[Any, ...]]
) -> datetime | None:
	"""The spells of a case: up the stages, resolved, closed, now and then reopened. Returns when it last ended."""
	steps: list[tuple[str, int, str, datetime]] = [("open", 1, "raised", began)]
	at, stage = began, 1
	for _ in range(chance.choice((0, 1, 1, 2, 3))):
		at += timedelta(days=chance.randint(1, 15), minutes=chance.randrange(600))
		stage += 1
		steps.append(("open", stage, "moved", at))
	ends = [("resolved", "closed"), ("resolved",), ("closed",), ("withdrawn",), ()]
	for state in chance.choices(ends, (50, 20, 5, 10, 15))[0]:
		at += timedelta(days=chance.randint(1, 25), minutes=chance.randrange(600))
		steps.append((state, stage, state, at))
	if steps[-1][0] != "open" and chance.random() < 0.08:
		at += timedelta(days=chance.randint(5, 90))
		steps.append(("open", 1, "reopened", at))
	highest = 0
	for number, (state, reached, begins, since) in enumerate(steps):
		highest = max(highest, reached)
		following = steps[number + 1] if number + 1 < len(steps) else None
		jumped = begins == "moved" and chance.random() < 0.05
		rows.append(
			(f"{name}s{number}", *usual, name, number + 1, BOARD, state, reached, highest,
				steps[number - 1][0] if number else "", begins, following[2] if following else "", since,
				following[3] if following else None, "1" if jumped else "", "immediate risk" if jumped else "",
				(since - began).days * 5 // 7 if state == "resolved" else 0)
		)  # fmt: skip
	return at if steps[-1][0] != "open" else None


def _answers(
	chance: random.Random, name: str, usual: tuple[Any, ...], tables: dict[str, list[tuple[Any, ...]]]
) -> None:
	"""What the log tells of a case: that it was reopened; the Chair's answers where it came that far: none, one or two."""
	spells = [row for row in tables["Escalation Spell"][-9:] if row[7] == name]
	for row in (row for row in spells if row[14] == "reopened"):
		tables["Stage Log"].append((f"{name}r", *usual, name, 3, "reopened", row[11], row[16], ""))
	reached = [row for row in spells if row[11] == CHAIR_STAGE]
	for number in range(chance.choice((0, 1, 1, 2)) if reached else 0):
		at = reached[0][16] + timedelta(days=chance.randint(1, 30), minutes=chance.randrange(600))
		outcome = chance.choice(("resolved", "recommendation", "advice"))
		values = (name, number + 1, "responded", CHAIR_STAGE, at, outcome)
		tables["Stage Log"].append((f"{name}l{number}", *usual, *values))


def _insert(doctype: str, rows: list[tuple[Any, ...]]) -> None:
	names = (*COMMON, *COLUMNS[doctype])
	frappe.db.bulk_insert(doctype, list(names), rows, chunk_size=2000)


OPEN_BEFORE = "state = 'open' AND from_at < %({0})s AND (to_at IS NULL OR to_at >= %({0})s)"
BEGUN = "from_at >= %(a)s AND from_at < %(z)s"
ENDED = f"{BEGUN} AND came_from = 'open' AND begins"
FLOW = {
	"open_start": OPEN_BEFORE.format("a"),
	"opened": f"{BEGUN} AND begins = 'raised'",
	"reopened": f"{BEGUN} AND begins = 'reopened'",
	"received": f"{BEGUN} AND begins = 'transferred' AND state = 'open'",
	"resolved": f"{ENDED} = 'resolved'",
	"unresolved": f"{ENDED} = 'closed'",
	"withdrawn": f"{ENDED} = 'withdrawn'",
	"passed": "to_at >= %(a)s AND to_at < %(z)s AND ends = 'transferred' AND state = 'open'",
	"open_end": OPEN_BEFORE.format("z"),
	"closed": f"{BEGUN} AND begins = 'closed'",
}
LIVE = (
	"SELECT DISTINCT escalation FROM `tabEscalation Spell` WHERE board = %(b)s AND state = 'open' AND from_at < %(z)s"
	" AND (to_at IS NULL OR to_at >= %(a)s)"
)
PUT = (
	"SELECT DISTINCT s.escalation FROM `tabEscalation Spell` s JOIN `tabEscalation` e ON e.name = s.escalation WHERE"
	" s.board = %(b)s AND s.state = 'open' AND s.from_at < %(z)s AND (s.to_at IS NULL OR s.to_at >= %(a)s)"
	f" AND s.stage = {CHAIR_STAGE} AND e.policy = '{POLICY}'"
)
ANSWERED = f"""SELECT answer, COUNT(*) FROM (SELECT (
	SELECT l.outcome FROM `tabStage Log` l WHERE l.escalation = p.escalation AND l.outcome != '' AND l.occurred_at < %(z)s
		AND l.kind IN ('recommended', 'responded', 'resolved')
		AND l.occurred_at >= COALESCE((SELECT MAX(r.from_at) FROM `tabEscalation Spell` r
			WHERE r.escalation = p.escalation AND r.begins = 'reopened' AND r.from_at < %(z)s), '1900-01-01')
		AND NOT EXISTS (SELECT 1 FROM `tabStage Log` c WHERE c.escalation = l.escalation AND c.corrects = l.name)
	ORDER BY l.occurred_at DESC, l.sequence DESC LIMIT 1) answer FROM ({PUT}) p) t GROUP BY answer"""
CONCLUDED = (
	f"SELECT DISTINCT escalation FROM `tabEscalation Spell` WHERE board = %(b)s AND {ENDED}"
	" IN ('resolved', 'closed', 'withdrawn')"
)
DUE = (
	"((d.due_at >= %(a)s AND d.due_at < %(z)s AND e.started_at < %(z)s)"
	" OR (e.started_at >= %(a)s AND e.started_at < %(z)s AND d.due_at < %(a)s))"
)
RUNS = (
	"d.starts_at < %(z)s AND d.due_at >= %(z)s AND e.started_at < %(z)s AND (d.met_at IS NULL OR d.met_at >= %(z)s)"
	" AND (d.ended_at IS NULL OR d.ended_at >= %(z)s)"
)


def by_hand(period: Period) -> dict[str, int]:
	"""The same figures, by statements as somebody would write them for this database."""
	begins, ends = returns_counting.bounds(period)
	values = {"a": begins, "z": ends, "b": BOARD}

	def ask(statement: str) -> list[tuple[Any, ...]]:
		return frappe.db.sql(statement, values)

	found: Counter[str] = Counter()
	sums = ", ".join(f"SUM({condition})" for condition in FLOW.values())
	row = ask(
		f"SELECT {sums} FROM `tabEscalation Spell` WHERE board = %(b)s AND (({BEGUN}) OR ({FLOW['open_start']}))"
	)[0]
	found.update({code: int(value or 0) for code, value in zip(FLOW, row, strict=True)})
	rows = ask(
		f"SELECT stage, COUNT(*) FROM `tabEscalation Spell` WHERE board = %(b)s AND {FLOW['open_end']} GROUP BY stage"
	)
	_add(found, "open_stage", ((f"Stage {stage}", number) for stage, number in rows))
	rows = ask(
		"SELECT begins, stage, highest, working_days, COUNT(*) FROM `tabEscalation Spell` WHERE board = %(b)s AND"
		f" {ENDED} IN ('resolved', 'closed', 'withdrawn') GROUP BY begins, stage, highest, working_days"
	)
	for begun, stage, highest, days, number in rows:
		found[f"highest::Stage {highest}"] += number
		if begun == "resolved":
			found[f"resolved_stage::Stage {stage}"] += number
			found["time::" + next(words for _, last, words in BANDS if last is None or days <= last)] += (
				number
			)
	_opened(found, ask)
	rows = ask(
		f"SELECT skipped, ground, COUNT(*) FROM `tabEscalation Spell` WHERE board = %(b)s AND {BEGUN} AND skipped != ''"
		" GROUP BY skipped, ground"
	)
	_add(found, "skips", ((f"Stage {stages}, by {ground}", number) for stages, ground, number in rows))
	found["skipping"] = sum(number for *_, number in rows)
	_clocks(found, ask)
	rows = ask(
		f"SELECT e.theme, e.theme_level, COUNT(*) FROM `tabEscalation` e JOIN ({LIVE}) l ON l.escalation = e.name"
		" GROUP BY e.theme, e.theme_level"
	)
	_add(found, "theme", ((theme or "Not recorded", number) for theme, _, number in rows))
	_add(found, "theme_level", ((level or "Not recorded", number) for _, level, number in rows))
	found["live"] = sum(number for *_, number in rows)
	rows = ask(ANSWERED)
	_add(found, "chair_answer", ((CHAIR_ANSWERS[answer or ""], number) for answer, number in rows))
	found["chair_put"] = sum(number for _, number in rows)
	row = ask(
		"SELECT COUNT(*), SUM(complaint_made = 1), SUM(dissatisfaction_remaining != ''), SUM(learning != ''),"
		" SUM(policy_gap != ''), SUM(not_resolved_earlier != '')"
		f" FROM `tabEscalation` e JOIN ({CONCLUDED}) l ON l.escalation = e.name"
	)[0]
	codes = ("concluded", "complaints", "dissatisfied", "learning", "policy_gap", "explained")
	found.update({code: int(value or 0) for code, value in zip(codes, row, strict=True)})
	# That no theme names somebody is asked of the people of these cases, as the product does.
	ask(
		f"SELECT p.subject_name, p.representative_name FROM `tabEscalation Subject` p JOIN ({LIVE}) l"
		" ON l.escalation = p.parent"
	)
	return dict(found)


def _opened(found: Counter[str], ask: Any) -> None:
	opened = f"s.board = %(b)s AND s.{BEGUN.replace('AND ', 'AND s.')} AND s.begins = 'raised'"
	rows = ask(
		"SELECT e.raising_agency, e.responding_agency, e.immediate_risk, COALESCE(e.out_of_area_board, '') != '', COUNT(*)"
		f" FROM `tabEscalation Spell` s JOIN `tabEscalation` e ON e.name = s.escalation WHERE {opened}"
		" GROUP BY 1, 2, 3, 4"
	)
	_add(found, "raising", ((raising, number) for raising, *_, number in rows))
	_add(found, "receiving", ((receiving, number) for _, receiving, *_, number in rows))
	found["immediate"] = sum(row[-1] for row in rows if row[2])
	found["out_of_area"] = sum(row[-1] for row in rows if row[3])
	rows = ask(
		"SELECT n.nature, COUNT(*) FROM `tabEscalation Spell` s JOIN `tabEscalation Nature` n ON n.parent = s.escalation"
		f" WHERE {opened} AND n.parenttype = 'Escalation' GROUP BY n.nature"
	)
	_add(found, "nature", rows)


def _clocks(found: Counter[str], ask: Any) -> None:
	met = "d.met_at IS NOT NULL AND d.met_at < %(z)s"
	rows = ask(
		f"SELECT d.clock, d.kind, SUM({DUE}), SUM({DUE} AND {met} AND d.met_at <= d.due_at),"
		f" SUM({DUE} AND {met} AND d.met_at > d.due_at), SUM({DUE} AND (d.met_at IS NULL OR d.met_at >= %(z)s)),"
		f" SUM({RUNS}) FROM `tabEscalation Deadline` d JOIN `tabEscalation` e ON e.name = d.escalation"
		f" WHERE e.board = %(b)s AND ({DUE} OR ({RUNS})) GROUP BY d.clock, d.kind"
	)
	for clock, kind, *numbers in rows:
		code = "local_target" if kind == "local target" else "policy_clock"
		for column, number in zip(("due", "in_time", "late", "missed", "running"), numbers, strict=True):
			found[f"{code}::{clock}::{column}"] = int(number or 0)


def _add(found: Counter[str], code: str, rows: Iterable[tuple[str, int]]) -> None:
	for row, number in rows:
		found[f"{code}::{row}"] += number


def by_the_product(period: Period) -> dict[str, int]:
	"""The figures as a draft counts them."""
	return returns_content.cells_now(BOARD, returns_people.BOARDS, period)


def compared(period: Period) -> int:
	"""Raise ValueError where a figure differs; how many are the same."""
	ours, theirs = by_the_product(period), by_hand(period)
	wrong = {cell for cell in {*ours, *theirs} if ours.get(cell, 0) != theirs.get(cell, 0)}
	if wrong:
		raise ValueError(
			f"These differ: {[(cell, ours.get(cell), theirs.get(cell)) for cell in sorted(wrong)][:9]}"
		)
	return len(ours)


def measured(period: Period, times_over: int) -> Iterator[tuple[float, float]]:
	"""Seconds of the product and of the statements, in turn; which goes first changes."""
	for number in range(times_over):
		order = (by_the_product, by_hand) if number % 2 else (by_hand, by_the_product)
		taken = {}
		for each in order:
			frappe.db.rollback()
			started = time.perf_counter()
			each(period)
			taken[each] = time.perf_counter() - started
		yield taken[by_the_product], taken[by_hand]


def main() -> int:
	"""Fill, compare, measure; 1 where the product takes more than MOST times as long and --check is given."""
	parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
	parser.add_argument("site")
	parser.add_argument("--check", action="store_true")
	parser.add_argument("--times", type=int, default=7)
	options = parser.parse_args()
	frappe.init(site=options.site)
	frappe.connect()
	fill()
	worst = 0.0
	for period in PERIODS:
		same = compared(period)
		pairs = list(measured(period, options.times))
		ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
		ratio = ours / theirs
		worst = max(worst, ratio)
		opened = by_the_product(period)["live"]
		print(f"{period.words()}: {same} figures alike, {opened:,} escalations of {CASES:,}")
		print(f"  product {ours:.3f} s, by hand {theirs:.3f} s, ratio {ratio:.2f} (bound {MOST})")
		print("  pairs " + ", ".join(f"{one:.2f}/{two:.2f}" for one, two in pairs))
	return int(options.check and worst > MOST)


if __name__ == "__main__":
	sys.exit(main())
