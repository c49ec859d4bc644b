"""Small pieces of plain English, shared by the sentences that moves, duties and the next step speak."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from .events import LONDON

# Between a section and what is named in it: "3 Stage One".
_NUMBERED = re.compile(r"(?<=\d) (?=[A-Za-z])")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SIDE_NAMES = {
	"raising": "the raising agency",
	"responding": "the responding agency",
	"board": "the board",
	"other": "another agency",
	"either": "either agency",
}
# Who stands on the other side where no agency does (SU-A21); never by name.
FAMILY_NAME = "the adult, family or carer"


def listed(items: Iterable[str], last: str = "and") -> str:
	"""`a, b and c`; an empty list is an empty text."""
	words = list(dict.fromkeys(items))
	return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def with_article(words: str) -> str:
	"""`a Manager`, `an Enquiry Manager`."""
	return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}" if words else ""


def sentence(text: str) -> str:
	"""A text as one sentence: a capital first, a full stop last."""
	text = text.strip()
	return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def in_words(number: int) -> str:
	"""Numbers to ten as words, higher ones as figures."""
	return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def date_text(day: date) -> str:
	"""`Thu 13 Mar 2025`."""
	return f"{day:%a} {day.day} {day:%b %Y}"


def day_text(moment: datetime) -> str:
	"""`Thu 13 Mar 2025`, the London date of an instant."""
	return date_text(moment.astimezone(LONDON))


def due_text(moment: datetime) -> str:
	"""A due instant: the day alone where it is due at the end of the day, else `14:30 on Thu 13 Mar 2025`."""
	local = moment.astimezone(LONDON)
	if (local.hour, local.minute) == (23, 59):
		return day_text(moment)
	return f"{local:%H:%M} on {day_text(moment)}"


def clause_words(clause: str) -> str:
	"""A clause as a label: `Clause 4.4`, `Clause 3, Stage One`; one that goes by a name alone: `Policy: Stage 1`."""
	if not clause:
		return ""
	return f"Clause {_NUMBERED.sub(', ', clause, count=1)}" if clause[0].isdigit() else f"Policy: {clause}"


def policy_source(clause: str) -> str:
	"""A clause within a sentence: `policy clause 4.4`; one that goes by a name alone: `policy: Stage 1`."""
	words = clause_words(clause)
	return f"policy {words[:1].lower()}{words[1:]}" if clause[:1].isdigit() else words[:1].lower() + words[1:]


def clause_text(clause: str) -> str:
	"""` (4.4)`, or nothing where the policy gives no clause."""
	return f" ({clause})" if clause else ""
