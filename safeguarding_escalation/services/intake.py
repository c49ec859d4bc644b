"""What Quick raise offers before anything is written: boards, agencies, the policies' lists, and suggestions.

No name of anybody but of contacts that the user may see anyway in "Who do I ring?".
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import frappe

from safeguarding_escalation.engine import LONDON, Policy
from safeguarding_escalation.engine.counterparts import wanted as wanted_at
from safeguarding_escalation.engine.entering import entry_stage
from safeguarding_escalation.services import (
	actors,
	areas,
	counterparts,
	people,
	policies,
	ring,
	ring_now,
	times,
)
from safeguarding_escalation.services.facts import FAMILY
from safeguarding_escalation.services.intake_answers import OWN_AGENCY
from safeguarding_escalation.services.views import PRINCIPLE

# When an office's day ends, for suggestions alone: no policy counts hours of the day here.
CLOSE = time(17, 0)
LATEST = time(23, 59)


def options() -> dict[str, Any]:
	"""Everything the page needs for this user, in one answer.

	Keys: me {agency, agency_type, is_board}, problem (a sentence where the user cannot raise), boards [{name, area,
	policy}], policies {name: …}, agencies [{name, type, phone, out_of_hours}], emergency, ring (as `ring_now.numbers`), principle, own_agency, help.
	"""
	me = actors.default_contact()
	boards = _boards()
	names = sorted({board["policy"] for board in boards if board["policy"]})
	return {
		"me": {
			"agency": me.agency if me else None,
			"agency_type": people.agency_type(me.agency) if me else "",
			"is_board": actors.is_board_user(),
		},
		"problem": ""
		if me or actors.is_administrator()
		else "You have no Safeguarding Contact yet, so nobody would know for whom you act. Ask your safeguarding administrator.",
		"boards": boards,
		"policies": {name: policy_words(policies.policy(name)) for name in names},
		"agencies": _agencies(),
		"emergency": ring.EMERGENCY["number"],
		"ring": ring_now.numbers(),
		"principle": PRINCIPLE,
		"own_agency": OWN_AGENCY,
		"family": FAMILY,
		"help": frappe.db.get_single_value("Safeguarding Settings", "help_text") or "",
	}


def policy_words(policy: Policy) -> dict[str, Any]:
	"""What the page shows of a policy: its lists and its signposts, each with its clause."""
	return {
		"title": policy.title,
		"noun": policy.document_noun,
		"subjects": [kind.capitalize() for kind in policy.subjects],
		"natures": [row.label for row in policy.natures],
		"blocks": policy.scope_screen == "block",
		"exclusions": [
			{
				"text": row.text,
				"effect": row.effect,
				"signpost": row.signpost,
				"link": row.link,
				"clause": row.clause,
			}
			for row in policy.exclusions
		],
		"links": [{"label": row.label, "url": row.url, "purpose": row.purpose} for row in policy.links],
		"contacts": [
			{"label": row.label, "address": row.address, "purpose": row.purpose} for row in policy.contacts
		],
		"family": policy.allow_family_counterparty,
		"same_agency": policy.allow_same_agency,
	}


def suggest(
	area: str | None = None,
	board: str | None = None,
	agency: str | None = None,
	immediate_risk: bool = False,
) -> dict[str, Any]:
	"""Board, policy, counterparts and stage for what has been answered so far.

	`area` decides the board where none is given. Returns board, policy, policy_title, sentence, warnings [sentences],
	agency (a suggestion, or None), counterparts [{name, contact_name, job_title, team, capacity, equal}], whom (what to
	say of them, or ''), teams, stage {number, label}, safe_by [{label, value}]. Nothing here blocks.
	"""
	known = {row["name"]: row for row in _boards()}
	warnings: list[str] = []
	chosen = board if board in known else _board_by_area(known, area, warnings)
	name = known[chosen]["policy"] if chosen else None
	policy = policies.policy(name) if name else None
	if not chosen and (area or "").strip():
		warnings.append(f"No board here is known to cover “{area}”. Choose the board of the council there.")
	if chosen:
		warnings += [text for text in (areas.warning(chosen, area),) if text]
		if policy is None:
			warnings.append(f"{chosen} has adopted no policy yet. Ask its Business Manager to adopt one.")
	stage = entry_stage(policy, immediate_risk) if policy else None
	me = actors.default_contact()
	return {
		"board": chosen,
		"policy": name,
		"policy_title": policy.title if policy else "",
		"sentence": f"{chosen}'s {policy.document_noun} applies: {policy.title}" if policy and chosen else "",
		"warnings": warnings,
		"agency": _counterpart_agency(policy),
		**_counterparts(policy, stage.number if stage else 1, agency, me.agency if me else None),
		"stage": {"number": stage.number, "label": stage.label} if stage else None,
		"safe_by": _moments(policy, chosen),
	}


def _board_by_area(known: dict[str, dict[str, Any]], area: str | None, warnings: list[str]) -> str | None:
	fitting = areas.best({name: row["area"] for name, row in known.items()}, area)
	if len(fitting) > 1:
		warnings.append(f"{' and '.join(fitting)} both fit what you wrote. Check that {fitting[0]} is right.")
	if fitting:
		return fitting[0]
	default = frappe.db.get_single_value("Safeguarding Settings", "default_board")
	if default in known:
		return default
	return next(iter(known)) if len(known) == 1 else None


def _boards() -> list[dict[str, Any]]:
	found = frappe.get_list(
		"Safeguarding Board",
		fields=["name", "area_covered"],
		filters={"disabled": 0},
		order_by="name asc",
		limit=500,
	)
	return [
		{"name": row.name, "area": row.area_covered or "", "policy": policies.adopted(row.name)}
		for row in found
	]


def _agencies() -> list[dict[str, Any]]:
	found = frappe.get_list(
		"Partner Agency",
		fields=["name", "agency_type", "phone", "out_of_hours_number"],
		filters={"disabled": 0},
		order_by="name asc",
		limit=500,
	)
	return [
		{
			"name": row.name,
			"type": row.agency_type,
			"phone": row.phone,
			"out_of_hours": row.out_of_hours_number,
		}
		for row in found
	]


def _counterpart_agency(policy: Policy | None) -> str | None:
	"""BU-A3: the agency that the policy preselects, unless the user's own agency is of that kind."""
	if not policy or not policy.counterpart_default:
		return None
	me = actors.default_contact()
	wanted = policy.counterpart_default
	if me and people.agency_type(me.agency) == wanted:
		return None
	fitting = [row["name"] for row in _agencies() if row["type"] == wanted]
	return fitting[0] if len(fitting) == 1 else None


def _counterparts(policy: Policy | None, stage: int, agency: str | None, mine: str | None) -> dict[str, Any]:
	"""Who works there, those who answer at the entry stage first, the teams, and what to say of them."""
	if not agency:
		return {"counterparts": [], "teams": [], "whom": ""}
	asked = wanted_at(policy, stage, "responding", people.agency_type(mine)) if policy else None
	rows = counterparts.staff([agency])[agency]
	found = counterparts.propose(agency, people.agency_type(agency), asked, rows)
	return {
		"counterparts": [
			{
				"name": row["contact"],
				"contact_name": row["name"],
				"job_title": row["job_title"],
				"team": row["team"],
				"capacity": row["capacity"],
				"equal": number < found.equal,
			}
			for number, row in enumerate(found.people)
		],
		"teams": sorted({row["team"] for row in found.people if row["team"]}, key=str.casefold),
		"whom": found.sentence,
	}


def _moments(policy: Policy | None, board: str | None) -> list[dict[str, str]]:
	"""Suggestions for "when must this be settled?": today, tomorrow, in two working days."""
	now = times.now().astimezone(LONDON)
	end = CLOSE if now.time() < CLOSE else LATEST
	today = datetime.combine(now.date(), end, LONDON)
	tomorrow = datetime.combine(now.date() + timedelta(days=1), CLOSE, LONDON)
	found = [("Today", today), ("Tomorrow", tomorrow)]
	if policy:
		calendar = policies.calendar(policy, board)
		found.append(("In 2 working days", datetime.combine(calendar.add(now.date(), 2), CLOSE, LONDON)))
	return [
		{"label": f"{label}: {times.show(moment)}", "value": f"{times.stored(moment):%Y-%m-%dT%H:%M}"}
		for label, moment in found
		if moment > now
	]
