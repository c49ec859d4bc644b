"""Undo a rename: turn the `criscostack` wheel on PyPI back into an importable tree of Frappe.

The wheel is Frappe 15.0.0-dev of 5 August 2023 with every `frappe` renamed, by people who aren't Frappe's. Undoing it
gives upstream's tree but for logos, trailing newlines, some translations and one rate-limit decorator. Good for
trying this app and testing it where GitHub can't be reached; never for production.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from dev_host.errors import BadDownload

RENAMES = (  # long and special ones first
	("criscostack", "frappe"),
	("Criscostack", "Frappe"),
	("CRISCOSTACK", "FRAPPE"),
	("criscoerp", "erpnext"),
	("Criscoerp", "ERPNext"),
	("CRISCOERP", "ERPNEXT"),
	("Crisco", "Frappe"),
	("crisco", "frappe"),
	("brik_helper", "bench_helper"),
)


def pyproject(dependencies: Sequence[str] = ()) -> str:
	"""A pyproject.toml for the restored tree, which has none. The version comes from the tree, as bench wants it."""
	needed = "".join(f"  {json.dumps(wanted)},\n" for wanted in dependencies)
	return f"""[project]
name = "frappe"
description = "Frappe, restored for trying and testing"
dynamic = ["version"]
requires-python = ">=3.10"
dependencies = [
{needed}]

[build-system]
requires = ["flit_core >=3.4,<4"]
build-backend = "flit_core.buildapi"
"""


def original(text: str) -> str:
	"""The text before it was renamed."""
	for renamed, name in RENAMES:
		text = text.replace(renamed, name)
	return text


def check(wheel: Path, sha256: str) -> None:
	"""Raise BadDownload unless the file has this digest (hex)."""
	found = hashlib.sha256(wheel.read_bytes()).hexdigest()
	if found != sha256:
		raise BadDownload(
			f"{wheel.name} has sha256 {found}, not the pinned {sha256}.",
			"The index served another file: delete it, check your mirror and run the command again.",
		)


def unwheel(wheel: Path, target: Path) -> int:
	"""Write the tree to `target` (`target/frappe/...` and `target/pyproject.toml`). Returns the number of files.

	Raises BadDownload when the wheel is damaged or would write outside `target`.
	"""
	count = 0
	try:
		with zipfile.ZipFile(wheel) as archive:
			for info in archive.infolist():
				name = PurePosixPath(original(info.filename))
				if (
					info.is_dir()
					or ".dist-info" in info.filename.split("/", 1)[0]
					or name.name == ".DS_Store"
				):
					continue
				if name.is_absolute() or ".." in name.parts:
					raise BadDownload(f"{wheel.name} holds the path {info.filename}.", "Don't use this file.")
				path = target / name
				path.parent.mkdir(parents=True, exist_ok=True)
				path.write_bytes(restored(archive.read(info)))
				count += 1
	except zipfile.BadZipFile as error:
		raise BadDownload(
			f"{wheel.name} is damaged: {error}.", "Delete it and run the command again."
		) from error
	(target / "pyproject.toml").write_text(pyproject())
	return count


def restored(data: bytes) -> bytes:
	"""A file's content before the rename; what isn't text stays as it is."""
	try:
		return original(data.decode()).encode()
	except UnicodeDecodeError:
		return data


def pinned_digest(lock: str) -> str:
	"""The one sha256 in a lock file of one requirement."""
	found = re.findall(r"sha256:([0-9a-f]{64})", lock)
	if len(found) != 1:
		raise BadDownload("The lock file of the Frappe package must hold one sha256.", "Restore it from git.")
	return str(found[0])
