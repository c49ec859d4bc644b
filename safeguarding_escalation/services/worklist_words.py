"""What a clock and who owes it are called in a list: the board's own label, agencies by name, posts as words."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

KINDS = {"preference": "preferred", "advisory": "advisory", "local target": "local target"}


def named_clock(clock: Any) -> str:
	"""A clock's label, with its kind where it is not the policy's limit."""
	kind = KINDS.get(clock.kind)
	return f"{clock.label or clock.clock}{f' ({kind})' if kind else ''}"


def owed_by(owed: str | None, case: Any) -> str:
	"""Who owes it, by the agency's name where it is a side: "raising lead" → the raising agency."""
	return ", ".join(owing(owed, case))


def owing(owed: str | None, case: Any) -> tuple[str, ...]:
	"""The same one by one: agencies, and posts as words."""
	return _owing(owed or "", case.raising_agency, case.responding_agency)


@lru_cache(maxsize=1024)
def _owing(owed: str, raising: str | None, responding: str | None) -> tuple[str, ...]:
	agencies = {"raising": raising, "responding": responding}
	parts = [part.strip() for part in owed.split(",") if part.strip()]
	return tuple(dict.fromkeys(agencies.get(part.partition(" ")[0]) or part.capitalize() for part in parts))
