"""Everybody who tries the surfaces of one case: each role in each agency, and people with a special standing."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.utils import add_days, nowdate

from safeguarding_escalation.tests import factories

# A role, and the capacity in which somebody of that role stands in the directory.
ROLES = {
	"Safeguarding Practitioner": "Practitioner",
	"Safeguarding Manager": "Manager",
	"Safeguarding Senior Manager": "Senior Manager",
	"Board Business Manager": "Business Manager",
	"Board Chair": "Chair",
	"Safeguarding Administrator": "Partnership Representative",
	"Safeguarding Auditor": "Partnership Representative",
}
TEAM = "North"
OTHER_BOARD = "Buckinghamshire"
OTHER_OFFICE = "Office of the Buckinghamshire board"
# What opens a case to whoever holds it in a party's team, once the case is with the Chair.
PARTY_CAPACITIES = ("Practitioner", "Manager", "Senior Manager")
STANDINGS = ("raising", "responding", "stranger", "other board")


@dataclass(frozen=True)
class Somebody:
	"""One person of the matrix; `standing` says where they stand to the case, `user` is empty for a guest."""

	standing: str
	role: str
	user: str
	agency: str
	reads: bool = False
	writes: bool = False

	@property
	def compares(self) -> bool:
		"""One of each kind of outsider: their answers are compared with those about a case that isn't there."""
		kinds = {
			("stranger", "Safeguarding Manager"),
			("other board", "Board Business Manager"),
			("raising", "Safeguarding Auditor"),
		}
		return (self.standing, self.role) in kinds or self.standing in ("recused", "no role of ours", "guest")

	@property
	def compares_always(self) -> bool:
		"""Those whose answers are compared on each surface, and not only on those that everybody tries."""
		return self.standing in ("stranger", "guest") or self.role == "Safeguarding Auditor"

	@property
	def typical(self) -> bool:
		"""One of each kind: a surface that is much like another is tried by them alone."""
		readers = {
			("raising", "Safeguarding Practitioner"),
			("responding", "Safeguarding Manager"),
		}
		return (
			self.compares
			or (self.standing, self.role) in readers
			or self.standing
			in (
				"copied in",
				"adviser",
				"copied once",
			)
		)

	@property
	def label(self) -> str:
		return f"{self.standing}, {self.role.removeprefix('Safeguarding ').removeprefix('Board ')}"


def everybody(world: factories.World) -> list[Somebody]:
	"""The people, made once and kept. Rights are those of a raised case that has come to the Chair."""
	agencies = {
		"raising": world.raising,
		"responding": world.responding,
		"stranger": world.other,
		"other board": factories.agency(OTHER_OFFICE, "Other"),
	}
	found = [
		_of_role(world, standing, agency, role) for standing, agency in agencies.items() for role in ROLES
	]
	found += _board(world)
	found += _special(world)
	for each in found:
		_of_one_role(each.user)
	return found


def _of_one_role(user: str) -> None:
	"""The host makes the first user of a new site a System Manager, who may see everything that a site stores."""
	if user and frappe.db.exists("Has Role", {"parent": user, "role": "System Manager"}):
		frappe.get_doc("User", user).remove_roles("System Manager")


def _of_role(world: factories.World, standing: str, agency: str, role: str) -> Somebody:
	capacity = ROLES[role]
	party = standing in ("raising", "responding") and capacity in PARTY_CAPACITIES
	known = world.users.get((agency, capacity))
	user = known or _person(f"{role} of {agency}", agency, capacity, role, TEAM)
	return Somebody(standing, role, user, agency, reads=party, writes=party)


def _person(name: str, agency: str, capacity: str, role: str, team: str) -> str:
	"""A contact with an account; the account's address is the name."""
	email = f"{frappe.scrub(name).replace('_', '.')}@example.test"
	factories.user(email, role)
	known = factories.contact(name, agency, capacity, email, team)
	frappe.db.set_value("Safeguarding Contact", known, "capacity", capacity)
	return email


def _board(world: factories.World) -> list[Somebody]:
	office = "Redbridge Safeguarding Adults Board"
	return [
		Somebody("own board", role, world.user(office, ROLES[role]), office, reads=True, writes=True)
		for role in ("Board Business Manager", "Board Chair")
	]


def _special(world: factories.World) -> list[Somebody]:
	raising, manager = world.raising, "Safeguarding Manager"
	practitioner = "Safeguarding Practitioner"
	left = _person("Manager who left", raising, "Manager", manager, TEAM)
	frappe.db.set_value("Safeguarding Contact", {"user": left}, "to_date", add_days(nowdate(), -3))
	copied = factories.agency("Fernleigh Community Trust", "Health")
	elsewhere = [
		Somebody(standing, practitioner, _person(name, copied, capacity, practitioner, "Advice"), copied)
		for standing, name, capacity in (
			("adviser", "Adviser on one question", "Named Professional"),
			("copied once", "Practitioner of one copy", "Practitioner"),
		)
	]
	return [
		*elsewhere,
		Somebody(
			"wrong team", manager, _person("Manager of Ward 9", raising, "Manager", manager, "South"), raising
		),
		Somebody(
			"recused",
			practitioner,
			_person("Practitioner who steps back", raising, "Practitioner", practitioner, TEAM),
			raising,
		),
		Somebody("has left", manager, left, raising),
		Somebody(
			"copied in",
			practitioner,
			_person("Practitioner copied in", copied, "Practitioner", practitioner, "Community"),
			copied,
			reads=True,
		),
		Somebody("no role of ours", "Desk User", factories.user("plain.desk@example.test", "Inbox User"), ""),
		Somebody("guest", "Guest", "", ""),
	]
