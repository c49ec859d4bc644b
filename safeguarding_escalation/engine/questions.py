"""When a policy asks which of its questions: a pure reading of `Question.asked_at`."""

from __future__ import annotations

from collections.abc import Collection

from .case import Case, Person
from .schema import PolicyData, Question
from .wording import listed

ASKED_AT = ("raise", "resolve", "recommend", "close")
# Words that stand before a number or a name.
WITH_ARGUMENT = ("stage", "path")
# The states in which a case has come to an outcome and can still be written in: a closed case is read-only, so what
# is asked at closing is asked from here on.
_OUTCOMES = {
	"resolve": ("Resolved",),
	"recommend": ("Recommendations Made",),
	"close": ("Resolved", "Recommendations Made"),
}


def moment(asked_at: str) -> tuple[str, str]:
	"""The word of `asked_at` and what follows it: `("stage", "2")`, `("path", "dissent")`, `("raise", "")`."""
	word, _, argument = asked_at.strip().partition(" ")
	return word, argument.strip()


def asked(policy: PolicyData, *, state: str, reached: Collection[int], path: str) -> tuple[Question, ...]:
	"""The questions that `policy` asks now, in its order.

	`state` is the workflow's state, `reached` the stages that the case has been at (not those it jumped over), `path`
	the name of its path or "". A policy that asks nothing gives an empty tuple.
	"""
	return tuple(
		question for question in policy.questions if _applies(question.asked_at, state, reached, path)
	)


def _applies(asked_at: str, state: str, reached: Collection[int], path: str) -> bool:
	word, argument = moment(asked_at)
	if word == "stage":
		return argument.isdigit() and int(argument) in reached
	if word == "path":
		return bool(path) and argument == path
	return word == "raise" or state in _OUTCOMES.get(word, ())


def steps(policy: PolicyData, path: str) -> tuple[Question, ...]:
	"""The steps of a special route, in the policy's order: what it asks of a case that takes it."""
	return tuple(
		question for question in policy.questions if path and moment(question.asked_at) == ("path", path)
	)


def reserved(question: Question, case: Case, person: Person, agency_type: str = "") -> str:
	"""Why a person may not answer a question; '' if they may. Seniority does not pass: the decision is the post's.

	Whoever is named on the case as its Conference Chair or Enquiry Manager holds that post in it. `agency_type` is the
	kind of the person's agency, which may decide without being a party (the council, between a trust and the police).
	"""
	if not question.reserved_to:
		return ""
	named = {"Conference Chair": "conference_chair", "Enquiry Manager": "enquiry_manager"}
	mine = {*person.capacities, *person.board_roles, agency_type}
	mine |= {post for post, role in named.items() if person.contact and person.contact in case.contacts(role)}
	mine |= {
		party.agency_type for party in case.all_parties() if person.agency and party.agency == person.agency
	}
	if mine & set(question.reserved_to):
		return ""
	return f"Decision reserved to: {listed(question.reserved_to, 'or')}."
