"""Tests side by side: which sites a run gets, and that each process of pytest finds its own."""

import json
import os
import subprocess
import sys

import pytest

from dev_host.layout import TEST_SITE, TEST_SITES
from dev_host.testing import lanes
from dev_host.up import HOLDERS


@pytest.mark.parametrize(
	("cores", "site", "passed", "sites"),
	[
		(2, None, [], list(TEST_SITES)),
		(8, None, [], list(TEST_SITES)),
		(2, TEST_SITE, [], list(TEST_SITES)),
		(1, None, [], [TEST_SITE]),
		(None, None, [], [TEST_SITE]),
		(2, None, ["-k", "sweep"], [TEST_SITE]),
		(2, "mine.localhost", [], []),
	],
)
def test_a_whole_run_has_a_site_for_each_of_two_cores(monkeypatch, cores, site, passed, sites):
	monkeypatch.setattr(os, "cpu_count", lambda: cores)
	assert [lane.site for lane in lanes.chosen(site, passed)] == sites


def test_two_lanes_share_no_site_service_port_or_folder():
	first, second = lanes.LANES
	assert not {*vars(first).values()} & {*vars(second).values()}
	for lane in lanes.LANES:
		assert (HOLDERS[lane.web_port], HOLDERS[lane.mail_port]) == (lane.web, lane.mail)


def test_one_lane_runs_as_one_process():
	assert lanes.together([{"SE_SITE": "a"}]) == ({"SE_SITE": "a"}, [])


def test_each_process_is_told_its_own_site(tmp_path):
	"""With pytest's own plugin loading, as a worker of pytest-xdist does it."""
	env, arguments = lanes.together([{"SE_SITE": "a"}, {"SE_SITE": "b"}])
	assert arguments[-4:] == ["-n", "2", "--dist", "loadfile"]
	plugin = arguments[arguments.index("-p") + 1]
	test = tmp_path / "test_site.py"
	test.write_text(
		"import os\n\nSITE = os.environ['SE_SITE']\n\n\ndef test_site():\n\tassert SITE == os.environ['WANTED']\n"
	)
	for worker, wanted in (("gw0", "a"), ("gw1", "b"), ("", "a")):
		told = {**os.environ, **env, "PYTEST_XDIST_WORKER": worker, "WANTED": wanted}
		words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", plugin, str(test)]
		ran = subprocess.run(words, env=told, capture_output=True, text=True, check=False)  # noqa: S603
		assert ran.returncode == 0, ran.stdout + ran.stderr
	assert json.loads(env["SE_LANES"])[1]["SE_SITE"] == "b"
