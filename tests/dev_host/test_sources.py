"""Where Frappe comes from, and undoing the package's rename."""

import zipfile
from pathlib import Path

import pytest

from dev_host import frappe_source, node, unwheel
from dev_host.errors import BadDownload, BadSource, WouldRebuild
from dev_host.frappe_source import Source
from dev_host.state import State

DIGEST = "ab" * 32
LOCK = f"package==1 --hash=sha256:{DIGEST}\n"


@pytest.fixture
def state(tmp_path: Path) -> State:
	return State(tmp_path / "state.json")


@pytest.fixture
def offline(monkeypatch):
	monkeypatch.setattr(frappe_source, "public_repository_answers", lambda: False)


@pytest.fixture
def online(monkeypatch):
	monkeypatch.setattr(frappe_source, "public_repository_answers", lambda: True)


def test_the_public_repository_comes_before_the_package(state, online):
	found = frappe_source.choose(None, None, {}, state, LOCK)
	assert (found.kind, found.branch) == ("git", "version-15")


def test_the_package_is_the_last_resort(state, offline):
	assert frappe_source.choose(None, None, {}, state, LOCK) == Source("wheel", DIGEST)


def test_what_is_named_comes_first(state, online):
	environ = {"FRAPPE_SOURCE": "https://git.example/frappe", "FRAPPE_BRANCH": "version-16"}
	found = frappe_source.choose(None, None, environ, state, LOCK)
	assert found == Source("git", "https://git.example/frappe", "version-16")
	found = frappe_source.choose("https://other.example/frappe", "main", environ, state, LOCK)
	assert found == Source("git", "https://other.example/frappe", "main")


def test_the_choice_is_remembered_when_the_network_changes(state, monkeypatch):
	monkeypatch.setattr(frappe_source, "public_repository_answers", lambda: False)
	first = frappe_source.choose(None, None, {}, state, LOCK)
	frappe_source.settle(first, state, [], fresh=False)
	monkeypatch.setattr(frappe_source, "public_repository_answers", lambda: True)
	assert frappe_source.choose(None, None, {}, state, LOCK) == first


ONE, OTHER = Source("git", "/srv/frappe", "version-15"), Source("git", "/srv/frappe", "version-16")


def test_another_frappe_is_not_put_under_sites_that_hold_something(state):
	frappe_source.settle(ONE, state, [], fresh=False)
	with pytest.raises(
		WouldRebuild, match=r"version-15\. On .*version-16 .*in a\.localhost would be lost"
	) as refusal:
		frappe_source.settle(OTHER, state, ["a.localhost"], fresh=False)
	assert "--fresh" in refusal.value.remedy
	assert frappe_source.choose(None, None, {}, state, LOCK) == ONE


@pytest.mark.parametrize(("sites", "fresh"), [([], False), (["a.localhost"], True)])
def test_another_frappe_is_taken_where_nothing_is_lost_or_it_may_go(state, sites, fresh):
	frappe_source.settle(ONE, state, [], fresh=False)
	frappe_source.settle(OTHER, state, sites, fresh=fresh)
	assert frappe_source.choose(None, None, {}, state, LOCK) == OTHER


def test_the_same_frappe_again_is_no_change(state):
	frappe_source.settle(ONE, state, [], fresh=False)
	frappe_source.settle(ONE, state, ["a.localhost"], fresh=False)


def test_a_plain_folder_with_frappe_in_it_will_do(tmp_path: Path):
	(tmp_path / "frappe").mkdir()
	(tmp_path / "frappe" / "hooks.py").touch()
	assert frappe_source.named(str(tmp_path), "").kind == "folder"


def test_another_folder_is_refused(tmp_path: Path):
	with pytest.raises(BadSource, match="neither a git repository nor"):
		frappe_source.named(str(tmp_path), "")


def test_a_path_that_does_not_exist_is_refused():
	with pytest.raises(BadSource, match="doesn't exist"):
		frappe_source.named("no/such/path", "")


@pytest.mark.parametrize("address", ["https://git.example/x", "ssh://git@x/y", "git@host.example:x/y.git"])
def test_git_addresses_are_recognised(address):
	assert frappe_source.named(address, "b") == Source("git", address, "b")


def test_requirements_are_read_without_a_toml_reader():
	text = """[project]
dependencies = [
    # core
    "Babel~=2.13.1",
    "bleach[css]~=6.0.0",  # with a comment
    'rsa>=4.1'
]
[project.urls]
Homepage = "https://x.example"
"""
	assert frappe_source.requirements(text) == ["Babel~=2.13.1", "bleach[css]~=6.0.0", "rsa>=4.1"]


def test_what_a_tree_requires_itself_is_not_asked_for_again():
	extra = ["# a comment", "pydyf<0.11        # breaks", "setuptools<81", "pytest"]
	assert frappe_source.beside(["pydyf==0.12.1", "bleach[css]~=6.0"], extra) == ["setuptools<81", "pytest"]
	assert frappe_source.beside(["Babel"], extra) == extra[1:]


def test_a_tree_without_requirements_is_refused():
	with pytest.raises(BadSource):
		frappe_source.requirements("[project]\nname = 'frappe'\n")


@pytest.mark.parametrize(
	("renamed", "name"),
	[
		("import criscostack", "import frappe"),
		("Criscostack Technologies", "Frappe Technologies"),
		("CRISCOSTACK_REDIS", "FRAPPE_REDIS"),
		("criscoerp and CriscoERP", "erpnext and FrappeERP"),
		("brik_helper", "bench_helper"),
		("nothing of the kind", "nothing of the kind"),
	],
)
def test_names_are_restored(renamed, name):
	assert unwheel.original(renamed) == name


def make_wheel(path: Path, files: dict[str, bytes]) -> Path:
	with zipfile.ZipFile(path, "w") as archive:
		for name, content in files.items():
			archive.writestr(name, content)
	return path


def test_a_wheel_becomes_a_tree(tmp_path: Path):
	files = {
		"criscostack/hooks.py": b"app_name = 'criscostack'",
		"criscostack/utils/brik_helper.py": b"",
		"criscostack/public/logo.png": b"\x89PNG\xff\xfe crisco",
		"criscostack/.DS_Store": b"x",
		"criscostack-1.0.0.dist-info/METADATA": b"x",
	}
	target = tmp_path / "tree"
	assert unwheel.unwheel(make_wheel(tmp_path / "x.whl", files), target) == 3
	assert (target / "frappe" / "hooks.py").read_text() == "app_name = 'frappe'"
	assert (target / "frappe" / "utils" / "bench_helper.py").exists()
	assert (target / "frappe" / "public" / "logo.png").read_bytes() == files["criscostack/public/logo.png"]
	assert 'dynamic = ["version"]' in (target / "pyproject.toml").read_text()
	assert sorted(entry.name for entry in target.iterdir()) == ["frappe", "pyproject.toml"]


@pytest.mark.parametrize("name", ["../outside.py", "/outside.py", "criscostack/../../outside.py"])
def test_a_wheel_cannot_write_elsewhere(tmp_path: Path, name):
	with pytest.raises(BadDownload, match="holds the path"):
		unwheel.unwheel(make_wheel(tmp_path / "x.whl", {name: b""}), tmp_path / "tree")
	assert not (tmp_path / "outside.py").exists()


def test_a_damaged_wheel_is_refused(tmp_path: Path):
	(tmp_path / "x.whl").write_bytes(b"no zip")
	with pytest.raises(BadDownload, match="damaged"):
		unwheel.unwheel(tmp_path / "x.whl", tmp_path / "tree")


def test_another_file_than_the_pinned_one_is_refused(tmp_path: Path):
	(tmp_path / "x.whl").write_bytes(b"other")
	with pytest.raises(BadDownload, match="not the pinned"):
		unwheel.check(tmp_path / "x.whl", DIGEST)


def test_the_pinned_digest_is_the_only_one():
	assert unwheel.pinned_digest(LOCK) == DIGEST
	with pytest.raises(BadDownload):
		unwheel.pinned_digest(LOCK + LOCK)


def test_a_newer_trees_packages_are_added_but_not_those_from_git_hosts():
	ours = {"jquery": "3.7.0", "air-datepicker": "2.2.3"}
	theirs = {
		"jquery": "3.8.0",
		"air-datepicker": "github:frappe/air-datepicker",
		"photo": "^5.0",
		"fork": "git+https://git.example/fork",
		"short": "someone/fork",
		"chalk": "^2",
	}
	assert node.extra_packages(ours, theirs) == {"photo": "^5.0"}
