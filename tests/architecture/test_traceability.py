"""docs/traceability.csv stays honest: it names files, symbols and tests that exist, and no requirement is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import seed_traceability as traceability

ROOT = Path(__file__).resolve().parents[2]

Row = traceability.Row

ALL_IDS = [
	f"{board}-{number:03d}"
	for board, count in (("4L", 91), ("ST", 148), ("RB", 95), ("BU", 66), ("SU", 121))
	for number in range(1, count + 1)
]


def test_the_table_of_this_repository_is_honest():
	problems = traceability.check((ROOT / "docs" / "traceability.csv").read_text("utf-8"))
	assert problems == []


def test_the_table_has_every_id_of_the_catalogue_once_and_in_order():
	lines = (ROOT / "docs" / "traceability.csv").read_text("utf-8").splitlines()
	assert lines[0] == "id,status,where,test"
	assert [line.split(",")[0] for line in lines[1:]] == ALL_IDS
	assert len(ALL_IDS) == 521


@pytest.fixture
def repository(tmp_path: Path) -> Path:
	files = {
		"app/engine.py": "LIMIT = 5\n\nclass Clock:\n\tdue: int = 0\n\n\tdef status(self): ...\n\ndef plan(): ...\n",
		"app/policy.json": '{"clock": "RB.S1.SPEAK"}\n',
		"tests/test_engine.py": (
			"import pytest\n\ndef test_plan(): ...\n\ndef helper(): ...\n\n"
			"class TestClock:\n\tdef test_due(self): ...\n\n"
			"@pytest.mark.skip(reason='later')\ndef test_later(): ...\n\n"
			"@pytest.mark.skipif(True, reason='v16')\ndef test_there(): ...\n"
		),
		"tests/test_empty.py": "def helper(): ...\n",
		"tests/test_off.py": "import pytest\npytestmark = pytest.mark.skip\n\ndef test_off(): ...\n",
	}
	for name, text in files.items():
		path = tmp_path / name
		path.parent.mkdir(exist_ok=True)
		path.write_text(text, "utf-8")
	return tmp_path


PLAN, PROOF = "app/engine.py:plan", "tests/test_engine.py::test_plan"


def table(*rows: Row) -> str:
	planted = {row.id: row for row in rows}
	return traceability.render(planted.get(identifier, Row(identifier)) for identifier in ALL_IDS)


@pytest.mark.parametrize(
	"row",
	[
		Row("RB-001", "done", PLAN, PROOF),
		Row("RB-001", "done", "app/engine.py", "tests/test_engine.py"),
		Row("RB-001", "prompted", "app/engine.py:Clock.status; app/engine.py:LIMIT", PROOF),
		Row("RB-001", "setting", "app/engine.py:Clock.due", "tests/test_engine.py::TestClock::test_due"),
		Row("RB-001", "done", "app/policy.json#RB.S1.SPEAK", "tests/test_engine.py::test_plan[redbridge]"),
		Row("RB-001", "done", PLAN, "tests/test_engine.py::test_there"),
		Row("RB-001", "declined", "Whistleblowing is a signpost, not an intake."),
	],
)
def test_an_honest_row_passes(row: Row, repository: Path):
	assert traceability.check(table(row), repository) == []


@pytest.mark.parametrize(
	("row", "sentence"),
	[
		(Row("RB-001", "finished", PLAN, PROOF), "status 'finished' is none of"),
		(Row("RB-001", "", "", ""), "status '' is none of"),
		(Row("RB-001", "open", PLAN, ""), "an open row has both"),
		(Row("RB-001", "open", "", PROOF), "an open row has both"),
		(Row("RB-001", "done", "", PROOF), "`where` is empty"),
		(Row("RB-001", "prompted", PLAN, ""), "`test` is empty"),
		(Row("RB-001", "setting", " ; ", PROOF), "`where` is empty"),
		(Row("RB-001", "done", "app/gone.py", PROOF), "`app/gone.py` is not a file"),
		(Row("RB-001", "done", "app", PROOF), "`app` is not a file"),
		(Row("RB-001", "done", "../outside.py", PROOF), "is not a file of this repository"),
		(Row("RB-001", "done", "/etc/hostname", PROOF), "is not a file of this repository"),
		(Row("RB-001", "done", "app/engine.py:pla", PROOF), "does not define `pla`"),
		(Row("RB-001", "done", "app/engine.py:status", PROOF), "does not define `status`"),
		(Row("RB-001", "done", f"{PLAN}; app/engine.py:gone", PROOF), "does not define `gone`"),
		(Row("RB-001", "done", "app/policy.json#RB.S1.SPE", PROOF), "does not contain `RB.S1.SPE`"),
		(Row("RB-001", "done", "app/engine.py:", PROOF), "is not written as file"),
		(Row("RB-001", "done", "tests/test_engine.py", PROOF), "`where` is what meets them"),
		(Row("RB-001", "done", PLAN, "tests/test_gone.py"), "is not a test file"),
		(Row("RB-001", "done", PLAN, "app/engine.py::plan"), "is not a test file"),
		(Row("RB-001", "done", PLAN, "tests/test_engine.py::test_gone"), "has no test function `test_gone`"),
		(Row("RB-001", "done", PLAN, "tests/test_engine.py::helper"), "has no test function `helper`"),
		(Row("RB-001", "done", PLAN, "tests/test_engine.py::test_due"), "has no test function `test_due`"),
		(Row("RB-001", "done", PLAN, f"{PROOF}; tests/test_gone.py"), "is not a test file"),
		(Row("RB-001", "done", PLAN, "tests/test_empty.py"), "holds no test that runs"),
		(Row("RB-001", "done", PLAN, "tests/test_off.py"), "holds no test that runs"),
		(Row("RB-001", "done", PLAN, "tests/test_engine.py::test_later"), "proves nothing"),
		(Row("RB-001", "declined", "", ""), "gives its reason"),
		(Row("RB-001", "declined", "no", ""), "gives its reason"),
		(
			Row("RB-001", "declined", "Not this product's business.", "tests/test_gone.py"),
			"is not a test file",
		),
	],
)
def test_a_planted_dishonest_row_is_caught(row: Row, sentence: str, repository: Path):
	problems = traceability.check(table(row), repository)
	assert len(problems) == 1
	assert problems[0].startswith("RB-001: ")
	assert sentence in problems[0]


@pytest.mark.parametrize(
	("broken", "sentence"),
	[
		("", "The first line must be exactly"),
		(table().replace("id,status,where,test", "id,status,test,where"), "The first line must be exactly"),
		(table().replace("RB-095,open,,\n", ""), "RB has 94 rows, the catalogue 95."),
		(table().replace("RB-095,open,,\n", ""), "RB-095 is missing."),
		(table().replace("RB-095,open,,\n", "RB-094,open,,\n"), "RB-094 appears more than once."),
		(table().replace("RB-095,", "RB-096,"), "'RB-096' is not an id of the catalogue."),
		(table().replace("SU-121,", "SU-0121,"), "'SU-0121' is not an id of the catalogue."),
		(table() + "XX-001,open,,\n", "'XX-001' is not an id of the catalogue."),
		(
			table().replace("RB-001,open,,\nRB-002,open,,\n", "RB-002,open,,\nRB-001,open,,\n"),
			"catalogue order",
		),
		(table().replace("RB-001,open,,\n", "RB-001,open,\n"), "has 3 cells, not 4."),
		(table().replace("RB-001,open,,\n", '"RB-001",open,,\n'), "canonical form"),
		(table() + "\n", "has 0 cells"),
	],
)
def test_a_planted_broken_table_is_caught(broken: str, sentence: str):
	assert sentence in "\n".join(traceability.check(broken))


CATALOGUE = """
| ID | Requirement |
|---|---|
| RB-001 | Speak first, as ST-099 says. |
| RB-002 | Escalate. |

RB-003 in prose is no row, and | X-A1 | is an ambiguity.
"""


def test_seeding_adds_new_ids_and_keeps_rows():
	kept = Row("RB-002", "declined", "A reason of some length.")
	rows = traceability.seed(traceability.catalogue_ids(CATALOGUE), [kept])
	assert rows == [Row("RB-001"), kept]
	assert traceability.seed(traceability.catalogue_ids(CATALOGUE), rows) == rows


def test_seeding_refuses_to_lose_a_row():
	with pytest.raises(traceability.TraceabilityError, match=r"no longer has RB-003\."):
		traceability.seed(["RB-001"], [Row("RB-003", "done", PLAN, PROOF)])


@pytest.mark.parametrize("catalogue", ["no rows", CATALOGUE + "| RB-001 | Again. |"])
def test_a_useless_catalogue_is_refused(catalogue: str):
	with pytest.raises(traceability.TraceabilityError):
		traceability.catalogue_ids(catalogue)


@pytest.mark.parametrize(
	("term", "ids"),
	[
		("RB-001", ["RB-001"]),
		("RB-009..RB-011", ["RB-009", "RB-010", "RB-011"]),
		("4L-001..002", ["4L-001", "4L-002"]),
	],
)
def test_ranges_of_ids(term: str, ids: list[str]):
	assert traceability.expand(term) == ids


@pytest.mark.parametrize("term", ["", "RB", "RB-1", "RB-002..RB-001", "RB-001..ST-002", "RB-001.."])
def test_nonsensical_ranges_are_refused(term: str):
	with pytest.raises(traceability.TraceabilityError):
		traceability.expand(term)


def test_the_command_line_seeds_sets_and_refuses_what_is_not_true(tmp_path: Path, capsys):
	catalogue, csv = tmp_path / "catalogue.md", tmp_path / "traceability.csv"
	catalogue.write_text(CATALOGUE, "utf-8")
	bulk = tmp_path / "bulk.csv"
	bulk.write_text('RB-001..002,declined,"Said elsewhere, in full.",\n', "utf-8")

	def run(*arguments: str) -> int:
		return traceability.main(["--csv", str(csv), *arguments])

	assert run("seed", str(catalogue)) == 0
	seeded = csv.read_text("utf-8")
	assert run("seed", str(catalogue)) == 0
	assert csv.read_text("utf-8") == seeded == "id,status,where,test\nRB-001,open,,\nRB-002,open,,\n"

	assert run("set", "RB-001..RB-002", "--status", "done", "--where", "no/such.py", "--test", "no") == 2
	assert "Nothing was changed." in capsys.readouterr().err
	assert run("set", "RB-003", "--status", "open") == 2
	assert run("set", "RB-001") == 2
	assert csv.read_text("utf-8") == seeded

	here = "tests/architecture/test_traceability.py::test_ranges_of_ids"
	script = "scripts/seed_traceability.py:expand"
	assert run("set", "RB-002", "--status", "done", "--where", script, "--test", here) == 0
	assert csv.read_text("utf-8").endswith(f"RB-001,open,,\nRB-002,done,{script},{here}\n")
	assert run("set", "--from", str(bulk)) == 0
	assert csv.read_text("utf-8").count('declined,"Said elsewhere, in full.",') == 2
