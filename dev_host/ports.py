"""Free ports on 127.0.0.1, remembered, and given up when somebody else has taken one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from dev_host.errors import PortTaken

# Where to start looking, so that the address is usually the one in the README.
PREFERRED = {
	"web": 8000,
	"socketio": 9000,
	"mail": 1025,
	"db": 13306,
	"redis_cache": 13379,
	"redis_queue": 13479,
	"test_web": 8100,
	"test_mail": 1125,
	"test_web_2": 8150,
	"test_mail_2": 1175,
}
ATTEMPTS = 200


def is_free(port: int) -> bool:
	"""Whether a server could listen on 127.0.0.1:`port` now, and no one listens there on any address."""
	for host in ("127.0.0.1", "0.0.0.0"):  # noqa: S104  (a probe, closed at once)
		with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
			probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
			try:
				probe.bind((host, port))
			except OSError:
				return False
	return True


def listens(port: int) -> bool:
	"""Whether something accepts connections on 127.0.0.1:`port`."""
	try:
		with socket.create_connection(("127.0.0.1", port), timeout=1):
			return True
	except OSError:
		return False


def held_by(port: int, pid: int) -> bool:
	"""Whether process `pid` itself listens on 127.0.0.1:`port`, and not another program that took it meanwhile.

	True where the system doesn't say (no /proc).
	"""
	try:
		lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
		wanted = {f"socket:[{row[9]}]" for row in map(str.split, lines) if _listens_on(row, port)}
		handles = list(Path(f"/proc/{pid}/fd").iterdir())
	except FileNotFoundError:
		return not Path("/proc/net/tcp").exists()
	except PermissionError:
		return True
	return any(_target(handle) in wanted for handle in handles)


def _listens_on(row: list[str], port: int) -> bool:
	"""A row of /proc/net/tcp: its second cell is address:port in hexadecimal, its fourth the state, 0A listening."""
	return row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port


def _target(handle: Path) -> str:
	try:
		return str(handle.readlink())
	except OSError:  # closed since it was listed
		return ""


def choose(
	name: str, remembered: Mapping[str, int], *, ours: bool, free: Callable[[int], bool] = is_free
) -> int:
	"""The port for service `name`: the remembered one while it is free or our own service holds it, else another.

	Raises PortTaken when none of the next ATTEMPTS ports is free.
	"""
	kept = remembered.get(name)
	if kept and (ours or free(kept)):
		return kept
	used = set(remembered.values())
	start = PREFERRED.get(name, 8200)
	for port in range(start, start + ATTEMPTS):
		if port not in used and free(port):
			return port
	raise PortTaken(
		f"No port from {start} to {start + ATTEMPTS - 1} is free for {name}.",
		"Stop what listens there (ss -ltnp shows it) and run the same command again.",
	)
