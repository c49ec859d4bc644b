"""The answers to the eight questions of Quick raise: how they are read, and as which fields of an Escalation.

Answers are a dict of texts by the names in `FIELDS`, with `nature` a list and `immediate_risk` a yes or no. Times are
the site's own (2025-03-11T10:00) or ISO 8601 with an offset.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.services import people, policies, scope, times
from safeguarding_escalation.services.errors import BadInput, EscalationError, refuse
from safeguarding_escalation.services.facts import FAMILY
from safeguarding_escalation.services.text import plain, yes_or_no
from safeguarding_escalation.services.unpacking import unpacked

# What each question asks for; 9 is the summary.
FIELDS: dict[int, tuple[str, ...]] = {
	1: ("subject_name", "subject_kind", "date_of_birth"),
	2: ("adult_area", "board"),
	3: (
		"raising_agency", "responding_agency", "responding_lead", "responding_team", "counterparty",
		"counterparty_name", "counterparty_relation",
	),
	4: (
		"decision_challenged", "challenge_type", "decision_received_at", "disagreement_at", "nature",
		"nature_other",
	),
	5: (
		"risk_to_adult", "evidence_reasons", "immediate_risk", "told_whom", "told_at", "interim_safety_actions",
	),
	6: ("outcome_sought",),
	7: ("referral_made", "referral_made_on", "scope_exclusion", "scope_reason"),
	8: ("safe_by",),
	9: ("start_stage", "start_ground", "start_reason"),
}  # fmt: skip
QUESTION_OF = {field: number for number, fields in FIELDS.items() for field in fields}
# Fields that answer a question under another name than its own.
QUESTION_OF.update(
	dispute_summary=4, protective_deadline=8, agreed_timescale=8, scope_basis=7, subjects=1, parties=3
)  # fmt: skip
# What no policy is for, whatever it says (decision 11).
OWN_AGENCY = (
	"A disagreement inside your own agency goes to your line manager or safeguarding lead. If you cannot raise it "
	"there, use your agency's whistleblowing policy; it is not recorded here."
)
_OF_THE_CASE = (
	"adult_area", "board", "raising_agency", "responding_agency", "responding_lead", "responding_team",
	"counterparty_name", "counterparty_relation", "decision_challenged", "challenge_type",
	"decision_received_at", "disagreement_at", "nature_other", "risk_to_adult", "evidence_reasons",
	"told_whom", "told_at", "interim_safety_actions", "outcome_sought", "referral_made", "referral_made_on",
	"scope_exclusion", "scope_reason", "safe_by",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
	"""What is wrong with an answer: the question's number (9: the summary), and a sentence for its author."""

	question: int
	text: str

	def row(self) -> dict[str, Any]:
		"""As the page takes it."""
		return {"question": self.question, "text": self.text}


class IntakeRefused(EscalationError):
	"""Quick raise found `problems`; nothing was written. HTTP 417, with the problems in the answer."""

	def __init__(self, sentence: str, problems: list[Problem]) -> None:
		super().__init__(sentence)
		self.problems = problems


def refuse_all(problems: list[Problem]) -> None:
	"""Raise IntakeRefused if there are problems. The page reads them from the answer, beside each question."""
	if not problems:
		return
	sentence = " ".join(dict.fromkeys(problem.text for problem in problems))
	frappe.local.response["problems"] = [problem.row() for problem in problems]
	frappe.msgprint(
		frappe.utils.escape_html(sentence), title="Please check what you entered", indicator="red"
	)
	raise IntakeRefused(sentence, problems)


def read(values: Any) -> dict[str, Any]:
	"""The answers as plain values. Raises BadInput for what is no answer to any of the questions."""
	given = _parsed(values)
	unknown = sorted(set(given) - set(QUESTION_OF))
	if unknown:
		refuse(BadInput, f"“{unknown[0][:40]}” is not asked here.")
	answers: dict[str, Any] = {}
	for field, value in given.items():
		if field == "nature":
			answers[field] = _texts(value)
		elif field == "immediate_risk":
			answers[field] = bool(value) and yes_or_no(value, field)
		else:
			answers[field] = plain(None if value is None else str(value), field).strip()
	return answers


def _parsed(given: Any) -> dict[str, Any]:
	values = unpacked(given)
	if not isinstance(values, dict):
		refuse(BadInput, "The answers could not be read.")
	return values


def _texts(value: Any) -> list[str]:
	rows = [value] if isinstance(value, str) else value or []
	if not isinstance(rows, list):
		refuse(BadInput, "What it is about: choose from the list.")
	return [text for text in dict.fromkeys(plain(row, "What it is about") for row in rows) if text]


def fields(answers: dict[str, Any], policy: Policy | None) -> dict[str, Any]:
	"""The answers as fields of an Escalation. Where the policy is known, what it alone asks for is filled in too."""
	found: dict[str, Any] = {name: answers.get(name) or None for name in _OF_THE_CASE}
	if not found["raising_agency"]:
		del found["raising_agency"]  # the user's own, which the case fills in
	# In a corridor "when" means now; an inaction has no decision that was received.
	found["disagreement_at"] = found["disagreement_at"] or times.stored(times.now())
	found["immediate_risk"] = int(bool(answers.get("immediate_risk")))
	found["nature"] = [{"nature": text} for text in answers.get("nature") or ()]
	found["subjects"] = [_subject(answers)] if answers.get("subject_name") else []
	if answers.get("counterparty") == FAMILY:
		found.update(counterparty=FAMILY, responding_agency=None, responding_lead=None, responding_team=None)
	else:
		# Whoever decided is the counterpart; the form tells the two apart where they differ.
		found["decision_maker"] = found["responding_lead"]
	if policy and _asks_for_a_summary(policy):
		found["dispute_summary"] = found["decision_challenged"]
	if policy and found["safe_by"] and _may_protect(policy):
		found["protective_deadline"] = found["safe_by"]
	return found


def _subject(answers: dict[str, Any]) -> dict[str, Any]:
	return {
		"subject_name": answers["subject_name"],
		"kind": answers.get("subject_kind") or "Adult",
		"date_of_birth": answers.get("date_of_birth") or None,
	}


def _asks_for_a_summary(policy: Policy) -> bool:
	"""Whether the policy wants a summary of the dispute and takes nothing else for it (Suffolk)."""
	return any(
		row.when == "raise" and tuple(row.needs) == ("field dispute_summary",) for row in policy.records
	)


def _may_protect(policy: Policy) -> bool:
	"""X-A12: whose answer to question 8 is a protective deadline, which shortens the policy's limits."""
	may = {*policy.protective_set_by, *policy.protective_lengthen_by}
	row = people.acting_contact(frappe.session.user)
	return not policy.protective_set_by or bool(row and may & set(people.capacities(row)))


def policy_for(answers: dict[str, Any]) -> Policy | None:
	"""The policy in force at the board chosen; None while there is none."""
	board = answers.get("board")
	name = policies.adopted(board) if board and frappe.db.exists("Safeguarding Board", board) else None
	return policies.policy(name) if name else None


def problems(answers: dict[str, Any], policy: Policy | None, draft: bool) -> list[Problem]:
	"""What the eight questions themselves ask for, beside what the policy does. A draft needs the first three."""
	found = []
	if not answers.get("subject_name"):
		found.append(Problem(1, "Write down the person's name."))
	if policy is None:
		found.append(Problem(2, "Choose the board for the area where the person is."))
	found += _counterparty(answers, policy)
	found += _dates(answers)
	if draft:
		return found
	# Urgent protection does not wait for the particulars (RB 4.1): they are asked for afterwards.
	if not answers.get("immediate_risk"):
		found += [
			Problem(QUESTION_OF[field], text) for field, text in _ASKED.items() if not answers.get(field)
		]
	return found + _scope(answers, policy)


_ASKED = {
	"decision_challenged": "Write down what they decided, or did not do.",
	"risk_to_adult": "Write down what may happen to the person.",
	"outcome_sought": "Write down what you want to happen.",
	"referral_made": "Say whether the safeguarding referral has been made.",
}


def _counterparty(answers: dict[str, Any], policy: Policy | None) -> list[Problem]:
	if answers.get("counterparty") == FAMILY:
		if policy and not policy.allow_family_counterparty:
			return [
				Problem(3, f"This {policy.document_noun} is for disagreements between agencies: choose one.")
			]
		return []
	other, own = answers.get("responding_agency"), answers.get("raising_agency") or _own_agency()
	if not other:
		return [Problem(3, "Choose the agency whose decision it is.")]
	if other == own and policy and not policy.allow_same_agency:
		return [Problem(3, f"{other} is your own agency. {OWN_AGENCY}")]
	return []


def _own_agency() -> str | None:
	row = people.acting_contact(frappe.session.user)
	return row.agency if row else None


def _dates(answers: dict[str, Any]) -> list[Problem]:
	"""A date of birth or of a referral that is none, or is still to come; a time to settle by that has passed."""
	found = []
	for field, name in (("date_of_birth", "Date of birth"), ("referral_made_on", "Referral made on")):
		text = answers.get(field)
		if text and not _is_past_day(text):
			found.append(Problem(QUESTION_OF[field], f"{name}: give a day that has been, like 1948-03-11."))
	try:
		safe_by = times.given(answers.get("safe_by"), "When it must be settled")
	except BadInput as refusal:
		return [*found, Problem(8, str(refusal))]
	if safe_by and safe_by <= times.now():
		found.append(Problem(8, f"{times.show(safe_by)} has passed. Give a date and time to come."))
	return found


def _is_past_day(text: str) -> bool:
	try:
		return date(1890, 1, 1) <= date.fromisoformat(text) <= times.today()
	except ValueError:
		return False


def _scope(answers: dict[str, Any], policy: Policy | None) -> list[Problem]:
	screened = scope.screen(policy, answers) if policy else scope.Screened()
	text = screened.refusal or ("" if answers.get("immediate_risk") else screened.warning)
	return [Problem(7, text)] if text else []
