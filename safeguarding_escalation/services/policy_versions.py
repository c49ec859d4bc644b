"""Versions of a board's policy: copying to a draft, adopting from a date, comparing, and who may."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import frappe

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.policy_changes import HEADER as HEADER_TABLE
from safeguarding_escalation.engine.policy_changes import Change, changes
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import people, policies, policy_readback, projection, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.services.lock import one_by_one
from safeguarding_escalation.services.policy_mapping import dict_to_doc_values, doc_to_dict
from safeguarding_escalation.services.rows import select

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
	if user == "Administrator" or _EVERY_BOARD & set(frappe.get_roles(user)):
		return True
	holder = frappe.db.get_value(BOARD, board, "business_manager")
	return bool(holder) and holder in {contact.name for contact in people.contacts_of(user)}


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


def adopt(board: str, policy: str, from_date: str) -> dict[str, Any]:
	"""Let a board work by a submitted policy from a day on: one row in its list, checked by the board itself.

	Returns {board, policy, from_date, effects}. Raises BadInput for a draft, a day that has passed for a board that
	has a policy already, a day on which another starts, and the policy that is in force anyway.
	"""
	day = times.given_day(from_date)
	_check_adoption(board, policy, day)
	said = effects(board, policy, day)
	document = frappe.get_doc(BOARD, board)
	document.append("policies", {"policy": policy, "from_date": day})
	document.save()
	if day <= times.today():
		frappe.enqueue(
			"safeguarding_escalation.services.policy_versions.refresh_cases",
			enqueue_after_commit=True,
			now=bool(frappe.flags.in_test),
			cases=[row.name for row in _open_cases(board)],
		)
	return {"board": board, "policy": policy, "from_date": day.isoformat(), "effects": said}


def refresh_cases(cases: list[str]) -> None:
	"""Store anew what follows from the policy in force, one lock and one commit a case."""
	one_by_one(cases, projection.refresh)


def _check_adoption(board: str, policy: str, day: date) -> None:
	title, docstatus = frappe.db.get_value(POLICY, policy, ["title", "docstatus"]) or (policy, None)
	if docstatus != 1:
		refuse(BadInput, f"“{title}” is still a draft. Submit it before {board} adopts it.")
	rows = select(
		"Safeguarding Board Policy", ["policy", "from_date"], {"parent": board}, order_by="from_date"
	)
	if not rows:
		return
	if day < times.today():
		refuse(
			BadInput,
			f"{date_text(day)} has passed, and clocks have run under the policy of that time. Choose today or a later day.",
		)
	taken = next((row.policy for row in rows if row.from_date == day), None)
	if taken:
		refuse(BadInput, f"{board} adopts “{taken}” from {date_text(day)} already. Choose another day.")
	if policies.adopted(board, day) == policy:
		refuse(BadInput, f"{board} works by “{title}” on {date_text(day)} already.")


def effects(board: str, policy: str, day: date) -> list[str]:
	"""What adopting does, as sentences: to new cases, to open ones, and what to look at first."""
	new = policies.policy(policy)
	before = policies.adopted(board, day)
	cases = _open_cases(board)
	said = [f"From {date_text(day)} new cases of {board} run under “{new.title}”."]
	if before:
		said.append(f"Until then “{policies.policy(before).title}” stays in force.")
	if not cases:
		said.append("No case of this board is open.")
		return said
	are = "case is" if len(cases) == 1 else "cases are"
	said.append(
		f"{len(cases)} {are} open. A clock that has started by then keeps its date; clocks that start from that day "
		"on, and the steps, records and copies, follow the new policy."
	)
	known = {stage.number for stage in new.stages}
	lost = [row for row in cases if row.current_stage and row.current_stage not in known]
	if lost:
		stages = ", ".join(str(number) for number in sorted({row.current_stage for row in lost}))
		said.append(
			f"Look first: {len(lost)} of them at a stage that the new policy does not have (Stage {stages})."
		)
	return said


def _open_cases(board: str) -> list[frappe._dict]:
	table = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(table).select(table.name, table.current_stage)
	return query.where((table.board == board) & table.workflow_state.notin(ENDED)).run(as_dict=True)


def compare(old: str, new: str) -> dict[str, Any]:
	"""What changed from one policy to another: {old, new, changes: [{table, row, change, text, before, after}]}.

	`table` and `text` use the form's words; `before` and `after` are the row as a sentence.
	"""
	before, after = policies.policy(old), policies.policy(new)
	return {
		"old": {"policy": old, "title": before.title},
		"new": {"policy": new, "title": after.title},
		"changes": [_shown(change, before, after) for change in changes(before, after)],
	}


def _shown(change: Change, before: Any, after: Any) -> dict[str, Any]:
	header = change.table == HEADER_TABLE
	table = "" if header else change.table
	said = change.text
	if header:
		label = policy_readback.label_of("", change.row)
		said = f"{label}: {change.before or 'empty'} → {change.after or 'empty'}"
	return {
		"table": "Details" if header else policy_readback.label_of("", change.table),
		"row": policy_readback.label_of("", change.row) if header else change.row,
		"change": change.change,
		"text": said,
		"fields": [policy_readback.label_of(table, name) for name in change.fields],
		"before": change.before,
		"after": change.after,
	}
