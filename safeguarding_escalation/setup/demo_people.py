"""The demo's agencies, people and accounts, and a note of everything made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import frappe
from frappe.utils.password import update_password

from safeguarding_escalation.services import policies, times
from safeguarding_escalation.setup import roles
from safeguarding_escalation.setup.demo_dates import Story

# The calendar in which the story's dates are counted, and the board that a new case starts with.
BOARD = "Redbridge"
# One password for every demo account, printed by `./dev up`. These accounts exist on demo sites only.
PASSWORD = "kestrel-lantern-47"  # noqa: S105
ROLE_OF = {
	"Practitioner": roles.PRACTITIONER,
	"Manager": roles.MANAGER,
	"Named Professional": roles.MANAGER,
	"Senior Manager": roles.SENIOR_MANAGER,
	"Head of Service": roles.SENIOR_MANAGER,
	"Chief Officer": roles.SENIOR_MANAGER,
	"Business Manager": roles.BUSINESS_MANAGER,
	"Chair": roles.CHAIR,
}


@dataclass
class Made:
	"""What the demo made, in order, and what it changed; kept on the site so that it can be taken away."""

	records: list[list[str]] = field(default_factory=list)
	before: list[list[Any]] = field(default_factory=list)
	logins: list[dict[str, str]] = field(default_factory=list)
	contacts: dict[str, str] = field(default_factory=dict)
	agencies: dict[str, str] = field(default_factory=dict)
	users: dict[str, str] = field(default_factory=dict)
	installation: str = "Board hosted"
	host: str = ""  # the key of the one organisation whose site it is; empty where boards host it

	def as_json(self) -> str:
		return json.dumps(asdict(self))

	@classmethod
	def from_json(cls, text: str) -> Made:
		return cls(**json.loads(text))

	def names(self, doctype: str) -> list[str]:
		"""The records made of one DocType, oldest first."""
		return [name for kind, name in self.records if kind == doctype]

	def insert(self, values: dict[str, Any]) -> Any:
		"""Insert a document of the directory and note it."""
		document = frappe.get_doc(values).insert(ignore_permissions=True)
		self.note(document.doctype, document.name)
		return document

	def note(self, doctype: str, name: str) -> None:
		self.records.append([doctype, name])

	def change(self, doctype: str, name: str, values: dict[str, Any]) -> None:
		"""Set fields of a record that was there before, and note what they held."""
		self.before.append([doctype, name, {key: frappe.db.get_value(doctype, name, key) for key in values}])
		_save(doctype, name, values)

	def restore(self) -> None:
		"""Undo `change`, last first."""
		for doctype, name, values in reversed(self.before):
			_save(doctype, name, values, as_it_was=True)


def _save(doctype: str, name: str, values: dict[str, Any], *, as_it_was: bool = False) -> None:
	document = frappe.get_doc(doctype, name)
	document.update(values)
	document.flags.ignore_version = True
	# What stood there before may be incomplete: a new site's settings name no organisation yet.
	document.flags.ignore_validate = as_it_was
	document.save(ignore_permissions=True)


def people(data: dict[str, Any], installation: str) -> Made:
	"""Make agencies, contacts and accounts, and appoint the board's Chair and Business Manager."""
	kind = data["installations"][installation]
	made, dates = Made(installation=installation, host=kind["host"] or ""), story()
	domains = {row["key"]: row["domain"] for row in data["agencies"]}
	with as_if_installing():
		for row in data["agencies"]:
			_agency(made, row)
		for row in data["contacts"]:
			_contact(made, row, domains, dates)
		for row in kind["accounts"]:
			email = _account(made, row["name"], domains[row["agency"]], row["role"])
			_show(made, row["role"], email, row["name"])
	for row in data["contacts"]:
		if row["key"] in kind["shown"]:
			role = ROLE_OF[row["capacity"]]
			_show(made, f"{role}, {_where(row['key'])}", made.users[row["key"]], row["contact_name"])
	made.logins.sort(key=lambda login: roles.ROLES.index(login["role"].partition(",")[0]))
	frappe.clear_cache()
	for board, posts in data["boards"].items():
		made.change(
			"Safeguarding Board", board, {post: made.contacts[contact] for post, contact in posts.items()}
		)
	made.change(
		"Safeguarding Settings",
		"Safeguarding Settings",
		{
			"installation": installation,
			"default_board": BOARD,
			"host_agency": made.agencies[made.host] if made.host else None,
		},
	)
	return made


def _where(key: str) -> str:
	"""The agency of a contact's key, for the table of logins: "sto_board.chair" is of the "sto board"."""
	return key.partition(".")[0].replace("_", " ")


@contextmanager
def as_if_installing() -> Iterator[None]:
	"""Frappe clears every cache of the site after each new user, which takes a second; here once, at the end."""
	before = frappe.flags.in_install
	frappe.flags.in_install = "safeguarding_escalation"
	try:
		yield
	finally:
		frappe.flags.in_install = before


def story() -> Story:
	"""Today's dates in the board's own calendar."""
	adopted = policies.policy(policies.adopted(BOARD))
	return Story(times.today(), policies.calendar(adopted, BOARD))


def _agency(made: Made, row: dict[str, Any]) -> None:
	values = {key: value for key, value in row.items() if key not in ("key", "domain")}
	document = made.insert(
		{
			"doctype": "Partner Agency",
			**values,
			"secure_email": f"safeguarding@{row['domain']}",
			"data_protection_contact": f"privacy@{row['domain']}",
		}
	)
	made.agencies[row["key"]] = document.name


def _contact(made: Made, row: dict[str, Any], domains: dict[str, str], dates: Story) -> None:
	agency = row["key"].partition(".")[0]
	domain, name, capacity = domains[agency], row["contact_name"], row["capacity"]
	logs_in = row.get("account") and made.host in ("", agency)
	user = _account(made, name, domain, ROLE_OF[capacity]) if logs_in else None
	values = {key: value for key, value in row.items() if key not in ("key", "account")}
	for key, value in values.items():
		if isinstance(value, str) and value.startswith("@"):
			values[key] = made.contacts[value[1:]]
		elif key in ("from_date", "to_date"):
			values[key] = dates.read(value)
	document = made.insert(
		{
			"doctype": "Safeguarding Contact",
			"agency": made.agencies[agency],
			"user": user,
			"email": address(name, domain),
			"verified_on": dates.day(-40),
			**values,
		}
	)
	made.contacts[row["key"]] = document.name
	if user:
		made.users[row["key"]] = user


def _show(made: Made, role: str, user: str, name: str) -> None:
	made.logins.append({"role": role, "user": user, "password": PASSWORD, "name": name})


def address(name: str, domain: str) -> str:
	"""first.last@domain"""
	return f"{frappe.scrub(name).replace('_', '.')}@{domain}"


def _account(made: Made, name: str, domain: str, role: str) -> str:
	"""A user with one role, made without mail and without the look for a picture at a service outside."""
	first, _, last = name.partition(" ")
	document = frappe.get_doc(
		{
			"doctype": "User",
			"email": address(name, domain),
			"first_name": first,
			"last_name": last,
			"send_welcome_email": 0,
			"user_type": "System User",
			"user_image": "/assets/frappe/images/ui/avatar.png",
			"roles": [{"role": role}],
		}
	)
	document.flags.no_welcome_mail = True
	document.insert(ignore_permissions=True)
	document.db_set("user_image", None, update_modified=False)
	# Frappe makes the first account of a site a System Manager.
	frappe.db.delete("Has Role", {"parent": document.name, "role": ("!=", role)})
	update_password(document.name, PASSWORD)
	made.note("User", document.name)
	return document.name
