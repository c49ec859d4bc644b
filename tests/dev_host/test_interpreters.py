"""Which Python is chosen, and pip's settings said in uv's words."""

from pathlib import Path

import pytest

from dev_host import interpreters, pip_settings
from dev_host.errors import WrongPython
from dev_host.interpreters import Found

PYTHONS = {(3, 10): Path("/p310"), (3, 11): Path("/p311"), (3, 12): Path("/p312"), (3, 14): Path("/p314")}


@pytest.mark.parametrize(
	("requires", "minor"),
	[
		(">=3.10", (3, 11)),
		(">=3.10,<3.13", (3, 11)),
		(">=3.12", (3, 12)),
		(">=3.14,<3.15", (3, 14)),
		(">=3.10,<3.11", (3, 10)),
		(">=3.9, <=3.10", (3, 10)),
	],
)
def test_the_best_known_python_that_the_tree_allows(requires, minor):
	assert interpreters.choose(PYTHONS, requires) == PYTHONS[minor]


def test_no_fitting_python_says_which_would_do():
	with pytest.raises(WrongPython, match=r"3\.13 to 3\.13, and this machine has 3\.10, 3\.11, 3\.12, 3\.14"):
		interpreters.choose(PYTHONS, ">=3.13,<3.14")


@pytest.mark.parametrize(
	("output", "probe"),
	[
		(
			"CPython 3 11 7 True True /usr/bin/python3.11\n",
			Found((3, 11, 7), Path("/usr/bin/python3.11"), True),
		),
		("CPython 3 12 0 True False /with a space/python\n", Found((3, 12, 0), Path("/with a space/python"))),
		("CPython 3 11 7 False True /venv/bin/python\n", None),
		("PyPy 3 10 1 True True /usr/bin/pypy3\n", None),
		("", None),
	],
)
def test_a_probe_is_read(output, probe):
	assert interpreters.parse_probe(output) == probe


def test_a_quick_one_then_the_newest_of_each_minor_version_is_kept_and_unsupported_ones_left_out():
	found = [
		Found((3, 11, 2), Path("/distribution"), quick=True),
		Found((3, 11, 7), Path("/compiled")),
		Found((3, 12, 1), Path("/older")),
		Found((3, 12, 4), Path("/newer")),
		Found((3, 9, 1), Path("/c"), quick=True),
		Found((3, 15, 0), Path("/d"), quick=True),
	]
	assert interpreters.best_of_each(found) == {(3, 11): Path("/distribution"), (3, 12): Path("/newer")}


def test_this_python_is_found():
	assert interpreters.discover()


def test_pip_settings_are_read_and_the_environment_wins():
	listing = "global.index-url='https://a.example/simple'\n:env:.index-url='https://b.example/simple'\nglobal.cert='/c.pem'\nnoise\n"
	assert pip_settings.parse(listing) == {"index-url": "https://b.example/simple", "cert": "/c.pem"}


def test_uv_follows_pips_index_and_certificate():
	found = pip_settings.to_uv(
		{"index-url": "https://a.example/simple", "cert": "/c.pem", "default-timeout": "180"}, {}
	)
	assert found["UV_DEFAULT_INDEX"] == "https://a.example/simple"
	assert found["SSL_CERT_FILE"] == "/c.pem"
	assert found["UV_HTTP_TIMEOUT"] == "180"


def test_what_was_set_for_uv_stays():
	assert "UV_DEFAULT_INDEX" not in pip_settings.to_uv({"index-url": "x"}, {"UV_DEFAULT_INDEX": "mine"})


def test_an_extra_index_that_is_a_missing_folder_is_left_out(tmp_path: Path):
	settings = {"extra-index-url": f"file:///no/such/folder file://{tmp_path}"}
	assert pip_settings.to_uv(settings, {})["UV_INDEX"] == f"file://{tmp_path}"
