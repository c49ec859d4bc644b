"""With frappe-bench itself and no rights on the machine: installed, migrated, uninstalled, and nothing stays behind.

The tests go on from one another, in this order: a bench and a site take most of a minute.
"""

import pytest
from bench_command import APP, Bench


@pytest.fixture(scope="module")
def before(site: Bench) -> dict[str, list[str]]:
	"""What the site holds without the app."""
	return site.rows()


@pytest.fixture(scope="module")
def installed(site: Bench, before: dict[str, list[str]]) -> dict[str, list[str]]:
	"""What it holds once `bench install-app` is through."""
	assert "tabEscalation" not in before["tables"]
	site.on_site("install-app", APP)
	return site.rows()


def test_bench_installs_the_app(site: Bench, installed: dict[str, list[str]]):
	assert APP in site.on_site("list-apps")
	assert {"tabEscalation", "tabStage Log", "tabBoard Policy"} <= set(installed["tables"])
	assert "Board Business Manager" in installed["tabRole"]
	assert installed["tabWorkflow"]


def test_bench_migrates_it_and_changes_nothing(site: Bench, installed: dict[str, list[str]]):
	site.on_site("migrate")
	assert differences(installed, site.rows()) == {}


def test_bench_uninstalls_it_and_nothing_stays_behind(
	site: Bench, before: dict[str, list[str]], installed: dict[str, list[str]]
):
	assert set(differences(before, installed)) > {"tables", "tabDocType", "tabRole", "tabWorkflow"}
	site.on_site("uninstall-app", APP, "--yes", "--no-backup")
	assert APP not in site.on_site("list-apps")
	assert differences(before, site.rows()) == {}


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
	"""What only one of them holds, by table: "+ name" came, "- name" went."""
	found = {}
	for table in sorted({*one, *other}):
		was, is_ = set(one.get(table, [])), set(other.get(table, []))
		if was != is_:
			found[table] = [f"+ {name}" for name in sorted(is_ - was)] + [
				f"- {name}" for name in sorted(was - is_)
			]
	return found
