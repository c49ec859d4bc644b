"""Who may sign a board's form: those whom its policy lets sign (BU-A10)."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.case import holds
from safeguarding_escalation.engine.policy import Policy
from safeguarding_escalation.engine.wording import listed
from safeguarding_escalation.services import guard, people
from safeguarding_escalation.services.errors import BadInput, refuse


def check(doc: Any, before: Any, policy: Policy) -> None:
	"""Raise BadInput for a new signature of a contact whom the policy does not let sign; NotYours without the right.

	Who is more senior signs too. A name without a contact is somebody outside the installation: nobody's capacity is
	known there, and what is unknown never blocks.
	"""
	known = {row.name for row in before.get("signatures") or ()}
	if any(row.name not in known for row in doc.get("signatures") or ()):
		guard.allowed(doc.name, "sign")
	if not policy.signatory_capacities:
		return
	signed = {row.contact for row in before.get("signatures") or ()}
	for row in doc.get("signatures") or ():
		if not row.contact or row.contact in signed:
			continue
		person = people.person(people.named(row.contact, "Signature"), doc.board)
		if not holds(person, policy.signatory_capacities):
			refuse(
				BadInput,
				f"{person.name} cannot sign this form: it is signed by {listed(policy.signatory_capacities, 'or')}.",
			)
