"""One line of the Setup check page."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, TODO, UNKNOWN = "good", "to do", "unknown"


@dataclass(frozen=True)
class Line:
	"""What was found and what to do. `state` is good, to do, or unknown: what cannot be known from inside the site.

	`todo` is one sentence, empty where nothing is to do; `link` the place in the Desk.
	"""

	key: str
	group: str
	title: str
	state: str
	found: str
	todo: str = ""
	link: str = ""


def good_if(condition: bool, key: str, group: str, title: str, found: str, todo: str, link: str = "") -> Line:
	"""A line that is good or to do; what to do is said only where there is something to do."""
	state = GOOD if condition else TODO
	return Line(key, group, title, state, found, "" if condition else todo, link)


def some(names: list[str], most: int = 5) -> str:
	"""The first few of many names: "A, B and 3 more"."""
	shown = ", ".join(names[:most])
	return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
