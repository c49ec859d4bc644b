"""A board's policy: loading it, changing it, and its clocks compiled once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from .clocks import Program, compile_policy
from .errors import PolicyError
from .implied import closing_duties_of, copy_rules_of, records_of
from .policy_fields import convert_row, plain
from .schema import Clock, ClosingDuty, CopyRule, PolicyData, Record

POLICIES = Path(__file__).resolve().parent.parent / "policies"


@dataclass(frozen=True)
class Policy(PolicyData):
	"""A policy as data (`schema.PolicyData`), frozen. Equal when its data are equal."""

	@classmethod
	def from_dict(cls, values: Mapping[str, Any]) -> Policy:
		"""The policy that a mapping of `PolicyData` field names describes; tables are lists of row mappings.

		Dates are ISO, times HH:MM[:SS]; a cell of several terms is a list, or a text with one term a line. None
		means the default. Raises PolicyError for an unknown key, naming it, and for a value that does not fit.
		"""
		name = values.get("id") or "policy" if isinstance(values, Mapping) else "policy"
		return cls(**convert_row(PolicyData, values, str(name)))

	def to_dict(self) -> dict[str, Any]:
		"""The policy as JSON-able values under `PolicyData` field names; `from_dict` reads them back."""
		return {field.name: plain(getattr(self, field.name)) for field in fields(self)}

	@cached_property
	def program(self) -> Program:
		"""The clocks, compiled once. Raises PolicyError for a clock that cannot run; see `compile_policy`."""
		return compile_policy(self)

	@cached_property
	def all_records(self) -> tuple[Record, ...]:
		"""The records with those that settings stand for; see `implied`."""
		return records_of(self)

	@cached_property
	def all_copy_rules(self) -> tuple[CopyRule, ...]:
		"""The copy rules with those that settings stand for."""
		return copy_rules_of(self)

	@cached_property
	def all_closing_duties(self) -> tuple[ClosingDuty, ...]:
		"""The closing duties with those that settings stand for."""
		return closing_duties_of(self)

	def clock(self, clock_id: str) -> Clock:
		"""The clock with this id. Raises PolicyError, listing the policy's clocks, if there is none."""
		for clock in self.clocks:
			if clock.id == clock_id:
				return clock
		known = ", ".join(clock.id for clock in self.clocks) or "none"
		raise PolicyError(f"{self.id} has no clock {clock_id!r}; its clocks are: {known}.")

	def replace(self, **changes: Any) -> Policy:
		"""A copy with some header fields changed, as `from_dict` would read them (`weekend=["Friday"]`).

		This is how a board takes another reading of section 9: `count_event_day=`, `due_time=`, `office_close=`,
		`weekend=`, `carry_protective=` and so on. None sets an optional field to None. Raises PolicyError for an
		unknown field or a value that does not fit.
		"""
		return replace(self, **_converted_changes(PolicyData, self, changes, self.id))

	def replace_clock(self, clock_id: str, **changes: Any) -> Policy:
		"""A copy with some fields of one clock changed: `length=`, `unit=`, `trigger=`, `cap=` and so on.

		Raises PolicyError for an unknown clock or field, or a value that does not fit.
		"""
		old = self.clock(clock_id)
		new = replace(old, **_converted_changes(Clock, old, changes, f"{self.id}: clock {clock_id}"))
		return replace(self, clocks=tuple(new if clock is old else clock for clock in self.clocks))


def _converted_changes(
	row_type: type, current: object, changes: dict[str, Any], where: str
) -> dict[str, Any]:
	"""`changes` converted like the fields of `row_type`; a None stays None where the field allows it."""
	annotations = {field.name: str(field.type) for field in fields(row_type)}
	required = {name: getattr(current, name) for name in annotations if name not in changes}
	converted = convert_row(row_type, required | changes, where)
	result = {}
	for name in changes:
		if name not in converted and "None" not in annotations[name]:
			raise PolicyError(f"{where}: {name} cannot be None.")
		result[name] = converted.get(name)
	return result


def policy_ids() -> list[str]:
	"""The ids of the policies that ship with the app, sorted."""
	return sorted(path.stem for path in POLICIES.glob("*.json"))


@cache
def load_policy(policy_id: str) -> Policy:
	"""The shipped policy with this id, for example "redbridge-2022".

	Raises PolicyError, listing the known ids, for any other id, and for a file that cannot be read as a policy.
	"""
	known = policy_ids()
	if policy_id not in known:
		raise PolicyError(f"There is no policy {policy_id!r}; known policies: {', '.join(known) or 'none'}.")
	try:
		values = json.loads((POLICIES / f"{policy_id}.json").read_text(encoding="utf-8"))
	except json.JSONDecodeError as problem:
		raise PolicyError(f"{policy_id}: the policy file is not valid JSON ({problem}).") from problem
	policy = Policy.from_dict(values)
	if policy.id != policy_id:
		raise PolicyError(f"{policy_id}: the policy file holds the id {policy.id!r}; they must agree.")
	return policy
