"""The shape of a policy: one dataclass per table, shared by loader, validator and the Board Policy DocType.

A field of type `tuple[str, ...]` holds several terms; in a child table of the Desk one cell holds one term a
line. The vocabulary of clocks is the normative clock table; the other tables come from section 10 of the
requirements catalogue ("Configuration the readings need"). Every row cites its `clause`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

from .schema_alerts import AlertRung as AlertRung
from .schema_alerts import Terms as Terms

UNITS = (
	"working days",
	"calendar days",
	"earlier of working and calendar days",
	"same working day",
	"hours",
	"instant",
	"case date",
)
CLOCK_KINDS = ("maximum", "preference", "advisory", "local target")
OCCURRENCES = ("first", "last", "each")
NON_WORKING_DAY = ("", "next working day", "literal day")
SIDES = ("raising", "responding", "board", "other")
SKIP_RULES = ("free", "reason", "manager and reason", "never")
EFFECTS = ("require", "warn", "prompt")
CAPACITIES = (
	"Practitioner",
	"Manager",
	"Safeguarding Lead",
	"Named Professional",
	"Senior Manager",
	"Head of Service",
	"Chief Officer",
	"Enquiry Manager",
	"Conference Chair",
	"Partnership Representative",
	"Business Manager",
	"Chair",
	"Information Governance",
)
OWED_BY = ("raising lead", "responding lead", "chair", "business manager", "action owner")


@dataclass(frozen=True)
class Clock:
	"""One clock of a policy; the grammar of its terms is in `terms.py`.

	`length` counts `unit`s and is None where the unit needs no number (same working day, instant, case date).
	`alert_lead` is the number of working days before the due day on which the clock becomes due soon;
	None means one for clocks of three units and more, else none (the due day itself).
	"""

	id: str
	stage: int
	trigger: Terms
	unit: str
	label: str = ""
	occurrence: str = "first"
	fallback: Terms = ()
	length: int | None = None
	kind: str = "maximum"
	protective_cap: bool = False
	agreed_cap: bool = False
	cap: str = ""
	stop: Terms = ()
	cancel: Terms = ()
	each: str = ""
	owed_by: str = ""
	instant_if_immediate_risk: bool = False
	non_working_day: str = ""
	alert_lead: int | None = None
	clause: str = ""
	note: str = ""


@dataclass(frozen=True)
class Stage:
	"""One stage. `label` is the source's exact name; `button` is what a move into it is called."""

	number: int
	label: str
	button: str = ""
	raising_capacities: Terms = ()
	responding_capacities: Terms = ()
	entered_when: str = ""
	guidance: str = ""
	form_required: bool = False
	on_expiry: str = "alert"
	outcomes: Terms = ("resolved",)  # resolved, recommendations, advice: what may end this stage
	board_sees: bool = False  # the Business Manager may see the case from this stage on
	chair_sees: bool = False
	clause: str = ""


@dataclass(frozen=True)
class Level:
	"""A step inside a stage (Stockport's Stage 4), in `order`."""

	stage: int
	order: int
	label: str
	capacity: str
	optional: bool = True
	side: str = ""
	clause: str = ""


@dataclass(frozen=True)
class Move:
	"""Who may enter `to_stage` from one of `from_stages` (0 is Draft), on which `ground`.

	`ground`: next, skip, immediate risk, policy issue, route. `side` may be raising, responding, either or
	board. `agency_types` limits a move to some kinds of raising agency (care providers, health).
	"""

	from_stages: tuple[int, ...]
	to_stage: int
	ground: str = "next"
	side: str = "raising"
	capacities: Terms = ()
	skip_rule: str = "free"
	agency_types: Terms = ()
	to_level: str = ""
	guidance: str = ""
	clause: str = ""


@dataclass(frozen=True)
class Record:
	"""What must be on record before a step.

	`when`: raise, enter, resolve, recommend, close, withdraw, reopen. `stage` is the stage entered or ended, 0
	for any. `needs` holds alternatives, any one satisfies: `field NAME` (a filled field of the Escalation),
	`event KIND [STAGE] [side=...]` (an event of the log) or `reason`.
	"""

	when: str
	needs: Terms
	message: str
	stage: int = 0
	effect: str = "require"
	ground: str = ""
	condition: str = ""  # as that of a copy rule: only where it holds
	clause: str = ""


@dataclass(frozen=True)
class CopyRule:
	"""A copy that the policy asks for: after `event` at `stage` (0 any), to `recipient`, sent by `sender`."""

	event: str
	recipient: str
	stage: int = 0
	sender: str = ""
	what: str = ""
	print_format: str = ""
	continuing_access: bool = False
	standing: bool = False
	# out of area, child concern, criminal matter, path NAME, field NAME (once it is filled in)
	condition: str = ""
	clause: str = ""


@dataclass(frozen=True)
class ClosingDuty:
	"""Something owed between resolution and closing, required or prompted, for a range of stages."""

	duty: str
	owed_by: str
	satisfied_by: Terms = ()  # `event KIND` / `field NAME`; empty: a `duty_done` event naming the duty
	required: bool = True
	from_stage: int = 0
	to_stage: int = 9
	condition: str = ""  # as that of a copy rule: owed only where it holds
	clause: str = ""


@dataclass(frozen=True)
class Exclusion:
	"""A matter outside the policy's scope: warn or block, with a signpost."""

	text: str
	effect: str = "warn"
	signpost: str = ""
	link: str = ""
	clause: str = ""


@dataclass(frozen=True)
class Nature:
	"""A disagreement area: the exact words of the source."""

	label: str
	clause: str = ""


@dataclass(frozen=True)
class Return:
	"""A return that the policy asks the Business Manager for."""

	name: str
	period: str  # quarterly, annual
	period_start: str = ""  # for example 1 April
	due: str = ""
	columns: Terms = ()
	clause: str = ""


@dataclass(frozen=True)
class Contact:
	"""A post, mailbox or telephone number that the policy names."""

	label: str
	address: str = ""
	purpose: str = ""
	clause: str = ""


@dataclass(frozen=True)
class Link:
	"""A document or page that the policy points to; also signposts."""

	label: str
	url: str = ""
	purpose: str = ""
	clause: str = ""


@dataclass(frozen=True)
class Path:
	"""A special route beside the stages (Stop and Review, dissent paths): label, where it enters, conditions."""

	name: str
	label: str
	enters_stage: int = 1
	guidance: str = ""
	clause: str = ""


@dataclass(frozen=True)
class TemplateLabel:
	"""One label of the board's own recording template, exactly as printed, in `order`."""

	order: int
	label: str
	field: str = ""
	kind: str = "text"


@dataclass(frozen=True)
class Question:
	"""Something that the policy asks to be considered or written down, answered in the case's own form.

	`reserved_to` says whose decision it is: capacities, or kinds of agency of a party, any of which may answer; empty: anybody
	who works on the case. `asked_at`: `raise`, `stage N` (once stage N was reached), `resolve`, `recommend`, `close`, or `path NAME` (once
	the case takes that path). `options` are suggested answers; any other words will do. `key` is unique in the
	policy and stays the same from version to version: an answer is kept under it.
	"""

	key: str
	question: str
	asked_at: str = "raise"
	options: Terms = ()
	clause: str = ""
	reserved_to: Terms = ()


@dataclass(frozen=True)
class Guidance:
	"""How the policy wants people to work, in words that nothing enforces.

	`topic` gathers rows under one heading. `audience` says to whom a row speaks; empty: to everybody.
	"""

	text: str
	topic: str = ""
	audience: str = ""
	clause: str = ""


TABLES: dict[str, type] = {
	"stages": Stage,
	"levels": Level,
	"clocks": Clock,
	"alert_rungs": AlertRung,
	"moves": Move,
	"records": Record,
	"copy_rules": CopyRule,
	"closing_duties": ClosingDuty,
	"exclusions": Exclusion,
	"natures": Nature,
	"returns": Return,
	"contacts": Contact,
	"links": Link,
	"paths": Path,
	"template_labels": TemplateLabel,
	"questions": Question,
	"guidance": Guidance,
}


@dataclass(frozen=True)
class PolicyData:
	"""A whole policy as data: header, counting choices, settings of section 9, and the tables above."""

	id: str
	title: str
	edition: str = ""
	document_noun: str = "policy"
	boards: Terms = ()
	published: date | None = None
	review_due: date | None = None
	source: str = ""
	# counting choices, X-A1 to X-A8
	count_event_day: bool = False
	nation: str = "ENG"
	closures: tuple[date, ...] = ()
	weekend: tuple[int, ...] = (5, 6)  # 0 is Monday
	office_close: time | None = None
	due_time: time = time(23, 59, 59)
	max_backdate_days: int = 0  # 0: no limit; late entry is shown
	carry_protective: bool = True
	# labels
	chair_label: str = "Independent Chair"
	business_manager_label: str = "Business Manager"
	subject_label: str = "Adult at risk"
	# readings of section 9 that name a setting
	resolution_requires: str = "raiser"  # receiver, raiser, all parties (X-A9)
	auto_escalate: bool = (
		False  # X-A14: an expired limit makes going up the next step; nothing moves by itself
	)
	protective_set_by: Terms = ("Practitioner", "Manager", "Safeguarding Lead", "Senior Manager")  # X-A12
	protective_lengthen_by: Terms = ("Manager", "Senior Manager", "Head of Service")  # X-A12
	scope_screen: str = "warn"  # warn, block (4L-A3, ST-A11)
	allow_same_agency: bool = False  # 4L-A4
	adult_refusal: str = "record"  # record, manager override, block (4L-A5)
	form_required: bool = False  # 4L-A6, BU-A9
	policy_issue_entry: bool = True  # 4L-A8, ST-A6
	start_stage_capacities: Terms = ()  # 4L-A12
	notice_on_stages: tuple[int, ...] = ()  # ST-A2
	template_required_on: Terms = ()  # ST-A2
	print_stage_4_pair: bool = False  # ST-A3
	determines_role: str = "Chair"  # ST-A5
	agreed_may_exceed_policy: bool = False  # ST-A9
	require_hos_before_chair: str = "warn"  # no, warn, require (RB-A8)
	counterpart_default: str = ""  # BU-A3
	signatory_capacities: Terms = ()  # BU-A10
	complaint_effect: str = "flag"  # flag, pause, end (BU-A11)
	form_stage_boxes: int = 0  # SU-A1
	record_from_stage: int = 1  # SU-A7
	pause_on_stop_review: bool = False  # SU-A14
	whistleblowing: str = "signpost"  # SU-A16, decision 11
	modes_that_count: Terms = ("phone", "email", "meeting")  # SU-A19
	allow_family_counterparty: bool = False  # SU-A21
	subjects: Terms = ("adult",)
	chair_outcomes: Terms = ("resolved", "recommendation", "advice")  # BU-A7
	form_title: str = ""
	print_format: str = ""
	stages: tuple[Stage, ...] = ()
	levels: tuple[Level, ...] = ()
	clocks: tuple[Clock, ...] = ()
	alert_rungs: tuple[AlertRung, ...] = ()  # empty: the ladder of `ladder.DEFAULT`
	moves: tuple[Move, ...] = ()
	records: tuple[Record, ...] = ()
	copy_rules: tuple[CopyRule, ...] = ()
	closing_duties: tuple[ClosingDuty, ...] = ()
	exclusions: tuple[Exclusion, ...] = ()
	natures: tuple[Nature, ...] = ()
	returns: tuple[Return, ...] = ()
	contacts: tuple[Contact, ...] = ()
	links: tuple[Link, ...] = ()
	paths: tuple[Path, ...] = ()
	template_labels: tuple[TemplateLabel, ...] = field(default=())
	questions: tuple[Question, ...] = ()
	guidance: tuple[Guidance, ...] = ()

	def stage(self, number: int) -> Stage | None:
		"""The stage of that number, None if there is none."""
		return next((stage for stage in self.stages if stage.number == number), None)

	def stage_label(self, number: int) -> str:
		"""What the policy calls a stage; `Stage 7` for one that it does not have."""
		stage = self.stage(number)
		return stage.label if stage else f"Stage {number}"
