"""Turning plain values (JSON, a form, a row of a child table) into the fields of the policy dataclasses, and back.

Every field of `schema.py` has one of the annotations in `CONVERTERS`; a table is a list of rows. A cell that holds
several terms may be a list or a text with one term a line, which is how a form holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from .errors import PolicyError
from .schema import TABLES

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def weekday_number(value: object) -> int:
	"""The number of a weekday, 0 for Monday to 6 for Sunday, given as that number or as its English name.

	Raises ValueError for anything else.
	"""
	text = str(value).strip().lower()
	number = WEEKDAYS.index(text) if text in WEEKDAYS else _integer(value)
	if not 0 <= number <= 6:
		raise ValueError("is not a day of the week")
	return number


def convert_row(row_type: type, values: object, where: str) -> dict[str, Any]:
	"""The keyword arguments for `row_type` from a mapping of plain values.

	None counts as not given. Raises PolicyError, opening with `where`, for a key that is no field, a value that
	does not fit, or a missing field that has no default.
	"""
	if not isinstance(values, Mapping):
		raise PolicyError(f"{where}: expected a mapping of fields to values, got {values!r}.")
	known = {field.name: str(field.type) for field in fields(row_type)}
	result = {}
	for key, value in values.items():
		if key not in known:
			raise PolicyError(f"{where}: there is no field {key!r}{_suggestion(key, known)}")
		if value is not None:
			result[key] = _convert(key, known[key], value, where)
	for field in fields(row_type):
		if field.default is MISSING and result.get(field.name) in (None, ""):
			raise PolicyError(f"{where}: the field {field.name!r} is needed.")
	return result


def plain(value: Any) -> Any:
	"""The JSON-able form of a field: dates and times as ISO text, tuples as lists, rows as dictionaries."""
	if is_dataclass(value):
		return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
	if isinstance(value, (date, time)):
		return value.isoformat()
	if isinstance(value, tuple):
		return [plain(item) for item in value]
	return value


def _convert(key: str, annotation: str, value: object, where: str) -> Any:
	if annotation not in CONVERTERS:  # a table of the policy; a row too may have a field named as one
		return _rows(key, value, where)
	try:
		return (_weekdays if key == "weekend" else CONVERTERS[annotation])(value)
	except (TypeError, ValueError) as problem:
		raise PolicyError(f"{where}: {key} {value!r} {problem}.") from problem


def _rows(table: str, value: object, where: str) -> tuple[Any, ...]:
	if not isinstance(value, (list, tuple)):
		raise PolicyError(f"{where}: {table} is a list of rows, got {value!r}.")
	row_type = TABLES[table]
	rows = []
	for number, row in enumerate(value, start=1):
		if isinstance(row, row_type):
			rows.append(row)
			continue
		name = row.get("id") or row.get("label") or "" if isinstance(row, Mapping) else ""
		label = f"{where}: {table} row {number}" + (f" ({name})" if name else "")
		rows.append(row_type(**convert_row(row_type, row, label)))
	return tuple(rows)


def _suggestion(key: object, known: Iterable[str]) -> str:
	close = get_close_matches(str(key), list(known), n=1)
	return f"; did you mean {close[0]!r}?" if close else "."


def _text(value: object) -> str:
	if not isinstance(value, str):
		raise ValueError("is not a text")
	return value


def _boolean(value: object) -> bool:
	if value not in (True, False):  # 0 and 1 included: a form's check box is a number
		raise ValueError("is neither true nor false")
	return bool(value)


def _integer(value: object) -> int:
	if isinstance(value, bool) or not isinstance(value, (int, str)):
		raise ValueError("is not a whole number")
	try:
		return int(value)
	except ValueError:
		raise ValueError("is not a whole number") from None


def _optional_integer(value: object) -> int | None:
	return None if value == "" else _integer(value)


def _date(value: object) -> date | None:
	if isinstance(value, datetime):
		return value.date()
	if isinstance(value, date):
		return value
	if value == "":
		return None
	try:
		return date.fromisoformat(_text(value))
	except ValueError:
		raise ValueError("is not a date such as 2025-12-25") from None


def _optional_time(value: object) -> time | None:
	if isinstance(value, time):
		return value
	if isinstance(value, timedelta):  # what MariaDB's driver returns for a time of day
		return (datetime(1970, 1, 1) + value).time()  # noqa: DTZ001  # a time of day has no zone
	if value == "":
		return None
	try:
		return time.fromisoformat(_text(value))
	except ValueError:
		raise ValueError("is not a time of day such as 17:00") from None


def _time(value: object) -> time:
	result = _optional_time(value)
	if result is None:
		raise ValueError("is not a time of day such as 17:00")
	return result


def _parts(value: object) -> list[Any]:
	"""The items of a cell: a list as it is, a text by lines, anything else as a single item."""
	if isinstance(value, str):
		return [line.strip() for line in value.splitlines() if line.strip()]
	if isinstance(value, (list, tuple)):
		return list(value)
	return [value]


def _texts(value: object) -> tuple[str, ...]:
	return tuple(_text(item) for item in _parts(value))


def _integers(value: object) -> tuple[int, ...]:
	return tuple(_integer(item) for item in _parts(value))


def _weekdays(value: object) -> tuple[int, ...]:
	return tuple(weekday_number(item) for item in _parts(value))


def _dates(value: object) -> tuple[date, ...]:
	return tuple(day for day in map(_date, _parts(value)) if day)


CONVERTERS: dict[str, Callable[[object], Any]] = {
	"str": _text,
	"bool": _boolean,
	"int": _integer,
	"int | None": _optional_integer,
	"date | None": _date,
	"time": _time,
	"time | None": _optional_time,
	"Terms": _texts,
	"tuple[int, ...]": _integers,
	"tuple[date, ...]": _dates,
}
