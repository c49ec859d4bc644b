"""Versions of a board's policy: beginning one, copying it to a draft, reviewing it unchanged, and who may."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import frappe

from safeguarding_escalation.engine.errors import PolicyError
from safeguarding_escalation.engine.starters import StageChoice, starter
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import people, policies, policy_adopting, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.services.policy_mapping import dict_to_doc_values, doc_to_dict
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.unpacking import unpacked

BOARD, POLICY = "Safeguarding Board", "Board Policy"
_EVERY_BOARD = frozenset({"Safeguarding Administrator", "System Manager"})
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")
_LONGEST_NAME = 60


def require_readable(*names: str) -> None:
	"""Raise NotYours unless the user may read each Board Policy. Same words whether it exists or not."""
	for name in names:
		if not isinstance(name, str) or not frappe.db.exists(POLICY, name):
			refuse(NotYours, "There is no such policy, or you have no access to it.")
		if not frappe.has_permission(POLICY, "read", doc=name):
			refuse(NotYours, "There is no such policy, or you have no access to it.")


def require_author() -> None:
	"""Raise NotYours unless the user may write policies: Board Business Managers and administrators."""
	if not frappe.has_permission(POLICY, "create"):
		refuse(NotYours, "Only a Board Business Manager or an administrator writes policies.")


def require_manager(board: str) -> None:
	"""Raise NotYours unless the user may decide for the board which policy it works by."""
	if not isinstance(board, str) or not frappe.db.exists(BOARD, board):
		refuse(NotYours, "There is no such board, or you do not manage it.")
	if not manages(board, frappe.session.user):
		refuse(NotYours, f"Only the Business Manager of {board}, or an administrator, decides this for it.")


def manages(board: str, user: str) -> bool:
	"""Whether a user decides for a board: its Business Manager by the board's own row, or an administrator."""
	if decides_for_all(user):
		return True
	holder = frappe.db.get_value(BOARD, board, "business_manager")
	return bool(holder) and holder in {contact.name for contact in people.contacts_of(user)}


def decides_for_all(user: str) -> bool:
	"""Whether a user decides for every board: an administrator."""
	return user == "Administrator" or bool(_EVERY_BOARD & set(frappe.get_roles(user)))


def managed_boards(user: str) -> list[str]:
	"""The boards in use for which a user decides, by name."""
	rows = select(BOARD, ["name"], {"disabled": 0}, order_by="name")
	return [row.name for row in rows if manages(row.name, user)]


def copy(policy: str, name: str, title: str, supersedes: bool) -> dict[str, Any]:
	"""A draft with everything of `policy` in it, under `name` and `title`.

	With `supersedes` it is the next version of that policy, else the first one of another. Published and review dates
	are left for its author. Returns {policy}. Raises BadInput for a name that cannot be used, or a superseded draft.
	"""
	name, title = str(name or "").strip(), str(title or "").strip()
	_check_name(name)
	if not title:
		refuse(BadInput, "Give the copy a title: people see it in lists.")
	source = frappe.get_doc(POLICY, policy)
	if supersedes and source.docstatus != 1:
		refuse(BadInput, f"“{policy}” is still a draft: edit it. Only a submitted policy has a next version.")
	data = doc_to_dict(source) | {"id": name, "title": title, "published": None, "review_due": None}
	if not supersedes:
		data["boards"] = []
	values = dict_to_doc_values(data) | {"supersedes": policy if supersedes else None}
	return {"policy": frappe.get_doc(values).insert().name}


def _check_name(name: str) -> None:
	if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
		refuse(
			BadInput,
			f"The name “{name[:_LONGEST_NAME]}” cannot be used: write small letters, figures and hyphens, at most "
			f"{_LONGEST_NAME}, for example redbridge-2027.",
		)
	if frappe.db.exists(POLICY, name):
		refuse(BadInput, f"There is a policy “{name}” already. Give the copy another name.")


def start(name: str, title: str, stages: str | list[Any], board: str = "") -> dict[str, Any]:
	"""A draft for a board that has only its stages: [{label, who, days}], `days` empty where the text has no number.

	It can be submitted as it is; its author replaces the usual practice in it by the board's own text. Returns
	{policy}. Raises BadInput with a sentence for a name that cannot be used and for stages that make no policy.
	"""
	name, title = str(name or "").strip(), str(title or "").strip()
	_check_name(name)
	if not title:
		refuse(BadInput, "Give the policy a title: people see it in lists.")
	try:
		data = starter(name, title, _choices(stages))
	except PolicyError as problem:
		refuse(BadInput, str(problem))
	data["boards"] = [board] if board else []
	return {"policy": frappe.get_doc(dict_to_doc_values(data)).insert().name}


def _choices(stages: str | list[Any]) -> list[StageChoice]:
	rows = unpacked(stages)
	if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
		refuse(
			BadInput, "Give the stages as a list, each with its name, who settles it and its working days."
		)
	return [
		StageChoice(str(row.get("label") or ""), str(row.get("who") or ""), _days(row.get("days"), number))
		for number, row in enumerate(rows, 1)
	]


def _days(value: Any, number: int) -> int | None:
	text = "" if value is None else str(value).strip()
	if not text:
		return None
	if not text.isdecimal() or len(text) > 3:
		refuse(BadInput, f"Stage {number}: give its working days as a number, or leave them empty.")
	return int(text)


def next_name(policy: str) -> str:
	"""A name for the next version that is free: that of the family with the year, and a number where it is taken."""
	family = frappe.db.get_value(POLICY, policy, "policy_key") or policy
	stem = re.sub(r"-(19|20)\d\d$", "", family)[: _LONGEST_NAME - 9]
	stem = stem if _NAME.fullmatch(stem) else "policy"
	base = f"{stem}-{times.today().year}"
	names = (base if number == 1 else f"{base}-{number}" for number in range(1, 1000))
	return next(name for name in names if not frappe.db.exists(POLICY, name))


def reviewed(policy: str, review_due: str) -> dict[str, Any]:
	"""The next version with the same rules and a new review date, submitted: a submitted policy never changes.

	It is adopted from today by the boards that work by `policy` and for which the user decides. Returns {policy,
	boards}. Raises BadInput for a draft, a date that has passed, and a policy that no longer passes the checks.
	"""
	day = times.given_day(review_due)
	if day <= times.today():
		refuse(BadInput, f"{date_text(day)} is no later than today. Say when it is to be reviewed next.")
	source = frappe.get_doc(POLICY, policy)
	made = copy(policy, next_name(policy), source.title, True)["policy"]
	draft = frappe.get_doc(POLICY, made)
	draft.boards, draft.published, draft.review_due = source.boards, source.published, day
	draft.submit()
	boards = [name for name in managed_boards(frappe.session.user) if policies.adopted(name) == policy]
	for board in boards:
		policy_adopting.adopt(board, made, times.today().isoformat())
	return {"policy": made, "boards": boards}
