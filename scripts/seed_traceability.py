#!/usr/bin/env python3
"""Keeps docs/traceability.csv: which requirement of the boards' policies is met where, and which test proves it.

    scripts/seed_traceability.py seed CATALOGUE.md     new ids as `open`, existing rows kept, catalogue order
    scripts/seed_traceability.py set RB-001..RB-010 RB-015 --status done \\
        --where safeguarding_escalation/engine/deadlines.py:plan --test tests/engine/test_plan.py::test_redbridge
    scripts/seed_traceability.py set --from updates.csv   the same in bulk: lines of id-or-range,status,where,test
    scripts/seed_traceability.py check                 every violation, one a line; exit code 1 if there is any
    scripts/seed_traceability.py summary               counts per board and status

`where` is a file of this repository, `file:symbol` (in a Python file the dotted name of something defined
there) or `file#row` (a clock id, field name or other row found in the file). `test` is `file`, `file::function`
or `file::Class::function`. A cell holds several of them separated by `; `. A `declined` row gives its reason in
`where`; an `open` row has both cells empty. Standard library only.
"""

from __future__ import annotations

import argparse
import ast
import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = ("id", "status", "where", "test")
STATUSES = ("open", "done", "prompted", "setting", "declined")
PROVEN = ("done", "prompted", "setting")
BOARDS = {"4L": 91, "ST": 148, "RB": 95, "BU": 66, "SU": 121}
REASON_WORDS = 3

REQUIREMENT = re.compile(r"^\|\s*((?:4L|ST|RB|BU|SU)-\d{3})\s*\|")
ID = re.compile(r"(4L|ST|RB|BU|SU)-(\d{3})")
TEST_FILE = re.compile(r"test_\w+\.py")


class TraceabilityError(ValueError):
	"""Input that cannot be used; `str(error)` says what to do about it."""


@dataclass(frozen=True)
class Row:
	id: str
	status: str = "open"
	where: str = ""
	test: str = ""

	def cells(self) -> tuple[str, str, str, str]:
		return (self.id, self.status, self.where, self.test)


# Reading and writing


def catalogue_ids(markdown: str) -> list[str]:
	"""The requirement ids that start a table row of the catalogue, in its order."""
	ids = [match[1] for line in markdown.splitlines() if (match := REQUIREMENT.match(line))]
	if not ids:
		raise TraceabilityError("The catalogue holds no requirement rows such as `| RB-001 | …`.")
	twice = sorted({identifier for identifier in ids if ids.count(identifier) > 1})
	if twice:
		raise TraceabilityError(f"The catalogue numbers a requirement twice: {', '.join(twice)}.")
	return ids


def read(text: str) -> list[Row]:
	"""The rows of the CSV. Raises TraceabilityError on another header or another number of cells."""
	lines = list(csv.reader(io.StringIO(text), strict=True))
	if not lines or tuple(lines[0]) != HEADER:
		raise TraceabilityError(f"The first line must be exactly `{','.join(HEADER)}`.")
	for number, cells in enumerate(lines[1:], start=2):
		if len(cells) != len(HEADER):
			raise TraceabilityError(f"Record {number} has {len(cells)} cells, not {len(HEADER)}.")
	return [Row(*cells) for cells in lines[1:]]


def render(rows: Iterable[Row]) -> str:
	"""The one form in which the file is written, so that a change of one row is a diff of one line."""
	out = io.StringIO()
	writer = csv.writer(out, lineterminator="\n")
	writer.writerow(HEADER)
	writer.writerows(row.cells() for row in rows)
	return out.getvalue()


def seed(ids: list[str], rows: list[Row]) -> list[Row]:
	"""Every catalogued id in order: its row as it stands, or a new `open` one."""
	known = {row.id: row for row in rows}
	gone = sorted(set(known) - set(ids))
	if gone:
		raise TraceabilityError(
			f"The catalogue no longer has {', '.join(gone)}. Remove these rows by hand if that is meant."
		)
	return [known.get(identifier, Row(identifier)) for identifier in ids]


def expand(term: str) -> list[str]:
	"""`RB-001` or `RB-001..RB-010` (also `RB-001..010`) as a list of ids."""
	first, dots, last = term.strip().partition("..")
	start = ID.fullmatch(first)
	end = ID.fullmatch(last if "-" in last else f"{first[:3]}{last}") if dots else start
	if not start or not end or start[1] != end[1] or int(end[2]) < int(start[2]):
		raise TraceabilityError(
			f"`{term}` is neither an id such as RB-001 nor a range such as RB-001..RB-010."
		)
	return [f"{start[1]}-{number:03d}" for number in range(int(start[2]), int(end[2]) + 1)]


def update(rows: list[Row], changes: Iterable[Row]) -> list[Row]:
	"""The rows with `changes` applied; the id of a change may be a range."""
	result = {row.id: row for row in rows}
	for change in changes:
		for identifier in expand(change.id):
			if identifier not in result:
				raise TraceabilityError(
					f"{identifier} is not in the table. Seed it from the catalogue first."
				)
			result[identifier] = Row(identifier, change.status, change.where.strip(), change.test.strip())
	return list(result.values())


# Checking


def check(text: str, root: Path = ROOT) -> list[str]:
	"""Everything that is not honest or not well formed about the file, each as one sentence; [] is healthy."""
	try:
		rows = read(text)
	except (TraceabilityError, csv.Error) as error:
		return [str(error)]
	problems = [f"{row.id}: {problem}" for row in rows for problem in row_problems(row, root)]
	if not problems and render(rows) != text:
		problems.append("The file is not in its canonical form. Write it with this script, not by hand.")
	return [*numbering_problems([row.id for row in rows]), *problems]


def numbering_problems(ids: list[str]) -> Iterator[str]:
	expected = [f"{board}-{number:03d}" for board, count in BOARDS.items() for number in range(1, count + 1)]
	for identifier in sorted({identifier for identifier in ids if ids.count(identifier) > 1}):
		yield f"{identifier} appears more than once."
	for board, count in BOARDS.items():
		found = sum(identifier.startswith(f"{board}-") for identifier in ids)
		if found != count:
			yield f"{board} has {found} rows, the catalogue {count}."
	for missing in [identifier for identifier in expected if identifier not in set(ids)]:
		yield f"{missing} is missing."
	for unknown in [identifier for identifier in ids if identifier not in set(expected)]:
		yield f"{unknown!r} is not an id of the catalogue."
	if sorted(ids) == sorted(expected) and ids != expected:
		yield "The rows are not in catalogue order."


def row_problems(row: Row, root: Path = ROOT) -> Iterator[str]:
	if row.status not in STATUSES:
		yield f"status {row.status!r} is none of {', '.join(STATUSES)}."
	elif row.status == "open":
		if row.where or row.test:
			yield "an open row has both `where` and `test` empty."
	elif row.status == "declined":
		if len(row.where.split()) < REASON_WORDS:
			yield "a declined row gives its reason in `where`, as a sentence."
		yield from (problem for test in references(row.test) if (problem := proof_problem(test, root)))
	else:
		yield from cell_problems("where", row.where, where_problem, root)
		yield from cell_problems("test", row.test, proof_problem, root)


def cell_problems(cell: str, value: str, problem_of, root: Path) -> Iterator[str]:
	if not references(value):
		yield f"`{cell}` is empty."
	yield from (problem for reference in references(value) if (problem := problem_of(reference, root)))


def references(cell: str) -> list[str]:
	return [part.strip() for part in cell.split(";") if part.strip()]


def where_problem(reference: str, root: Path = ROOT) -> str | None:
	"""What is wrong with one `file`, `file:symbol` or `file#row`, or None."""
	match = re.fullmatch(r"([^:#]+)(?:([:#])(.+))?", reference)
	if not match:
		return f"`{reference}` is not written as file, file:symbol or file#row."
	name, mark, symbol = match.groups()
	path = inside(name, root)
	if not path:
		return f"`{name}` is not a file of this repository."
	if TEST_FILE.fullmatch(path.name) or path.name == "traceability.csv":
		return f"`{name}` proves or lists requirements; `where` is what meets them."
	if mark == ":" and path.suffix == ".py":
		return None if symbol in definitions(path) else f"`{name}` does not define `{symbol}`."
	if symbol and not re.search(rf"(?<![\w-]){re.escape(symbol)}(?![\w-])", path.read_text("utf-8")):
		return f"`{name}` does not contain `{symbol}`."
	return None


def proof_problem(reference: str, root: Path = ROOT) -> str | None:
	"""What is wrong with one pytest node path, or None."""
	name, *nodes = re.sub(r"\[.*\]$", "", reference).split("::")
	path = inside(name, root)
	if not path or not TEST_FILE.fullmatch(path.name):
		return f"`{name}` is not a test file (test_….py) of this repository."
	tests = functions_of_tests(path)
	if not nodes:
		return None if not all(tests.values()) else f"`{name}` holds no test that runs."
	if ".".join(nodes) not in tests:
		return f"`{name}` has no test function `{'::'.join(nodes)}`."
	if tests[".".join(nodes)]:
		return f"`{reference}` is marked to be skipped or to fail, so it proves nothing."
	return None


def inside(name: str, root: Path) -> Path | None:
	"""The file of that name below `root`, or None: no absolute path, no way out through `..`."""
	path = root / name
	if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
		return None
	return path


@cache
def definitions(path: Path) -> frozenset[str]:
	"""Dotted names of the functions, classes and variables that a Python file defines."""
	return frozenset(_definitions(ast.parse(path.read_text("utf-8")).body, ""))


def _definitions(body: list[ast.stmt], prefix: str) -> Iterator[str]:
	for node in body:
		if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
			yield prefix + node.name
			if isinstance(node, ast.ClassDef):
				yield from _definitions(node.body, f"{prefix}{node.name}.")
		elif isinstance(node, ast.Assign | ast.AnnAssign):
			targets = node.targets if isinstance(node, ast.Assign) else [node.target]
			names = (name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
			yield from (prefix + name.id for name in names)
		elif isinstance(node, ast.If | ast.Try):
			yield from _definitions([*node.body, *node.orelse], prefix)


@cache
def functions_of_tests(path: Path) -> dict[str, bool]:
	"""Dotted names of a file's test functions -> whether a mark keeps them from proving anything."""
	tree = ast.parse(path.read_text("utf-8"))
	marks = [
		node.value
		for node in tree.body
		if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets)
	]
	return dict(_functions_of_tests(tree.body, "", any(map(_disabling, marks))))


def _functions_of_tests(body: list[ast.stmt], prefix: str, disabled: bool) -> Iterator[tuple[str, bool]]:
	for node in body:
		if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
			continue
		off = disabled or any(map(_disabling, node.decorator_list))
		if isinstance(node, ast.ClassDef):
			yield from _functions_of_tests(node.body, f"{prefix}{node.name}.", off)
		elif node.name.startswith("test"):
			yield prefix + node.name, off


def _disabling(mark: ast.expr) -> bool:
	"""Whether it is an unconditional skip, or an xfail; `skipif` runs somewhere and is taken as proof."""
	return bool(re.search(r"\b(mark\.skip|mark\.xfail|unittest\.skip|expectedFailure)\b", ast.unparse(mark)))


# Command line


def main(arguments: list[str] | None = None) -> int:
	options = _parser().parse_args(arguments)
	try:
		return options.run(options)
	except (TraceabilityError, csv.Error, OSError) as error:
		sys.stderr.write(f"{error}\n")
		return 2


def _parser() -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(
		description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
	)
	parser.add_argument("--csv", type=Path, default=ROOT / "docs" / "traceability.csv", help="the table")
	commands = parser.add_subparsers(required=True, metavar="COMMAND")
	command = commands.add_parser("seed", help="add the ids of a catalogue that the table lacks")
	command.add_argument("catalogue", type=Path, help="requirements catalogue in Markdown")
	command.set_defaults(run=_seed)
	command = commands.add_parser("set", help="change rows, after checking what they claim")
	command.add_argument("ids", nargs="*", metavar="ID", help="an id or a range such as RB-001..RB-010")
	command.add_argument("--status", choices=STATUSES)
	command.add_argument(
		"--where", default="", help="file, file:symbol or file#row; or the reason to decline"
	)
	command.add_argument("--test", default="", help="pytest node path")
	command.add_argument("--from", dest="source", type=Path, help="CSV of id-or-range,status,where,test")
	command.set_defaults(run=_set)
	commands.add_parser("check", help="list every violation").set_defaults(run=_check)
	commands.add_parser("summary", help="count rows per board and status").set_defaults(run=_summary)
	return parser


def _seed(options: argparse.Namespace) -> int:
	ids = catalogue_ids(options.catalogue.read_text("utf-8"))
	before = read(options.csv.read_text("utf-8")) if options.csv.exists() else []
	rows = seed(ids, before)
	options.csv.parent.mkdir(parents=True, exist_ok=True)
	options.csv.write_text(render(rows), "utf-8")
	print(f"{len(rows)} rows, {len(rows) - len(before)} of them new, in {options.csv}")
	return 0


def _set(options: argparse.Namespace) -> int:
	if bool(options.ids) == bool(options.source) or bool(options.ids) != bool(options.status):
		raise TraceabilityError("Give either ids with --status, or --from FILE.")
	changes = [Row(term, options.status, options.where, options.test) for term in options.ids]
	if options.source:
		text = options.source.read_text("utf-8")
		header = f"{','.join(HEADER)}\n"
		changes = read(text if text.startswith(header) else header + text)
	before = read(options.csv.read_text("utf-8"))
	rows = update(before, changes)
	changed = [row for row, old in zip(rows, before, strict=True) if row != old]
	problems = [f"{row.id}: {problem}" for row in changed for problem in row_problems(row)]
	if problems:
		raise TraceabilityError("\n".join([*problems, "Nothing was changed."]))
	options.csv.write_text(render(rows), "utf-8")
	print(f"{len(changed)} rows changed")
	return 0


def _check(options: argparse.Namespace) -> int:
	problems = check(options.csv.read_text("utf-8"))
	print("\n".join(problems) or f"{options.csv} is in order")
	return 1 if problems else 0


def _summary(options: argparse.Namespace) -> int:
	rows = read(options.csv.read_text("utf-8"))
	print("board", *(f"{status:>9}" for status in STATUSES))
	for board in [*BOARDS, ""]:
		counts = [sum(r.status == status and r.id.startswith(board) for r in rows) for status in STATUSES]
		print(f"{board or 'all':5}", *(f"{count:9}" for count in counts))
	return 0


if __name__ == "__main__":
	sys.exit(main())
