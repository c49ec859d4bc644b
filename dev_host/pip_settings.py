"""pip's own settings (index, mirrors, certificates) said in uv's words, so that a site behind a mirror works with both."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path

from dev_host.command import query


def parse(listing: str) -> dict[str, str]:
	"""`pip config list` as a dict without sections; what the environment says comes last and wins."""
	settings: dict[str, str] = {}
	environment: dict[str, str] = {}
	for line in listing.splitlines():
		key, separator, value = line.partition("=")
		section, _, name = key.strip().partition(".")
		if not separator or not name:
			continue
		try:
			text = str(ast.literal_eval(value))
		except (ValueError, SyntaxError):
			continue
		(environment if section == ":env:" else settings)[name] = text
	return {**settings, **environment}


def to_uv(settings: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
	"""Environment variables for uv that follow pip's settings. What the person set for uv already stays as it is."""
	wanted: dict[str, str] = {"UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never"}
	if settings.get("index-url"):
		wanted["UV_DEFAULT_INDEX"] = settings["index-url"]
	extra = [word for word in settings.get("extra-index-url", "").split() if _answers(word)]
	if extra:
		wanted["UV_INDEX"] = " ".join(extra)
		wanted["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip chooses; hashes decide what is accepted
	if settings.get("cert"):
		wanted["SSL_CERT_FILE"] = settings["cert"]
	if settings.get("trusted-host"):
		wanted["UV_INSECURE_HOST"] = settings["trusted-host"]
	if settings.get("default-timeout") or settings.get("timeout"):
		wanted["UV_HTTP_TIMEOUT"] = settings.get("timeout") or settings["default-timeout"]
	return {name: value for name, value in wanted.items() if name not in environ}


def _answers(index: str) -> bool:
	"""A folder named as an index must exist; an address is believed."""
	return not index.startswith("file://") or Path(index.removeprefix("file://")).is_dir()


def for_uv(pip: list[str | Path]) -> dict[str, str]:
	"""uv's environment from the settings of the pip that `pip` starts."""
	return to_uv(parse(query([*pip, "config", "list"]) or ""), dict(os.environ))
