"""What `./dev up` tells the person at its end: address, logins, mail, demo cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dev_host import bench, frappe_source
from dev_host.layout import ADMIN_PASSWORD
from dev_host.up import Host

CASE_COLUMNS = (("reference", "Case"), ("stage", "Stage"), ("next_due", "Next due"), ("state", "State"))
LOGIN_COLUMNS = (("role", "Role"), ("user", "Login"), ("password", "Password"), ("name", "Name"))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str]], indent: str = "  ") -> str:
	"""Rows as aligned text under headings. A missing value is left blank; other columns aren't shown."""
	cells = [[heading for _, heading in columns]]
	cells += [["" if row.get(key) is None else str(row[key]) for key, _ in columns] for row in rows]
	widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
	return "\n".join(
		indent + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
		for line in cells
	)


def print_up(host: Host, demo: Mapping[str, Any]) -> None:
	"""Print everything a newcomer needs next."""
	ports = host.state.section("ports")
	layout = host.layout
	print(f"\nReady after {host.progress.total():.0f} s: Frappe {frappe_source.version(layout)}")
	print(f"\n  Open      {bench.site_address(ports['web'])}")
	print(f"  Mail      goes nowhere: ./dev mail shows it (kept in {layout.mail.relative_to(layout.root)}/)")
	print("  Stop      ./dev down\n")
	logins = [
		{"role": "System administrator", "user": "Administrator", "password": ADMIN_PASSWORD, "name": ""},
		*demo.get("logins", []),
	]
	print(table(logins, LOGIN_COLUMNS))
	if demo.get("cases"):
		print("\n" + table(demo["cases"], CASE_COLUMNS))
	for note in host.notes:
		print(f"\n  Note: {note}")
