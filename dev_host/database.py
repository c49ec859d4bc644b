"""A private MariaDB under `.dev/db`, on 127.0.0.1 and a port of its own."""

from __future__ import annotations

import secrets
import shutil
import socket
import tempfile
from pathlib import Path

from dev_host import fingerprints, ports
from dev_host.command import run
from dev_host.errors import DatabaseRefused
from dev_host.layout import Layout
from dev_host.machine import find_program, is_root
from dev_host.services import Service
from dev_host.state import State

ADMIN = "bench_admin"
SOCKET_LIMIT = 100  # a Unix socket's path may be 107 bytes


def admin_password(state: State) -> str:
	"""The private server's administrator password: made up once, kept in the state file."""
	secret = state.section("secrets")
	if "database" not in secret:
		secret["database"] = secrets.token_urlsafe(18)
		state.save()
	return str(secret["database"])


def grants(password: str) -> str:
	"""SQL run at each start: an administrator who may come over TCP (root@localhost may not, see skip-name-resolve)."""
	return (
		f"CREATE USER IF NOT EXISTS {ADMIN}@'%' IDENTIFIED BY '{password}';\n"
		f"ALTER USER {ADMIN}@'%' IDENTIFIED BY '{password}';\n"
		f"GRANT ALL ON *.* TO {ADMIN}@'%' WITH GRANT OPTION;\n"
	)


def socket_path(layout: Layout) -> Path:
	"""A socket file in `.dev/run`, or in the temporary folder where the checkout's path is too long for one."""
	path = layout.run / "db.sock"
	if len(str(path).encode()) <= SOCKET_LIMIT:
		return path
	return Path(tempfile.gettempdir()) / f"se-db-{fingerprints.of_text(str(layout.root))}.sock"


def options(layout: Layout, port: int, *, durable: bool = False) -> list[str]:
	"""mariadbd's options. Frappe's 2023 tree refuses Debian's default character settings.

	A power cut may lose the last second here, a killed process may not: this is a database to try things in. `durable`
	writes each commit to the disk before it is answered, as a server in use does.
	"""
	return [
		"--no-defaults",
		f"--datadir={layout.database}",
		f"--socket={socket_path(layout)}",
		f"--pid-file={layout.run / 'mariadbd.id'}",
		f"--port={port}",
		"--bind-address=127.0.0.1",
		"--character-set-client-handshake=FALSE",
		"--character-set-server=utf8mb4",
		"--collation-server=utf8mb4_unicode_ci",
		f"--innodb-flush-log-at-trx-commit={1 if durable else 2}",
		"--innodb-buffer-pool-size=256M",
		"--max-allowed-packet=64M",
		"--skip-log-bin",
		"--skip-name-resolve",
		"--performance-schema=OFF",
		*(["--user=root"] if is_root() else []),
	]


def create(layout: Layout) -> None:
	"""An empty data folder, whole or not at all."""
	partial = layout.dev / "db.part"
	shutil.rmtree(partial, ignore_errors=True)
	installer = find_program("mariadb-install-db") or Path("mariadb-install-db")
	command: list[str | Path] = [
		installer,
		"--no-defaults",
		f"--datadir={partial}",
		"--auth-root-authentication-method=normal",
		"--skip-test-db",
		"--force",  # where the machine cannot look up its own name
		"--skip-name-resolve",
		*(["--user=root"] if is_root() else []),
	]
	run(command, layout.logs / "database-create.log", cwd=layout.dev)
	shutil.rmtree(layout.database, ignore_errors=True)
	partial.rename(layout.database)


def greets(port: int) -> bool:
	"""Whether a MariaDB says hello on the port: its first packet is protocol version 10, an error packet begins 0xff."""
	try:
		with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
			connection.settimeout(2)
			return connection.recv(5)[4:5] == b"\x0a"
	except OSError:
		return False


def service(layout: Layout, state: State, port: int, *, durable: bool = False) -> Service:
	"""The server. Its grants file is readable by this user only."""
	grants_file = layout.run / "grants.sql"
	grants_file.parent.mkdir(parents=True, exist_ok=True)
	grants_file.touch(mode=0o600)
	grants_file.write_text(grants(admin_password(state)))
	return Service(
		name="database",
		argv=[
			find_program("mariadbd") or "mariadbd",
			*options(layout, port, durable=durable),
			f"--init-file={grants_file}",
		],
		cwd=layout.dev,
		ready=lambda: greets(port),
		port=port,
		failure=DatabaseRefused,
	)


def drop(layout: Layout, state: State, name: str) -> None:
	"""Drop a database of the running server, and the database user of the same name."""
	client = find_program("mariadb") or Path("mariadb")
	server = [
		"--no-defaults",
		"--host=127.0.0.1",
		f"--port={state.section('ports')['db']}",
		f"--user={ADMIN}",
	]
	statements = f"DROP DATABASE IF EXISTS `{name}`; DROP USER IF EXISTS '{name}'@'%', '{name}'@'localhost'"
	run(
		[client, *server, f"--execute={statements}"],
		layout.logs / "database-drop.log",
		env={"MYSQL_PWD": admin_password(state)},
	)


def redis_program(layout: Layout) -> Path:
	"""The Redis server. Debian's `redis-tools` has it as `redis-check-rdb`: the name it is called by decides what it is."""
	found = find_program("redis-server")
	if found:
		return found
	link = layout.run / "redis-server"
	link.parent.mkdir(parents=True, exist_ok=True)
	link.unlink(missing_ok=True)
	link.symlink_to(find_program("redis-check-rdb") or Path("redis-check-rdb"))
	return link


def redis_service(layout: Layout, name: str, port: int) -> Service:
	"""A Redis that keeps nothing on disk and listens on 127.0.0.1 only."""
	arguments = [
		"--port",
		str(port),
		"--bind",
		"127.0.0.1",
		"--save",
		"",
		"--appendonly",
		"no",
		"--daemonize",
		"no",
	]
	return Service(
		name=name,
		argv=[redis_program(layout), *arguments, "--dir", layout.run],
		cwd=layout.dev,
		ready=lambda: ports.listens(port),
		port=port,
	)
