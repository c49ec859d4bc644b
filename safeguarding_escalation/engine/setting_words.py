"""A changed setting of a policy's header as a sentence that somebody can read aloud. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any

from .policy_fields import WEEKDAYS
from .schema import TABLES, PolicyData
from .term_words import stage_name
from .wording import date_text, listed, sentence

# The settings that change how days are counted; a change of one may move any example date.
COUNTING = (
	"count_event_day", "nation", "closures", "weekend", "office_close", "due_time", "max_backdate_days",
	"carry_protective", "agreed_may_exceed_policy",
)  # fmt: skip
# The document's own name, which is no rule.
OWN = frozenset({"id"})
_SWITCHES: Mapping[str, tuple[str, str]] = {
	"count_event_day": (
		"The day on which something happens now counts as the first day",
		"The day on which something happens no longer counts; the next working day is the first",
	),
	"carry_protective": (
		"A protective deadline is now carried on to the next stage",
		"A protective deadline now ends with its stage",
	),
	"auto_escalate": ("A limit that has passed now makes going up the next step", "A limit that has passed no longer makes going up the next step"),
	"allow_same_agency": ("Both sides may now be one agency", "Both sides may no longer be one agency"),
	"form_required": ("The board's form is now required", "The board's form is no longer required"),
	"policy_issue_entry": (
		"A significant policy issue may now go straight to the Chair",
		"A significant policy issue may no longer go straight to the Chair",
	),
	"print_stage_4_pair": ("Stage 4 is now printed as a pair", "Stage 4 is no longer printed as a pair"),
	"agreed_may_exceed_policy": (
		"An agreed timescale may now be longer than the policy's",
		"An agreed timescale may no longer be longer than the policy's",
	),
	"pause_on_stop_review": ("Stop and Review now pauses clocks", "Stop and Review no longer pauses clocks"),
	"allow_family_counterparty": (
		"The adult, family or carer may now stand on the other side",
		"The adult, family or carer may no longer stand on the other side",
	),
}  # fmt: skip
_VALUES: Mapping[str, str] = {
	"title": "The title", "edition": "The edition", "document_noun": "What the document is called",
	"boards": "The boards that it names", "published": "The date of publication", "review_due": "Its own review date",
	"source": "The source", "nation": "The bank holidays", "closures": "The days on which the board is closed",
	"weekend": "The days that are no working days", "office_close": "The time from which a step counts as the next day's",
	"due_time": "The time of day at which a step is due", "max_backdate_days": "How many days late an entry is accepted",
	"chair_label": "What the Chair is called", "business_manager_label": "What the Business Manager is called",
	"subject_label": "What the person at risk is called", "resolution_requires": "Who accepts a resolution",
	"protective_set_by": "Who may set a protective deadline", "protective_lengthen_by": "Who may lengthen one",
	"scope_screen": "What happens to a matter outside the scope", "adult_refusal": "What is done where the adult does not want it",
	"start_stage_capacities": "Who may start above Stage 1", "notice_on_stages": "Where a notice is copied",
	"template_required_on": "What the board's template is required on", "determines_role": "Who determines what happens next",
	"require_hos_before_chair": "Whether a Head of Service is asked before the Chair", "counterpart_default": "The usual other side",
	"signatory_capacities": "Who signs", "complaint_effect": "What a formal complaint does",
	"form_stage_boxes": "How many stages the form has boxes for", "record_from_stage": "The stage from which a full record is kept",
	"whistleblowing": "What is done about whistleblowing", "modes_that_count": "The ways to speak that count",
	"subjects": "Who the policy is about", "chair_outcomes": "What the Chair may answer", "form_title": "The title of the form",
	"print_format": "The form that is printed",
}  # fmt: skip
_NATIONS: Mapping[str, str] = {
	"ENG": "England's", "WLS": "Wales's", "SCT": "Scotland's", "NIR": "Northern Ireland's",
}  # fmt: skip


def changed_settings(old: PolicyData, new: PolicyData) -> Iterator[tuple[str, str]]:
	"""Each changed field of the header with its sentence, in the schema's order."""
	for field in fields(PolicyData):
		before, after = getattr(old, field.name), getattr(new, field.name)
		if field.name not in TABLES and field.name not in OWN and before != after:
			yield field.name, sentence(_said(field.name, (old, before), (new, after)))


def _said(field: str, old: tuple[PolicyData, Any], new: tuple[PolicyData, Any]) -> str:
	called = _VALUES.get(field, field.replace("_", " ").capitalize())
	if isinstance(new[1], bool):
		yes, no = _SWITCHES.get(field, (f"{called}: now yes", f"{called}: now no"))
		return yes if new[1] else no
	after, before = setting_words(new[0], field, new[1]), setting_words(old[0], field, old[1])
	if field in ("title", "edition", "source", "form_title"):
		after, before = (f"“{text}”" if text else "" for text in (after, before))
	verb = "are" if field in ("boards", "nation", "closures", "weekend", "modes_that_count") else "is"
	if not before:
		return f"{called} {verb} now {after}; before, none was set"
	if not after:
		return f"{called}: none is set now; before: {before}"
	return f"{called} {verb} now {after} instead of {before}"


def setting_words(policy: PolicyData, field: str, value: Any) -> str:
	"""A setting's value for reading; empty where there is none."""
	if isinstance(value, bool):
		return "yes" if value else "no"
	if isinstance(value, tuple):
		return listed(_item(policy, field, item) for item in value)
	if isinstance(value, date):
		return date_text(value)
	if isinstance(value, time):
		return f"{value:%H:%M}" if value.second == 0 else f"{value:%H:%M:%S}"
	if field == "nation":
		return _NATIONS.get(value, value)
	return "" if value is None else str(value)


def _item(policy: PolicyData, field: str, item: Any) -> str:
	if field == "weekend":
		return WEEKDAYS[item].capitalize()
	if field == "notice_on_stages":
		return stage_name(policy, item)
	return date_text(item) if isinstance(item, date) else str(item)
