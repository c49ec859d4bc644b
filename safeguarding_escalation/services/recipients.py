"""Whom an alert reaches: the words of `owed_by` and of a rung as mailboxes of people who may read the case."""

from __future__ import annotations

from collections.abc import Iterable

from safeguarding_escalation.engine.access import keys, party_team
from safeguarding_escalation.engine.case import Party, leads
from safeguarding_escalation.services import people, reach, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.reach import Recipient
from safeguarding_escalation.services.rows import select

OPPOSITE = {"raising": "responding", "responding": "raising"}
_ABOVE = {"safeguarding lead": reach.SAFEGUARDING_LEAD, "senior manager": reach.SENIOR_MANAGER}


def resolve(
	case: LoadedCase,
	word: str,
	agency: str = "",
	owing: bool = True,
	*,
	must_read: bool = True,
	matter: str = "",
) -> list[Recipient]:
	"""The mailboxes for one recipient word: "raising lead", "line manager of responding lead", "chair" …

	Where several agencies stand on a side and the step is one agency's, `agency` is that one: only its people are told.

	`matter` is what the clock runs for: which agreed action, whose owner alone is told of it.

	Disabled users, people who have left, and people who may not read the case get nothing. For somebody who is `owing`
	others are told where nobody of a whole side can be: the other side's lead, since somebody must chase. An alert is
	never sent to nobody while anyone may act. For those above them nobody else is told. `must_read` is False for an
	immediate risk, which those above are told though they cannot open the case.
	"""
	word = word.strip()
	above, _, of = word.partition(" of ")
	if of:
		return _above(case, above, of.partition(" ")[0], agency, must_read)
	if word in ("chair", "business manager"):
		found = reach.told(case, getattr(case.holders, word.replace(" ", "_")))
		if found or not owing:
			return found
		return resolve(case, "business manager") if word == "chair" else _side(case, "raising")
	side = word.partition(" ")[0]
	if side in OPPOSITE:
		return _side(case, side, agency) or _side(case, side) or _side(case, OPPOSITE[side])
	if word == "action owner" and (found := _owner(case, matter)):
		return found
	# An action whose owner nobody named or can reach, and words to come: the leads are told.
	return _side(case, "raising") or _side(case, "responding")


def _owner(case: LoadedCase, matter: str) -> list[Recipient]:
	"""Who took the agreed action on: the person, failing that the leads of the agency; nobody where neither is reached."""
	actions = case.document.get("actions") or ()
	row = next((row for row in actions if matter and row.matter == matter), None)
	if row is None:
		return []
	found = reach.told(case, row.by_whom) if row.by_whom else []
	if found or not row.by_agency:
		return found
	return _unique(who for side in ("raising", "responding") for who in _side(case, side, row.by_agency))


def _above(case: LoadedCase, above: str, side: str, agency: str, must_read: bool) -> list[Recipient]:
	"""Those above the leads of a side, as far as they may read the case."""
	if above == "line manager":
		managers = (row.line_manager for row in _leads(case, side, agency))
		return _unique(who for name in managers for who in reach.told(case, name, must_read))
	agencies = [party.agency for party in _parties(case, side, agency)]
	names = (name for each in dict.fromkeys(agencies) for name in reach.holders(each, _ABOVE[above]))
	return _unique(who for name in names for who in reach.told(case, name, must_read))


def _side(case: LoadedCase, side: str, agency: str = "") -> list[Recipient]:
	"""Each agency of a side: its leads; who is their agency's where no lead can be told; the team, where that leads."""
	found: list[Recipient] = []
	reached: set[str] = set()
	for row in _leads(case, side, agency):
		told = reach.told(case, row.name)
		found += told
		reached |= {row.agency} if told else set()
	for party in _parties(case, side, agency):
		if party.agency not in reached:
			found += _agency(case, party)
	return _unique(found)


def _agency(case: LoadedCase, party: Party) -> list[Recipient]:
	"""An agency without a reachable lead: its safeguarding leads, then the team; where a team leads, the team first."""
	named = bool(party.lead) or any(row.agency == party.agency for row in _leads(case, party.side, ""))
	leads_of = reach.present(case, reach.holders(party.agency, reach.SAFEGUARDING_LEAD))
	return (leads_of or _team(case, party)) if named else (_team(case, party) or leads_of)


def _parties(case: LoadedCase, side: str, agency: str) -> list[Party]:
	return [
		party
		for party in case.case.all_parties()
		if party.side == side and agency in ("", party.agency) and party.agency
	]


def _leads(case: LoadedCase, side: str, agency: str) -> list:
	rows = [people.contact(name) for name in leads(case.case, side)]
	return [row for row in rows if row and agency in ("", row.agency) and not _has_left_the_team(case, row)]


def _has_left_the_team(case: LoadedCase, row) -> bool:
	"""Whether a lead was named for a team that is no longer theirs: they have no access, and the team is told."""
	led = [party for party in case.case.parties if party.lead == row.name]
	person = people.person(row, None)
	return bool(led) and all(party.led_for and not person.in_team(party.led_for) for party in led)


def _team(case: LoadedCase, party: Party) -> list[Recipient]:
	"""The mailbox of an agency's team, where it has one that somebody of the team may open the case from; else everybody
	of the team who has access now. Never the whole agency.
	"""
	rows = select("Escalation Access", ["grantee"], {"escalation": case.name, "active": 1})
	granted = {row.grantee for row in rows}
	today = times.today()
	persons = {
		row.name: people.person(row, None)
		for row in select("Safeguarding Contact", people.FIELDS, {"agency": party.agency})
	}
	members = [name for name, person in persons.items() if granted.intersection(keys(person, today))]
	readers = [who for name in members if (who := reach.recipient(case, name))]
	mailbox = _mailbox(party.agency, party_team(case.case, party, {**persons})) if readers else ""
	if mailbox:
		return [Recipient(mailbox, "")]
	return [who for who in readers if not reach.away(case, who.contact)] or readers


def _mailbox(agency: str, team: str) -> str:
	"""The mailbox that an agency keeps for a team; '' for none."""
	wanted = " ".join(team.split()).casefold()
	rows = select(
		"Partner Agency Team", ["team", "mailbox"], {"parent": agency, "parenttype": "Partner Agency"}
	)
	found = (row.mailbox for row in rows if " ".join((row.team or "").split()).casefold() == wanted)
	return next((mailbox for mailbox in found if mailbox), "") if wanted else ""


def _unique(found: Iterable[Recipient]) -> list[Recipient]:
	return list({who.email.lower(): who for who in found}.values())
