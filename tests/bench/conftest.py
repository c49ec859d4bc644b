"""A bench made by frappe-bench itself. Run with `./dev test bench`, which prepares the home that it lies in."""

import json
import os
import secrets
import sys
from pathlib import Path

import pytest

# pytest runs with --import-mode=importlib, which leaves sys.path alone.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_command import APP, SITE, Bench, run, setting


@pytest.fixture(scope="session")
def bench() -> Bench:
	"""`bench init` and `get-app`, as the README tells an organisation's administrator."""
	assert os.getuid() != 0, "bench refuses to run as root"
	home = Path(setting("SE_HOME"))
	source = home / "source"
	options = ["--skip-assets", "--skip-redis-config-generation", "--no-procfile", "--no-backups"]
	frappe = ["--python", setting("SE_PYTHON"), "--frappe-path", str(source / "frappe")]
	run(["bench", "init", *options, *frappe, "bench"], home)
	made = Bench(home / "bench")
	redis = dict.fromkeys(("redis_cache", "redis_queue", "redis_socketio"), setting("SE_REDIS"))
	config = made.folder / "sites" / "common_site_config.json"
	servers = {"db_host": "127.0.0.1", "db_port": int(setting("SE_DB_PORT")), **redis}
	config.write_text(json.dumps({**json.loads(config.read_text()), **servers}))
	made("get-app", "--skip-assets", str(source / APP))
	return made


@pytest.fixture(scope="session")
def site(bench: Bench) -> Bench:
	"""The bench with a site that doesn't have the app yet. `./dev test bench` drops its database."""
	root = ["--db-root-username", setting("SE_DB_ADMIN"), "--db-root-password", setting("SE_DB_PASSWORD")]
	scope = "--mariadb-user-host-login-scope=%"
	option = scope if scope.split("=")[0] in bench("new-site", "--help") else "--no-mariadb-socket"
	password = secrets.token_hex(8)
	bench(
		"new-site",
		SITE,
		"--db-name",
		setting("SE_DB_NAME"),
		*root,
		"--admin-password",
		password,
		"--force",
		option,
	)
	return bench
