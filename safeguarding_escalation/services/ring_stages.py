"""Whom to ring at each stage of a case's policy, and who is away now and covered by whom. Professionals only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from safeguarding_escalation.services import absences, policies, times
from safeguarding_escalation.services.rows import select

FEW = 4  # people of one side at one stage


def mark_away(groups: Iterable[dict[str, Any]], moment: datetime) -> None:
	"""Say of each person who is away until when (`away`, words) and who stands in (`cover`: name, phone; or None)."""
	everybody = [person for group in groups for person in group["people"]]
	away = absences.current([person["contact"] for person in everybody], moment)
	for person in everybody:
		absence = away.get(person["contact"])
		person["away"] = _until(absence) if absence else ""
		person["cover"] = _cover(person["contact"], moment) if absence else None


def _until(absence: Any) -> str:
	return times.show(times.aware(absence.ends_at)) if absence.ends_at else "no end known"


def _cover(contact: str, moment: datetime) -> dict[str, str] | None:
	name = absences.cover_of(contact, moment)
	rows = select("Safeguarding Contact", ["contact_name", "phone"], {"name": name}) if name else []
	return {"name": rows[0].contact_name, "phone": rows[0].phone or ""} if rows else None


def stages(case: Any, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
	"""For each stage of the case's policy: `number`, `label`, `now`, and `sides`, each with `agency`, `wanted` and `people`.

	`wanted` are the policy's words for who acts there; `people` those of the directory who hold one of these capacities,
	the checked ones and those who are here first. Where nobody does, the list is empty, and the page says so.
	"""
	if not case.policy:
		return []
	by_agency = {group["name"]: group for group in groups}
	return [
		{
			"number": stage.number,
			"label": stage.label,
			"now": stage.number == (case.current_stage or 1),
			"sides": list(_sides(stage, case, by_agency)),
		}
		for stage in policies.policy(case.policy).stages
	]


def _sides(stage: Any, case: Any, by_agency: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
	for side, wanted in (
		("raising", stage.raising_capacities),
		("responding", stage.responding_capacities),
	):
		agency = case.get(f"{side}_agency")
		if not wanted or not agency:
			continue
		staff = by_agency.get(agency, {}).get("people", [])
		fitting = [person for person in staff if person["capacity"] in wanted]
		fitting.sort(key=lambda person: (bool(person["away"]), person["stale"], person["name"] or ""))
		yield {"side": side, "agency": agency, "wanted": list(wanted), "people": fitting[:FEW]}
