"""The facts of one case that moves, duties and access decide from; services fill them from database rows.

Nothing here reads a clock or a database. Agencies, boards and contacts are names (hashes); a contact without an
account has `user` None. Instants are aware datetimes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from .schema import Terms

DRAFT = "Draft"
RESOLVED = "Resolved"
RECOMMENDED = "Recommendations Made"
CLOSED = "Closed"
WITHDRAWN = "Withdrawn"
ENDED = (CLOSED, WITHDRAWN)
SETTLED = (RESOLVED, RECOMMENDED)

# The line of management: who outranks whom inside one agency. The other capacities stand outside it: an Enquiry
# Manager, a Conference Chair, a Partnership Representative, Information Governance, and the board's two posts.
SENIORITY: Mapping[str, int] = {
	"Practitioner": 1,
	"Manager": 2,
	"Safeguarding Lead": 2,
	"Named Professional": 2,
	"Senior Manager": 3,
	"Head of Service": 4,
	"Chief Officer": 5,
}
BOARD_CAPACITIES = ("Business Manager", "Chair")


@dataclass(frozen=True)
class Person:
	"""A contact as this case sees it.

	`capacities` are terms of schema.CAPACITIES; `board_roles` those of "Business Manager" and "Chair" that the
	person holds at the case's own board (the Chair of another board has the capacity, not the role); `roles`
	are Frappe's role names; `active_from` and `active_to` are dates, both included; `recused`: has a conflict of
	interest in this case; `posts` are the (capacity, team) pairs held, where somebody works in several teams;
	`stands_in` are those of `board_roles` that are held in this case alone, for one who stepped back; `moved`: held
	this case for an agency in which the contact is no longer.
	"""

	contact: str | None
	user: str | None = None
	name: str = ""
	agency: str = ""
	capacities: Terms = ()
	team: str = ""
	board_roles: Terms = ()
	roles: Terms = ()
	active_from: date | None = None
	active_to: date | None = None
	recused: bool = False
	posts: tuple[tuple[str, str], ...] = ()
	stands_in: Terms = ()
	moved: bool = False

	@property
	def held(self) -> tuple[tuple[str, str], ...]:
		"""Every capacity with the team in which it is held."""
		return self.posts or tuple((capacity, self.team) for capacity in self.capacities)

	def in_team(self, team: str) -> bool:
		"""Whether the person works in a team, whatever the case of its letters or its spaces."""
		wanted = " ".join(team.split()).casefold()
		teams = {self.team, *(mine for _, mine in self.held)}
		return bool(wanted) and wanted in {" ".join(mine.split()).casefold() for mine in teams}

	def in_post(self, day: date) -> bool:
		"""Whether the contact's from and to dates include `day`."""
		after_start = self.active_from is None or self.active_from <= day
		return after_start and (self.active_to is None or day <= self.active_to)


@dataclass(frozen=True)
class Party:
	"""An agency in the case: its side (schema.SIDES), its lead (a contact) and its team, where they are known.

	`satisfied` is whether the agency has said that it is content with the outcome (X-A9); None: not asked. `led_for` is
	the team for which its lead was named; empty for somebody named in person, from elsewhere in the agency.
	"""

	agency: str
	side: str
	lead: str | None = None
	team: str | None = None
	agency_type: str = ""
	satisfied: bool | None = None
	led_for: str | None = None


@dataclass(frozen=True)
class Named:
	"""A person named on the case in a `role` (raised_by, raising_lead, responding_lead, conference_chair …).

	`team` is the one for which a lead was named: leaving it ends what being named gave.
	"""

	role: str
	contact: str
	since: datetime
	team: str = ""


@dataclass(frozen=True)
class Case:
	"""One escalation: what its row, its parties and its log say at this moment.

	`state` is a workflow state and `stage` the stage reached (0 in Draft); `level` the label of the level inside
	it; `filled` the names of the Escalation's filled fields; `protective_deadline` that of the stage, if set;
	`family`: the disagreement is with the adult, family or carer, so that no agency responds (SU-A21);
	`stages_reached` and `levels_reached` hold the first instant of each. `wishes_refused`: the adult, when last asked,
	did not want the matter followed through, and `refusal_explained` whether it is written why it goes on;
	`do_not_contact`: which of its people are not to be contacted or copied in (contacting.NOBODY, SOME, ALL);
	`criminal_matter`: it is marked as one, by its tick or as the matter that it is also about;
	`complaint_made`: a formal complaint runs beside it; `signed` are the sides whose form is signed. `involved` are the
	stages of which it is written how the adult or representative was involved (0: no stage said; None: not known).
	`best_interests`, `capacity_doubted` and `nobody_appropriate` (to support the adult) bring the questions of
	`prompts`; `said` holds the answers of the case's choices by field ("Yes", "No", "Not applicable").
	"""

	state: str = DRAFT
	stage: int = 0
	level: str = ""
	board: str = ""
	path: str = ""
	direction: str = "Raised"
	raising_agency: str = ""
	responding_agency: str = ""
	filled: frozenset[str] = frozenset()
	immediate_risk: bool = False
	policy_issue: bool = False
	out_of_area: bool = False
	child_concern: bool = False
	criminal_matter: bool = False
	family: bool = False
	wishes_refused: bool = False
	refusal_explained: bool = False
	do_not_contact: str = ""
	complaint_made: bool = False
	signed: frozenset[str] = frozenset()
	involved: frozenset[int] | None = None
	best_interests: bool = False
	capacity_doubted: bool = False
	nobody_appropriate: bool = False
	said: Mapping[str, str] = field(default_factory=dict)
	protective_deadline: datetime | None = None
	parties: tuple[Party, ...] = ()
	named: tuple[Named, ...] = ()
	stages_reached: Mapping[int, datetime] = field(default_factory=dict)
	levels_reached: Mapping[str, datetime] = field(default_factory=dict)

	@property
	def open(self) -> bool:
		"""Whether work on the case goes on: neither closed nor withdrawn."""
		return self.state not in ENDED

	def contacts(self, *roles: str) -> tuple[str, ...]:
		"""The contacts named in any of `roles`, in the order of `named`."""
		return tuple(row.contact for row in self.named if row.role in roles)

	def all_parties(self) -> tuple[Party, ...]:
		"""The parties, with the two main agencies added where no row names them."""
		known = {(party.agency, party.side) for party in self.parties}
		main = ((self.raising_agency, "raising"), (self.responding_agency, "responding"))
		added = tuple(Party(agency, side) for agency, side in main if agency and (agency, side) not in known)
		return (*self.parties, *added)


def leads(case: Case, side: str) -> tuple[str, ...]:
	"""The contacts who lead a side: its named lead and its parties' leads, failing both the raiser."""
	found = case.contacts(f"{side}_lead")
	found += tuple(party.lead for party in case.parties if party.side == side and party.lead)
	if not found and side == "raising":
		found = case.contacts("raised_by")
	return tuple(dict.fromkeys(found))


def sides_of(case: Case, person: Person) -> frozenset[str]:
	"""The sides a person acts for: by leading it, by belonging to a party's agency, or by a post at the board.

	Where one agency stands on both sides (4L-A4), the team decides, if the parties' teams are given.
	"""
	sides = {side for side in ("raising", "responding") if person.contact in leads(case, side)}
	if person.contact is not None and person.contact in case.contacts("raised_by"):
		sides.add("raising")
	if not sides:
		mine = [party for party in case.all_parties() if person.agency and party.agency == person.agency]
		same_team = [party for party in mine if party.team and person.in_team(party.team)]
		ambiguous = len({party.side for party in mine}) > 1
		sides = {party.side for party in (same_team if ambiguous and same_team else mine)}
	if person.board_roles:
		sides.add("board")
	return frozenset(sides)


def is_lead(case: Case, person: Person, side: str) -> bool:
	"""Whether a person leads a side of the case."""
	return person.contact is not None and person.contact in leads(case, side)


def holds(person: Person, wanted: Collection[str]) -> bool:
	"""Whether a person holds one of the capacities `wanted`, or outranks the most junior of them in the line.

	A board's posts count only at the case's own board (`board_roles`). Nothing wanted: everybody holds it.
	"""
	if not wanted:
		return True
	mine = [capacity for capacity in person.capacities if capacity not in BOARD_CAPACITIES]
	if set(wanted) & {*mine, *person.board_roles}:
		return True
	floor = min((SENIORITY[capacity] for capacity in wanted if capacity in SENIORITY), default=None)
	return floor is not None and any(SENIORITY.get(capacity, 0) >= floor for capacity in mine)
