"""The bench: folders, both apps importable, and the settings that all sites share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dev_host.layout import APP, SITE, Layout

SCHEDULER_TICK_SECONDS = 60


def common_config(ports: Mapping[str, int]) -> dict[str, Any]:
	"""`common_site_config.json`: private servers, mail into the sink, no password for it.

	`host_name` makes links in mails, and styles in PDFs, point at the running server.
	"""
	return {
		"db_host": "127.0.0.1",
		"db_port": ports["db"],
		"db_type": "mariadb",
		"redis_cache": f"redis://127.0.0.1:{ports['redis_cache']}",
		"redis_queue": f"redis://127.0.0.1:{ports['redis_queue']}",
		"redis_socketio": f"redis://127.0.0.1:{ports['redis_queue']}",
		"webserver_port": ports["web"],
		"socketio_port": ports["socketio"],
		"host_name": f"http://127.0.0.1:{ports['web']}",
		"default_site": SITE,
		"serve_default_site": True,
		"developer_mode": 1,
		"allow_tests": True,
		"server_script_enabled": False,
		"scheduler_tick_interval": SCHEDULER_TICK_SECONDS,
		"mail_server": "127.0.0.1",
		"mail_port": ports["mail"],
		"mail_login": "",
		"use_ssl": 0,
		"use_tls": 0,
		"auto_email_id": "safeguarding@localhost.example",
		"email_sender_name": "Safeguarding Escalation",
		"disable_mail_smtp_authentication": 1,
		"disable_async": 0,
		"live_reload": False,
		"throttle_user_limit": 1000,  # accounts an hour: demo data and tests make many at once
	}


def site_address(port: int) -> str:
	"""The address of a site whose web server listens on `port`. Names ending .localhost don't resolve everywhere."""
	return f"http://127.0.0.1:{port}"


def lay_out(layout: Layout) -> None:
	"""Make the bench's folders and list its apps."""
	for folder in (
		layout.sites / "assets",
		layout.bench / "logs",
		layout.bench / "config",
		layout.bench / "apps",
	):
		folder.mkdir(parents=True, exist_ok=True)
	replace_link(layout.bench / "apps" / APP, layout.root)
	write_if_changed(layout.sites / "apps.txt", f"frappe\n{APP}\n")


def make_importable(layout: Layout) -> None:
	"""One `.pth` file an app is all that Python needs.

	Ours names the repository itself, not the link in `apps`: a module loaded under two paths would be two modules.
	"""
	for packages in (layout.env / "lib").glob("python3.*/site-packages"):
		write_if_changed(packages / "frappe.pth", f"{layout.frappe}\n")
		write_if_changed(packages / f"{APP}.pth", f"{layout.root}\n")


def configure(layout: Layout, ports: Mapping[str, int]) -> bool:
	"""Write the common settings, keeping what a person added. Returns whether anything changed."""
	return merge_json(layout.sites / "common_site_config.json", common_config(ports))


def merge_json(path: Path, values: Mapping[str, Any]) -> bool:
	"""Set keys in a JSON file, made if missing, replaced whole. Returns whether anything changed."""
	try:
		old = json.loads(path.read_text())
	except (OSError, ValueError):
		old = {}
	new = {**old, **values}
	if new == old:
		return False
	partial = path.with_suffix(".part")
	partial.write_text(json.dumps(new, indent=1, sort_keys=True))
	partial.chmod(0o600)
	partial.replace(path)
	return True


def write_if_changed(path: Path, text: str) -> None:
	"""Write a small file unless it already says this."""
	if not path.exists() or path.read_text() != text:
		path.write_text(text)


def replace_link(link: Path, target: Path) -> None:
	"""Make `link` a symbolic link to `target`, replacing an old link but never a folder."""
	if link.is_symlink():
		if link.readlink() == target:
			return
		link.unlink()
	link.symlink_to(target)
