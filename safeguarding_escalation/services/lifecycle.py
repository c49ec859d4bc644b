"""What happens when an Escalation is inserted, saved, printed or deleted. The controller only calls these verbs."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.services import (
	actors,
	agreed_actions,
	audit,
	fields,
	guard,
	handing_over,
	identity,
	immediate,
	immediate_alerts,
	log,
	looking,
	moving,
	parties,
	paths,
	people,
	policies,
	printing_formats,
	projection,
	questions,
	reference,
	sealing,
	signing,
	times,
	views,
	walking_path,
)
from safeguarding_escalation.services.errors import BadInput, CaseClosed, NotYours, refuse
from safeguarding_escalation.services.loaded import LoadedCase, refuse_anonymised
from safeguarding_escalation.services.text import clean

# Set once, by services alone.
FIXED = ("reference", "policy", "direction", "raised_by", "raising_agency", "board", "path", "entered_by")
# Choices that may still be put right before the concern is raised.
CHANGEABLE_IN_DRAFT = ("board", "path", "raising_agency", "raised_by")
# Computed; a client's value is never believed.
COMPUTED = (
	"current_stage", "current_level", "stage_label", "highest_stage", "started_at", "resolved_at", "stage_resolved",
	"completed_at", "working_days_to_resolution", "clocks_missed", "next_due_at", "next_owed_by",
	"first_policy", "chair_outcome_type", "risk_passed_at", "stages_skipped", "skip_ground", "legal_hold", "legal_hold_reason",
	"legal_hold_by", "legal_hold_since", "retention_decision", "retention_until", "retention_reason", "anonymised_at",
)  # fmt: skip


def before_insert(doc: Any) -> None:
	"""Fill in who raises it, for which board, under which policy."""
	for field in COMPUTED:
		doc.set(field, None)
	doc.reference = None
	doc.workflow_state = "Draft"
	contact = actors.default_contact()
	_default_agencies(doc, contact)
	doc.entered_by = contact.name if contact else None
	doc.board = doc.board or frappe.db.get_single_value("Safeguarding Settings", "default_board")
	doc.policy = _policy_for(doc)
	if not doc.raised_by and contact and contact.agency == doc.raising_agency:
		doc.raised_by = contact.name
	doc.raising_lead = doc.raising_lead or doc.raised_by
	if doc.direction == "Received" and contact and contact.agency == doc.responding_agency:
		doc.responding_lead = doc.responding_lead or contact.name


def _default_agencies(doc: Any, contact: Any) -> None:
	doc.direction = doc.direction or "Raised"
	own = contact.agency if contact else None
	if actors.is_board_user():
		# Whoever works for the board enters what others raise: both agencies are asked for, and neither is theirs.
		return
	if own and actors.board_hosts() and own == doc.responding_agency and own != doc.raising_agency:
		doc.direction = "Received"  # the form of a partnership asks for the two agencies instead
	if doc.direction == "Received":
		doc.responding_agency = doc.responding_agency or own
	else:
		doc.raising_agency = doc.raising_agency or own
	if own:
		_require_own({own}, doc)
	if not own and frappe.session.user != "Administrator":
		refuse(
			NotYours,
			"You have no Safeguarding Contact yet, so nobody would know for whom you act. Ask your safeguarding administrator.",
		)


def _require_own(agencies: set[str], doc: Any) -> None:
	if not agencies & {doc.raising_agency, doc.responding_agency}:
		refuse(NotYours, "You can only raise or receive an escalation for your own agency.")


def _keep_own(doc: Any, before: Any) -> None:
	"""Whoever fills in a draft may correct its agencies, but not turn it into one between two others."""
	both = ("raising_agency", "responding_agency")
	if before is None or before.workflow_state != DRAFT or actors.is_board_user():
		return
	if any(doc.get(field) != before.get(field) for field in both):
		_require_own({row.agency for row in people.contacts_of(frappe.session.user)}, doc)


def _policy_for(doc: Any) -> str:
	if not doc.board:
		refuse(
			BadInput,
			"Which board's policy applies? Choose the Safeguarding Board for the area where the adult is.",
		)
	found = policies.adopted(doc.board)
	if not found:
		refuse(BadInput, f"{doc.board} has adopted no policy yet. Ask its Business Manager to adopt one.")
	return found


def validate(doc: Any) -> None:
	"""Check a save: text, agencies, what may change, and the move that it makes, if any."""
	clean(doc)
	_site_times(doc)
	before = doc.get_doc_before_save()
	if before is not None:
		_keep_fixed(doc, before)
	_keep_own(doc, before)
	_check_agencies(doc)
	identity.warn_of_fields(doc, before)
	parties.check_counterparty(doc)
	parties.ensure(doc)
	policy = policies.policy(doc.policy)
	paths.check(doc, before, policy)
	if before is None:
		questions.ensure(doc, None, policy)
		walking_path.check_new(doc)
		doc.flags.field_changes = fields.changes(doc, None)
		return
	case = LoadedCase(before, log.rows(doc.name, for_update=True))
	moved = before.workflow_state != doc.workflow_state
	_refuse_closed(doc, before, moved)
	questions.ensure(
		doc, before, case.policy if doc.policy == before.policy else policy, case.effective_events
	)
	doc.flags.field_changes = fields.changes(doc, before)
	actor = actors.resolve(case, None)
	parties.check_own_word(case, doc)
	agreed_actions.prepare(doc, before, case)
	walking_path.check(case, doc, before, actor.person)
	signing.check(doc, before, case.policy)
	fields.check(case, doc.flags.field_changes, actor)
	doc.flags.planned_move = None
	if moved or doc.flags.level_move:
		doc.flags.planned_move = moving.plan_move(doc, case, before.workflow_state, doc.workflow_state)


def _site_times(doc: Any) -> None:
	"""Datetimes as Frappe stores them: a caller may give ISO 8601 with an offset, which the database refuses."""
	for field in doc.meta.fields:
		if field.fieldtype == "Datetime" and field.fieldname not in COMPUTED and doc.get(field.fieldname):
			doc.set(field.fieldname, times.stored(times.given(doc.get(field.fieldname), field.label)))


def _keep_fixed(doc: Any, before: Any) -> None:
	for field in COMPUTED:
		doc.set(field, before.get(field))
	for field in FIXED:
		if field in CHANGEABLE_IN_DRAFT and before.workflow_state == "Draft":
			continue
		if (doc.get(field) or None) != (before.get(field) or None):
			refuse(BadInput, f"{doc.meta.get_label(field)} cannot be changed once the escalation exists.")
	if before.workflow_state == "Draft" and doc.board != before.board:
		doc.policy = _policy_for(doc)


def _check_agencies(doc: Any) -> None:
	same = doc.raising_agency and doc.raising_agency == doc.responding_agency
	if same and not policies.policy(doc.policy).allow_same_agency:
		refuse(
			BadInput,
			"The raising and the responding agency are the same. This policy is for disagreements between agencies: "
			"use your own agency's procedure, or its whistleblowing policy.",
		)


def _refuse_closed(doc: Any, before: Any, moved: bool) -> None:
	refuse_anonymised(before)
	if before.workflow_state in ENDED and not moved:
		refuse(
			CaseClosed, f"This case is {before.workflow_state.lower()} and read only. Reopen it to change it."
		)


def after_insert(doc: Any) -> None:
	"""The first log rows, deadlines and access; the reference is drawn last (decision 9)."""
	sealing.begin(doc.name)
	case = LoadedCase(doc, [])
	fields.store(case, doc.flags.field_changes or [], actors.resolve(case, None))
	projection.refresh(case)
	doc.db_set("reference", reference.draw(), update_modified=False)
	immediate_alerts.serve(case)


def on_update(doc: Any) -> None:
	"""After a save: the events that its fields stand for, the move's event, then the projection."""
	doc.__dict__.pop("allowed_actions", None)
	doc.flags.allowed_actions = None
	if doc.flags.in_insert:
		return
	case = LoadedCase(doc, log.rows(doc.name, for_update=True))
	actor = actors.resolve(case, None)
	fields.store(case, doc.flags.field_changes or [], actor)
	handing_over.log_changes(case, doc.get_doc_before_save(), actor)
	immediate.log_actions(case, doc.get_doc_before_save(), actor)
	signing.log_new(case, doc.get_doc_before_save())
	agreed_actions.log_changes(case, doc.get_doc_before_save(), actor)
	if doc.flags.planned_move:
		moving.store_move(case, doc.flags.planned_move)
	projection.refresh(case)
	for flag in ("planned_move", "field_changes", "move_context", "level_move", "taken_over", "answered_for"):
		doc.flags[flag] = None


def refuse_delete(doc: Any) -> None:
	"""Nobody deletes an escalation: it is withdrawn, and stays."""
	if frappe.flags.in_uninstall:
		return
	refuse(CaseClosed, "An escalation cannot be deleted. Withdraw it with a reason; it stays on record.")


def before_print(doc: Any) -> None:
	"""Printing needs a right of its own, decided from the database, and data prepared in Python."""
	guard.allowed(doc.name, "print")
	audit.note(doc.name, "print", printing_formats.asked_for())
	doc.record = views.printable(doc)


def onload(doc: Any) -> None:
	"""What the form's panel shows, so that it needs no second request."""
	if not doc.is_new():
		doc.set_onload("panel", views.panel(doc.name))
		doc.set_onload("who_looked", looking.may_ask(doc.name, frappe.session.user))


def allowed_actions(doc: Any) -> list[str]:
	"""The workflow actions open to the session's user, from the stored case. Never raises (platform: workflow)."""
	if not doc.name or doc.is_new():
		return []
	return actors.allowed_actions(doc)
