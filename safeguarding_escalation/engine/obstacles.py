"""What holds a case back from going further up, by a board's choice: the adult's refusal, a formal complaint.

Neither ever holds back what immediate risk asks for, stops a clock or silences an alert: a case that waits is still
a case about somebody's safety, and a date that passes while it waits is said (4L-A5, BU-A11).
"""

from __future__ import annotations

from dataclasses import dataclass

from .case import Case, Person, holds
from .policy import Policy

MANAGER_CAPACITIES = ("Manager", "Safeguarding Lead", "Named Professional", "Senior Manager")


@dataclass(frozen=True)
class Obstacle:
	"""`refusal`: why the case may not go up now; `warning`: what to think of; `needs_reason`: go on only with one."""

	refusal: str = ""
	warning: str = ""
	needs_reason: bool = False


def adult_refusal(policy: Policy, case: Case, person: Person) -> Obstacle | None:
	"""What follows from the adult's wish that the matter is not followed through; None without such a wish.

	4L-A5. `record`: it is written down with a reason and does not stop the case; `manager override`: a manager goes on
	with a written reason; `block`: the case goes no further unless the wish changes or there is immediate risk.
	"""
	if not case.wishes_refused:
		return None
	wish = "The adult does not want the matter followed through"
	if policy.adult_refusal == "block":
		return Obstacle(
			f"{wish}, and by this board's choice that stops it: withdraw it, ask the adult again, or record immediate risk."
		)
	if policy.adult_refusal == "manager override":
		if holds(person, MANAGER_CAPACITIES):
			return Obstacle(needs_reason=True, warning=f"{wish}: say in the reason why it goes on.")
		return Obstacle(f"{wish}: only a manager, with a written reason, may take it further.")
	if case.refusal_explained:
		return None
	return Obstacle(warning=f"{wish}: write down why it goes on all the same.")


def complaint(policy: Policy, case: Case) -> Obstacle | None:
	"""What follows from a formal complaint; None where none was made.

	BU-A11. `flag`: it is shown, nothing else. `pause`: the case goes no further up while the complaint runs. `end`: it
	goes no further up and is to be settled or withdrawn. Every clock goes on and every alert is sent in all three.
	"""
	if not case.complaint_made:
		return None
	made = "A formal complaint has been made"
	if policy.complaint_effect == "pause":
		return Obstacle(
			f"{made}, and by this board's choice the next steps wait for it. The clocks go on; immediate risk does not wait."
		)
	if policy.complaint_effect == "end":
		return Obstacle(
			f"{made}, and by this board's choice that ends the escalation: settle it or withdraw it. Immediate risk does not wait."
		)
	return Obstacle(warning=f"{made}: it takes its own course, and the escalation and its clocks go on.")


def obstacles(policy: Policy, case: Case, person: Person) -> tuple[Obstacle, ...]:
	"""Everything that holds the case back from a stage ahead, or is to be thought of before."""
	found = (adult_refusal(policy, case, person), complaint(policy, case))
	return tuple(obstacle for obstacle in found if obstacle)
