"""The panel's block on both sides' word: what there is to ask and of whom, what was asked and said, and signatures."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.case import ENDED, Person, sides_of
from safeguarding_escalation.services import (
	actors,
	confirmation_answers,
	confirmation_people,
	confirmation_silence,
	confirmations,
	mail_rows,
	record_shown,
	response_links,
	signatures,
	signing,
	times,
)
from safeguarding_escalation.services.errors import MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded

CHANGED = "The record has changed since."
# Of these a new request is proposed.
_DONE = (*confirmations.ANSWERS, confirmations.ASKED)


def section(case: LoadedCase) -> dict[str, Any]:
	"""For the panel: `proposals`, `requests`, `signatures`, `may_sign`, `links`. Empty lists where there is nothing."""
	if case.document.get("anonymised_at"):
		return {"proposals": [], "requests": [], "signatures": [], "may_sign": [], "links": False}
	records = {
		(what, stage): record_shown.shown(case, what, stage) for what, stage in record_shown.stages(case)
	}
	rows = confirmations.rows([case.name])
	mine = actors.recorder(case)
	return {
		"proposals": _proposals(case, records, rows, mine)
		if case.document.workflow_state not in ENDED
		else [],
		"requests": [_request(case, row, records, mine) for row in rows],
		"signatures": signatures.rows(case),
		"may_sign": _to_sign(case, records, mine),
		"links": response_links.are_on(),
	}


def lines(case: LoadedCase) -> list[dict[str, str]]:
	"""For prints: each request as {record, said, words, version, how}; the words are the other side's own, quoted."""
	found = []
	for row in confirmations.rows([case.name]):
		record = record_shown.shown(case, row["what"], int(row["stage"] or 1))
		found.append(
			{
				"record": record_shown.title(case, row["what"], int(row["stage"] or 1)),
				"said": confirmations.sentence(row),
				"words": row["words"],
				"version": _version(row, record),
				"how": row["answered_how"] or "",
			}
		)
	return found


def record(escalation: str, what: str, stage: int | str | None) -> dict[str, Any]:
	"""A record as it is shown to who is asked; see `api.confirmation.record`."""
	case = loaded(escalation)
	_number, found = record_shown.asked_for(case, what, stage)
	if found is None:
		return refuse(MoveRefused, "There is no such record yet.")
	return {**found.as_dict(), "may_sign": _may_sign(case, actors.recorder(case))}


def _may_sign(case: LoadedCase, person: Person) -> bool:
	return bool(person.contact) and signing.may_sign(person, case.policy)


def _to_sign(case: LoadedCase, records: dict[tuple[str, int], Any], mine: Person) -> list[dict[str, Any]]:
	"""The records that the user may sign now, and has not signed as they are."""
	sides = sides_of(case.case, mine)
	if case.document.workflow_state in ENDED or not sides or not _may_sign(case, mine):
		return []
	signed = {
		row.record_digest for row in case.document.get("signatures") or ()
		if row.contact == mine.contact and not row.struck
	}  # fmt: skip
	return [
		{"what": what, "stage": stage, "title": found.title}
		for (what, stage), found in records.items()
		if what == record_shown.RESOLUTION and found is not None and found.digest not in signed
	]


def _proposals(
	case: LoadedCase, records: dict[tuple[str, int], Any], rows: list[dict[str, Any]], mine: Person
) -> list[dict[str, Any]]:
	"""Whom to ask about what: one line a record and side of which nobody was asked as it stands now."""
	if mine.contact is None:
		return []
	found = []
	for (what, stage), shown in records.items():
		if shown is None:
			continue
		for side in confirmation_people.other_sides(case, mine):
			of_side = [row for row in rows if (row["what"], row["stage"], row["side"]) == (what, stage, side)]
			current = [row for row in of_side if row["state"] in _DONE and not _outdated(row, shown)]
			who = (
				[]
				if current
				else confirmation_people.candidates(case, side, stage, shown, frappe.session.user)
			)
			if who:
				again = any(row["state"] in confirmations.ANSWERS for row in of_side)
				found.append(_proposal(case, what, stage, shown.title, who, again))
	return found


def _proposal(
	case: LoadedCase, what: str, stage: int, title: str, who: list[Person], again: bool
) -> dict[str, Any]:
	people = [
		{
			"contact": person.contact,
			"name": person.name,
			"agency": person.agency,
			"here": confirmation_people.can_open(case, person),
		}
		for person in who
	]
	first = who[0]
	verb = "Ask again: the record has changed since their answer. Ask" if again else "Ask"
	text = f"{verb} {first.name} of {first.agency} to confirm {title[:1].lower()}{title[1:]}"
	return {"what": what, "stage": stage, "title": title, "text": text, "people": people}


def _outdated(row: dict[str, Any], shown: Any) -> bool:
	"""Whether an answer speaks of an earlier version. A request that waits is answered as the record then stands."""
	return row["state"] in confirmations.ANSWERS and (shown is None or row["digest"] != shown.digest)


def _version(row: dict[str, Any], shown: Any) -> str:
	if row["state"] not in confirmations.ANSWERS:
		return ""
	at = times.show(times.aware(row["record_at"]))
	return f"Of the record as it stood on {at}. " + (
		CHANGED if _outdated(row, shown) else "It still stands so."
	)


def _request(
	case: LoadedCase, row: dict[str, Any], records: dict[tuple[str, int], Any], mine: Person
) -> dict[str, Any]:
	shown = records.get((row["what"], row["stage"]))
	open_case = case.document.workflow_state not in ENDED
	waiting = row["state"] in confirmation_answers.OPEN and open_case
	answering = (
		waiting and mine.contact and not confirmation_answers.refusal(case, frappe._dict(row), mine, shown)
	)
	return {
		"confirmation": row["name"],
		"what": row["what"],
		"stage": row["stage"],
		"title": record_shown.title(case, row["what"], int(row["stage"] or 1)),
		"state": row["state"],
		"said": confirmations.sentence(row),
		"words": row["words"],
		"version": _version(row, shown),
		"signed": bool(row["signed"]),
		"may_answer": bool(answering),
		"mine": bool(answering) and row["contact"] == mine.contact,
		"may_sign": bool(answering) and _may_sign(case, mine),
		"may_manage": waiting and not answering and bool(mine.contact),
		"link": _link(row) if row["asked_how"] == confirmations.LINK else None,
	}


def _link(row: dict[str, Any]) -> dict[str, Any] | None:
	"""How the newest link of a request stands, in words; never its address."""
	link = response_links.latest([row["name"]]).get(row["name"])
	if link is None:
		return None
	state = link.state
	if state == response_links.LIVE and response_links.expired(link):
		words = f"The link ran out on {times.show(times.aware(link.expires_at))}."
	elif state == response_links.LIVE:
		words = f"{_delivered(link)} It works until {times.show(times.aware(link.expires_at))}."
	else:
		words = f"The link no longer works. {link.reason or ''}".strip()
	return {
		"words": words,
		"live": state == response_links.LIVE and not response_links.expired(link),
		"copied": link.delivery == response_links.COPIED
		and confirmation_silence.why_invalid(row) == confirmation_silence.NOT_SENT,
	}


def _delivered(link: frappe._dict) -> str:
	if link.opened_at:
		return f"The link was opened on {times.show(times.aware(link.opened_at))}."
	if link.delivery == response_links.COPIED:
		return "The link is for you to send."
	status = (mail_rows.queued([link.email_queue]) if link.email_queue else {}).get(str(link.email_queue))
	if status and status[0] == mail_rows.SENT:
		return "The link was mailed, and not opened yet."
	return "The mail with the link has not left yet."
