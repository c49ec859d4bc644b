"""Which demo data `./dev up` loads: what was asked for, else what is there, else a partnership's."""

import json
from pathlib import Path

import pytest

from dev_host.cli import parser
from dev_host.layout import Layout
from dev_host.progress import Progress
from dev_host.site import Site
from dev_host.state import State


class SeenSite(Site):
	"""A site that notes which demo data it was told to load, and says so."""

	loaded: list[str]

	def inside(self, script: str, *arguments: str | Path) -> str:
		target, kind = arguments
		self.loaded.append(str(kind))
		Path(target).parent.mkdir(parents=True, exist_ok=True)
		Path(target).write_text(json.dumps({"logins": [], "cases": [], "kind": kind}))
		return script


@pytest.fixture
def site(tmp_path: Path) -> SeenSite:
	setup = tmp_path / "safeguarding_escalation" / "setup"
	(setup / "demo_data").mkdir(parents=True)
	(setup / "demo.py").write_text("")
	(setup / "demo_data" / "people.json").write_text("{}")
	made = SeenSite(Layout(tmp_path), State(tmp_path / "state.json"), "safeguarding.localhost")
	made.loaded = []
	return made


def load(site: SeenSite, kind: str | None = None) -> object:
	return site.load_demo(Progress(site.state), kind)["kind"]


def test_a_partnerships_first_and_then_what_is_there(site):
	assert load(site) == "board"
	assert load(site, "trust") == "trust"
	assert load(site) == "trust"
	assert load(site, "board") == "board"
	assert site.loaded == ["board", "trust", "board"]


def test_changed_cases_are_loaded_again(site):
	load(site)
	(site.layout.package / "setup" / "demo_data" / "people.json").write_text('{"agencies": []}')
	load(site)
	assert site.loaded == ["board", "board"]


def test_only_the_two_are_known():
	assert parser().parse_args(["up", "--demo", "trust"]).demo == "trust"
	assert parser().parse_args(["up"]).demo is None
	with pytest.raises(SystemExit):
		parser().parse_args(["up", "--demo", "hospital"])
