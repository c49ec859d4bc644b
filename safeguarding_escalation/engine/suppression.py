"""Small numbers kept out of what a board publishes, so that none can be worked out from what stays.

A count of one to four is suppressed. Zero is not: it speaks of nobody, and a return without its zeros could not be
read. A suppressed cell is worked out where the sums that hold between cells, in this return or with earlier ones, leave
it one value only; so further cells are suppressed until each has another value that fits everything published. All are
marked alike: which was small is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .returns import Cells, Relation

SMALLEST = 5
# In how many cells another table may differ, and how many steps a search for one may take.
_DEPTHS = (2, 3, 4, 6, 8, 14)
_MOST = 3000


def is_small(value: int) -> bool:
	"""Whether a count is suppressed for itself."""
	return 0 < abs(value) < SMALLEST


def suppressed(
	cells: Cells, relations: Iterable[Relation], before: Cells | None = None, hidden: Iterable[str] = ()
) -> frozenset[str]:
	"""The cells to suppress: the small ones, and those by which one could be worked out.

	`before` are cells published earlier, of which `hidden` were suppressed then: they stay as they are, and no small or
	hidden one of them may be worked out either.
	"""
	known = {**(before or {}), **cells}
	sums = [each for each in map(dict, relations) if _holds(each, known)]
	touching: dict[str, list[Relation]] = {}
	for relation in sums:
		for cell in relation:
			touching.setdefault(cell, []).append(relation)
	found = {cell for cell, value in cells.items() if is_small(value)}
	safe: set[str] = set()  # what fits with more cells open still fits
	while True:
		gone = found | set(hidden)
		safe |= {cell for cell in sorted(gone - safe) if _has_another(cell, known, touching, gone)}
		choices = (_further(cell, known, sums, gone, cells) for cell in sorted(gone - safe))
		further = next(filter(None, choices), "")
		if not further:
			return frozenset(found)
		found.add(further)


def _holds(relation: Relation, known: Cells) -> bool:
	return all(cell in known for cell in relation) and not sum(
		known[cell] * sign for cell, sign in relation.items()
	)


def _has_another(
	cell: str, known: Cells, touching: Mapping[str, Sequence[Relation]], hidden: set[str]
) -> bool:
	"""Whether a table with another value in `cell` fits as well: one more or one less there, made up for elsewhere.

	Short ways round are looked for first; one that takes longer than _MOST steps to find is taken for none.
	"""
	for deepest in _DEPTHS:
		search = _Search(known, touching, hidden, deepest)
		if any(search.balanced({cell: step}) for step in (1, -1)):
			return True
	return False


class _Search:
	"""One search for another table: cells that differ by one from what is known."""

	def __init__(
		self, known: Cells, touching: Mapping[str, Sequence[Relation]], hidden: set[str], deepest: int
	) -> None:
		self.known, self.touching, self.hidden, self.deepest = known, touching, hidden, deepest
		self.left = _MOST

	def balanced(self, change: dict[str, int]) -> bool:
		"""Whether `change`, or more with it, leaves every sum as it is."""
		self.left -= 1
		cell, step = list(change.items())[-1]
		if self.left < 0 or self.known[cell] + step < min(1, self.known[cell]):
			return False  # nobody doubts that a suppressed cell is at least one
		amiss = _amiss(change, self.touching)
		if amiss is None:
			return True
		if len(change) >= self.deepest:
			return False
		relation, excess = amiss
		others = [other for other in sorted(relation) if other in self.hidden and other not in change]
		return any(
			self.balanced({**change, other: -1 if excess * relation[other] > 0 else 1}) for other in others
		)


def _amiss(
	change: Mapping[str, int], touching: Mapping[str, Sequence[Relation]]
) -> tuple[Relation, int] | None:
	"""A sum that no longer comes to nothing, and what it comes to."""
	for cell in change:
		for relation in touching.get(cell, ()):
			excess = sum(step * relation.get(each, 0) for each, step in change.items())
			if excess:
				return relation, excess
	return None


def _further(cell: str, known: Cells, sums: Sequence[Relation], hidden: set[str], own: Cells) -> str:
	"""One more cell of this return to suppress, so that `cell` is not worked out; '' where there is none.

	The smallest that shares a sum with it, or with what is hidden beside it; a zero only where nothing else is left.
	"""
	near = _near(cell, sums, hidden)
	choices = sorted(
		(known[each] == 0, known[each], each) for each in near if each in own and each not in hidden
	)
	return choices[0][2] if choices else ""


def _near(cell: str, sums: Sequence[Relation], hidden: set[str]) -> set[str]:
	"""The cells that stand in a sum with `cell`; else those in a sum with the hidden ones that are reached from it."""
	reached, found = {cell}, set[str]()
	while not found - hidden:
		touched = {each for relation in sums if reached & relation.keys() for each in relation}
		if touched <= found:
			return found
		found |= touched
		reached |= touched & hidden
	return found
