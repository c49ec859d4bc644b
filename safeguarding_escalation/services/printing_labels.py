"""The labels of the boards' own recording templates, word by word, as the policies hold them.

A board's wording is data (`template_labels` of its Board Policy), its layout is a template of ours. A case's own
policy gives the words wherever it has a label for each place of the layout; for a case of another board, and for a
policy that left labels out, the shipped policy to whose source the layout belongs gives them.
"""

from __future__ import annotations

from dataclasses import dataclass

from safeguarding_escalation.engine import Policy, load_policy
from safeguarding_escalation.services import policies
from safeguarding_escalation.services.loaded import LoadedCase


@dataclass(frozen=True)
class Layout:
	"""A print format that reproduces a board's template: its name, the shipped policy with its labels, its place there."""

	print_format: str
	shipped: str
	part: str


ANNEX_B = Layout("4LSAB Annex B", "4lsab-2023", "Annex B")
APPENDIX_TWO = Layout("Stockport Appendix Two", "stockport", "Appendix Two")
APPENDIX_B = Layout("Buckinghamshire Appendix B", "buckinghamshire", "Appendix B")
APPENDIX_1 = Layout("Suffolk Appendix 1", "suffolk-2024", "Appendix 1")


def source(case: LoadedCase, layout: Layout) -> Policy:
	"""The policy whose words a print of `case` in `layout` shows: the pinned one, if it fits the layout."""
	pinned, shipped = policies.policy(case.document.policy), load_policy(layout.shipped)
	fits = pinned.print_format == layout.print_format and _places(pinned) == _places(shipped)
	return pinned if fits else shipped


def labels(of: Policy) -> list[str]:
	"""A policy's labels in the order of its template."""
	return [row.label for row in sorted(of.template_labels, key=lambda row: row.order)]


def _places(of: Policy) -> list[str]:
	return [row.kind for row in sorted(of.template_labels, key=lambda row: row.order)]
