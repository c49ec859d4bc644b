"""Which board's area somebody means: "Redbridge", "LB Redbridge" and "the London Borough of Redbridge" are one.

A guess for the person who types, never a decision: what is not recognised gives a warning and blocks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import frappe

# What stands around the name of an area and does not tell one from another, longest first.
_AROUND = (
	"london borough of", "royal borough of", "metropolitan borough of", "unitary authority of", "county borough of",
	"borough of", "county of", "city of", "district of", "metropolitan borough council", "borough council",
	"county council", "city council", "district council", "council", "borough", "lb", "the",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_SEPARATORS = re.compile(r"[\n;,/]+|\band\b")


def areas_of(area_covered: str | None) -> list[tuple[str, ...]]:
	"""The areas that a board covers, each as its telling words; several are split at lines, commas and "and"."""
	parts = (_words(part) for part in _SEPARATORS.split((area_covered or "").casefold()))
	return [part for part in parts if part]


def covers(area_covered: str | None, typed: str | None) -> bool | None:
	"""Whether the area typed looks like one that is covered; None where one of the two is not known."""
	found = _position(area_covered, typed)
	if found is None:
		return None
	return found >= 0


def best(boards: Mapping[str, str | None], typed: str | None) -> list[str]:
	"""The boards whose area is named in what was typed, the one named first before the others.

	"Southampton, Hampshire" is Southampton's: people write the smaller place first.
	"""
	places = {board: _position(area, typed) for board, area in boards.items()}
	found = [(place, board) for board, place in places.items() if place is not None and place >= 0]
	return [board for _, board in sorted(found)]


def warning(board: str | None, area: str | None) -> str:
	"""That the area written down does not look like the board's own; '' where it does or cannot be told (4L-A9)."""
	covered = frappe.db.get_value("Safeguarding Board", board, "area_covered") if board else None
	if covers(covered, area) is not False:
		return ""
	shown = ", ".join(line.strip() for line in str(covered).splitlines() if line.strip())
	return (
		f"“{area}” does not look like the area of {board} ({shown}). The board of the area where the person is "
		"decides which policy applies: check that this is the right one."
	)


def _position(area_covered: str | None, typed: str | None) -> int | None:
	"""Where in the words typed a covered area begins; -1 if nowhere, None if there is nothing to compare."""
	words, areas = _words((typed or "").casefold()), areas_of(area_covered)
	if not words or not areas:
		return None
	places = [_find(words, area) for area in areas]
	return min((place for place in places if place >= 0), default=-1)


def _find(words: tuple[str, ...], wanted: tuple[str, ...]) -> int:
	starts: Iterable[int] = range(len(words) - len(wanted) + 1)
	return next((start for start in starts if words[start : start + len(wanted)] == wanted), -1)


def _words(text: str) -> tuple[str, ...]:
	spaced = f" {' '.join(_WORD.findall(text))} "
	for around in _AROUND:
		spaced = spaced.replace(f" {around} ", " ")
	return tuple(spaced.split())
