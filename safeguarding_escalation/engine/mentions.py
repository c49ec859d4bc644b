"""Which people a text appears to name: whole names, and the telling words of names, whatever case and accents.

It finds names that are known. A person who is described without a name is for the reader to find.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W\d_]+")
# Words of a name that identify nobody.
_COMMON = {
	"and", "child", "councillor", "doctor", "dr", "for", "from", "her", "his", "lady", "lord", "madam", "miss",
	"mister", "mr", "mrs", "ms", "nurse", "of", "professor", "reverend", "sir", "sister", "the", "van", "von",
}  # fmt: skip
_SHORTEST = 3  # letters; "Li" or "Al" alone would be found everywhere, and is found as part of the whole name
_GAP = ""  # where a name was taken out: what stood around it doesn't become a name

Name = tuple[str, ...]


def words(text: str) -> list[str]:
	"""The words of a text, without case and accents; an apostrophe or a hyphen separates two words."""
	bare = unicodedata.normalize("NFKD", text.casefold())
	return _WORD.findall("".join(letter for letter in bare if not unicodedata.combining(letter)))


class KnownNames:
	"""The people who may be mentioned, indexed once for many texts.

	`about` are the names of the person whose data it is. Where a text has such a name in full, its words count for
	nobody else; alone they may be anybody's who shares them (a mother's surname), and then count as a mention.
	The first name of that person counts for nobody else.
	"""

	def __init__(self, people: Iterable[str], about: Iterable[str] = ()) -> None:
		self._own = sorted((name for name in map(_name, about) if name), key=len, reverse=True)
		first_names = {name[0] for name in self._own if len(name) > 1}
		self._whole: dict[str, set[tuple[Name, str]]] = {}
		self._telling: dict[str, set[str]] = {}
		for person in {name.strip() for name in people if name}:
			name = _name(person)
			if not name or name in self._own:
				continue
			self._whole.setdefault(name[0], set()).add((name, person))
			for word in set(name) - first_names:
				if len(word) >= _SHORTEST:
					self._telling.setdefault(word, set()).add(person)

	def within(self, text: str) -> tuple[str, ...]:
		"""The names that `text` appears to contain, sorted: the whole name, or one telling word of it."""
		rest = words(text)
		for name in self._own:
			rest = _without(rest, name)
		found: set[str] = set()
		for position, word in enumerate(rest):
			found |= self._telling.get(word, set())
			for name, person in self._whole.get(word, ()):
				if tuple(rest[position : position + len(name)]) == name:
					found.add(person)
		return tuple(sorted(found))


def mentions(text: str, people: Iterable[str], about: Iterable[str] = ()) -> tuple[str, ...]:
	"""As `KnownNames.within`, for one text."""
	return KnownNames(people, about).within(text)


def _name(person: str) -> Name:
	"""The words of a name without titles and the like; all of them where nothing else is left."""
	every = words(person)
	return tuple([word for word in every if word not in _COMMON] or every)


def _without(text: Sequence[str], name: Name) -> list[str]:
	"""The words of a text with each occurrence of a name taken out."""
	kept: list[str] = []
	position = 0
	while position < len(text):
		if tuple(text[position : position + len(name)]) == name:
			kept.append(_GAP)
			position += len(name)
		else:
			kept.append(text[position])
			position += 1
	return kept
