"""What `./dev test PART -- …` gives to pytest."""

from pathlib import Path

import pytest

from dev_host.testing.workshop import narrowed

SITE, ENGINE = "safeguarding_escalation/tests", "tests/engine"


@pytest.fixture
def root(tmp_path: Path) -> Path:
	for folder in (SITE, ENGINE):
		(tmp_path / folder).mkdir(parents=True)
		(tmp_path / folder / "test_a.py").touch()
	return tmp_path


@pytest.mark.parametrize(
	("passed", "wanted"),
	[
		([], [SITE]),
		(["-k", "sweep"], [SITE, "-k", "sweep"]),
		(["-k", "a/b"], [SITE, "-k", "a/b"]),
		([f"{SITE}/test_a.py", "-x"], [f"{SITE}/test_a.py", "-x"]),
		([f"{SITE}/test_a.py::test_b"], [f"{SITE}/test_a.py::test_b"]),
		([f"{ENGINE}/test_a.py", f"{SITE}/test_a.py", "-x"], [f"{SITE}/test_a.py", "-x"]),
		([f"{ENGINE}/test_a.py", "-x"], None),
	],
)
def test_named_tests_take_the_place_of_the_folder(root, passed, wanted):
	assert narrowed(SITE, passed, root) == wanted
