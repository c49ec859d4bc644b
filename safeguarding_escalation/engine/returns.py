"""What a board's return counts: every figure with its definition, what is counted, and which instants bound it.

A figure is a table of cells. A cell is named `code::row::column`; row and column are left out where a table has one
only. What a figure speaks of is the state at the end of its period, so it can be counted again at any later time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

JOIN = "::"
# What is counted.
CASES, EVENTS, RUNS, DAYS = "escalations", "events", "runs of a clock", "working days"
# Which instants bound it.
START, WITHIN, END = "just before the period begins", "within the period", "at the end of the period"
# How a year follows from its quarters: their sum; of escalations that count once in each quarter; the first quarter's;
# the last quarter's; their sum once what was done later in the year is counted; or not at all.
SUM, DISTINCT, FIRST, LAST, SETTLED, OWN = "sum", "distinct", "first", "last", "settled", "own"
# The columns of a table of clocks.
DUE, IN_TIME, LATE, MISSED, RUNNING = CLOCK_COLUMNS = ("due", "in_time", "late", "missed", "running")
COLUMN_WORDS = {
	DUE: "Due in the period", IN_TIME: "Met in time", LATE: "Met late", MISSED: "Not met by its end",
	RUNNING: "Running at its end",
}  # fmt: skip
_COLUMN_KINDS = {DUE: SUM, IN_TIME: SUM, LATE: SETTLED, MISSED: SETTLED, RUNNING: LAST}
NOT_RECORDED = "Not recorded"

FLOW, STAGES, TIME, AGENCIES, NATURE, SCOPE, SKIPS, CLOCKS, THEMES, LEARNING = SECTIONS = (
	"Opened, ended and open", "Stages", "Time to resolution", "Agencies", "Nature of the disagreement", "Risk and area",
	"Stages skipped", "Timeliness", "Themes", "Satisfaction, complaints and learning",
)  # fmt: skip

Cells = Mapping[str, int]


@dataclass(frozen=True)
class Figure:
	"""One table of a return. `of` are the codes whose cells its rows add up to; () where a case may stand in several
	rows, or in none. `kind` says how a year follows from its quarters. `asked` are words of a policy's column that
	asks for it.
	"""

	code: str
	section: str
	title: str
	definition: str
	counts: str = CASES
	dated: str = WITHIN
	kind: str = SUM
	of: tuple[str, ...] = ()
	rows: str = ""  # what a row is; '' for a single figure
	asked: tuple[str, ...] = ()
	since: int = 1  # from which version of a return's content on there is this figure

	@property
	def columns(self) -> tuple[str, ...]:
		"""Its columns, () for a table of one."""
		return CLOCK_COLUMNS if self.section == CLOCKS else ()

	def kind_of(self, column: str) -> str:
		"""How a year follows from its quarters in one column."""
		return _COLUMN_KINDS[column] if column else self.kind


_CLOCK = (
	"Each run of the clock counts in the period in which it was due, by the date in force for it, or in which the "
	"escalation was raised where that was later. In time: met no later than that date. Late: met afterwards, before the period ended. Not met: neither "
	"by then. Running: started, and due after the period."
)
_ENDED = (
	"Of the escalations that stopped being open in the period (resolved, closed or withdrawn), each once: "
)
FIGURES: tuple[Figure, ...] = (
	Figure("open_start", FLOW, "Open at the start",
		"Raised, and neither resolved, closed nor withdrawn, just before the period begins.", dated=START, kind=FIRST),
	Figure("opened", FLOW, "Opened",
		"First raised in the period, at whatever stage. A draft that was never raised is not counted."),
	Figure("reopened", FLOW, "Reopened", "Reopenings of escalations that had ended; each one counts.", EVENTS),
	Figure("received", FLOW, "Taken over from another board", "Open escalations that came from another board.", EVENTS),
	Figure("resolved", FLOW, "Resolved",
		"Resolutions accepted in the period. One that is reopened and resolved again counts each time; one that is "
		"reopened after the period stays resolved in it.", EVENTS),
	Figure("unresolved", FLOW, "Closed without a resolution", "Open escalations that were closed.", EVENTS),
	Figure("withdrawn", FLOW, "Withdrawn", "Open escalations that were withdrawn.", EVENTS),
	Figure("passed", FLOW, "Passed to another board", "Open escalations that another board took over.", EVENTS),
	Figure("open_end", FLOW, "Open at the end",
		"Raised, and neither resolved, closed nor withdrawn, as the period ends. It is what was open at the start, with "
		"what was opened, reopened and taken over, less what was resolved, closed without a resolution, withdrawn and "
		"passed on.", dated=END, kind=LAST),
	Figure("closed", FLOW, "Closed", "Closings in the period, after a resolution or without one.", EVENTS),
	Figure("open_stage", STAGES, "Open at the end, by stage", "The stage at which each open escalation stands then.",
		dated=END, kind=LAST, of=("open_end",), rows="Stage", asked=("by stage", "stage of")),
	Figure("resolved_stage", STAGES, "Resolved, by stage", "The stage at which each resolution was accepted.", EVENTS,
		of=("resolved",), rows="Stage", asked=("by stage",)),
	Figure("highest", STAGES, "Highest stage reached",
		"Of each escalation that was resolved, closed without a resolution or withdrawn in the period: the highest stage "
		"it had reached by then.", EVENTS, of=("resolved", "unresolved", "withdrawn"), rows="Stage", asked=("by stage",)),
	Figure("chair_put", STAGES, "Put to the Chair",
		"Escalations that stood open, at any time in the period, at a stage that ends with the answer of the board's Chair "
		"(or Scrutineer), each once.", kind=DISTINCT, since=2),
	Figure("chair_answer", STAGES, "The Chair's answer",
		"Of the escalations put to the Chair in the period: what the answer was, the last one by the end of the period since "
		"the escalation was raised or reopened. Answered later, or without saying which of the three: no answer recorded.",
		dated=END, kind=DISTINCT, of=("chair_put",), rows="Answer", since=2),
	Figure("time", TIME, "Time to resolution",
		"Working days of the board's calendar from raising the concern to each resolution accepted in the period; the day "
		"of raising it is day 0.", EVENTS, of=("resolved",), rows="Working days", asked=("time to",)),
	Figure("raising", AGENCIES, "Raising agency", "Of the escalations opened in the period, the agency that raised each.",
		of=("opened",), rows="Agency", asked=("agencies",)),
	Figure("receiving", AGENCIES, "Receiving agency",
		"Of the escalations opened in the period, the agency that each was raised with.", of=("opened",), rows="Agency",
		asked=("agencies",)),
	Figure("direction", AGENCIES, "Raised or received",
		"Of the escalations opened in the period, which this organisation raised, and which it received.",
		of=("opened",), rows="Direction"),
	Figure("nature", NATURE, "Nature of the disagreement",
		"Of the escalations opened in the period; one with several natures counts under each.", rows="Nature",
		asked=("nature", "issues in")),
	Figure("immediate", SCOPE, "Immediate risk", "Opened in the period, with an immediate risk recorded."),
	Figure("out_of_area", SCOPE, "Out of area", "Opened in the period, with a board of another area recorded."),
	Figure("skipping", SKIPS, "Times that stages were skipped",
		"Steps in the period to a stage that passed over one or more stages never entered.", EVENTS),
	Figure("skips", SKIPS, "Stages skipped and the ground",
		"The stages passed over by each such step and the ground on record. A reason in free words stays in the log.",
		EVENTS, of=("skipping",), rows="Stages and ground"),
	Figure("policy_clock", CLOCKS, "The policy's own limits", _CLOCK, RUNS, rows="Clock"),
	Figure("other_clock", CLOCKS, "What the policy prefers or advises", _CLOCK, RUNS, rows="Clock"),
	Figure("local_target", CLOCKS, "Local targets, which are not the policy's",
		f"Nudges of this site where the policy has no number; no limit of the policy. {_CLOCK}", RUNS, rows="Clock"),
	Figure("live", THEMES, "Escalations in the period", "Open at any time in the period, each once.", kind=DISTINCT),
	Figure("theme", THEMES, "Theme", "Of these, the theme recorded, as it is recorded now.", kind=DISTINCT,
		of=("live",), rows="Theme", asked=("theme", "issues in")),
	Figure("theme_level", THEMES, "Single-agency or multi-agency work",
		"Of these, where the theme needs addressing, as it is recorded now.", kind=DISTINCT, of=("live",), rows="Level",
		asked=("single agency", "single-agency")),
	Figure("concluded", LEARNING, "Ended in the period",
		"Escalations that stopped being open in the period (resolved, closed or withdrawn), each once.", kind=DISTINCT),
	Figure("dissatisfied", LEARNING, "Dissatisfaction remaining", f"{_ENDED}somebody's is recorded.", kind=DISTINCT),
	Figure("complaints", LEARNING, "Complaint made", f"{_ENDED}a complaint is recorded.", kind=DISTINCT),
	Figure("learning", LEARNING, "Learning recorded", f"{_ENDED}learning is recorded.", kind=DISTINCT,
		asked=("learning",)),
	Figure("policy_gap", LEARNING, "Gap in policy recorded", f"{_ENDED}a gap in policy is recorded.", kind=DISTINCT,
		asked=("consequence", "policy gap")),
	Figure("explained", LEARNING, "Said why it was not resolved earlier", f"{_ENDED}the reason is recorded.",
		kind=DISTINCT, asked=("issues in",)),
)  # fmt: skip
BY_CODE: Mapping[str, Figure] = {figure.code: figure for figure in FIGURES}
# What stands in and goes out of the open escalations: with these signs the cells come to nothing.
BALANCE: Mapping[str, int] = {
	"open_start": 1, "opened": 1, "reopened": 1, "received": 1, "resolved": -1, "unresolved": -1, "withdrawn": -1,
	"passed": -1, "open_end": -1,
}  # fmt: skip
# Time to resolution, in working days: from, to (None without an end), as a row says it.
BANDS: tuple[tuple[int, int | None, str], ...] = (
	(0, 5, "0 to 5"), (6, 10, "6 to 10"), (11, 20, "11 to 20"), (21, 40, "21 to 40"), (41, None, "41 and more"),
)  # fmt: skip
# What the Chair's answer may be, as a row says it.
NO_ANSWER = "No answer recorded"
CHAIR_ANSWERS: Mapping[str, str] = {
	"resolved": "Resolved", "recommendation": "Recommendation", "advice": "Advice", "": NO_ANSWER,
}  # fmt: skip


def key(code: str, row: str = "", column: str = "") -> str:
	"""The name of a cell. A row's own text may hold anything but the sign that joins the parts."""
	parts = (code, row.replace(JOIN, ": "), column)
	return JOIN.join(part for part in parts if part)


def parts(cell: str) -> tuple[str, str, str]:
	"""Code, row and column of a cell's name, '' for what it has not."""
	code, *others = cell.split(JOIN)
	has_column = bool(BY_CODE[code].columns)
	row = others[0] if others else ""
	return code, row, others[1] if has_column and len(others) > 1 else ""


def band(days: int) -> str:
	"""The row of BANDS in which a number of working days lies."""
	return next(words for _, last, words in BANDS if last is None or days <= last)


def known_in(version: int, cells: Cells) -> dict[str, int]:
	"""The cells of figures that a content of `version` has: what came later is no correction of it."""
	return {cell: value for cell, value in cells.items() if BY_CODE[parts(cell)[0]].since <= version}


@dataclass(frozen=True)
class Spread:
	"""Median, shortest and longest of some numbers of working days; `count` of them. No figure without any."""

	count: int = 0
	median: float | None = None
	shortest: int | None = None
	longest: int | None = None


def spread(counted: Mapping[int, int]) -> Spread:
	"""The spread of numbers, each with how often it occurs."""
	values = sorted(value for value, count in counted.items() if count > 0)
	total = sum(counted[value] for value in values)
	if not total:
		return Spread()
	middle = (_nth(counted, values, (total - 1) // 2) + _nth(counted, values, total // 2)) / 2
	return Spread(total, middle, values[0], values[-1])


def _nth(counted: Mapping[int, int], values: Sequence[int], position: int) -> int:
	upto = accumulate(counted[value] for value in values)
	return next(value for value, reached in zip(values, upto, strict=True) if position < reached)


def rows_of(cells: Iterable[str], code: str) -> tuple[str, ...]:
	"""The rows of one table, in the order of its cells, each once."""
	return tuple(
		dict.fromkeys(row for each in cells for found, row, _ in [parts(each)] if found == code and row)
	)


Relation = Mapping[str, int]


def relations(cells: Cells) -> Iterator[Relation]:
	"""The sums that hold between the cells of one return: each cell with its sign, together nothing."""
	yield BALANCE
	for figure in FIGURES:
		rows = rows_of(cells, figure.code)
		if figure.columns:
			for row in rows:
				signs = {DUE: -1, IN_TIME: 1, LATE: 1, MISSED: 1}
				yield {key(figure.code, row, column): sign for column, sign in signs.items()}
		elif figure.of and rows:
			yield {**{key(figure.code, row): 1 for row in rows}, **dict.fromkeys(figure.of, -1)}


@dataclass(frozen=True)
class Answered:
	"""A column that a policy asks a return for, and the figures that answer it; none where it is for words."""

	column: str
	figures: tuple[str, ...]


def answered(columns: Sequence[str]) -> tuple[Answered, ...]:
	"""What in a return answers each column of the policy, in its order."""
	return tuple(
		Answered(
			column,
			tuple(
				figure.code for figure in FIGURES if any(words in column.casefold() for words in figure.asked)
			),
		)
		for column in columns
	)
