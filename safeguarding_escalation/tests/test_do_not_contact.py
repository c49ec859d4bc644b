"""Do not contact or copy in: nobody marked so is offered anywhere, and a copy to them is refused without a reason."""

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.services import lock, printing_notice, recipients, ring
from safeguarding_escalation.services.errors import BadInput
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

MARKED = {
	"subject_name": "Zephyrine Canary",
	"kind": "Adult",
	"representative_name": "Wren  Canary",
	"do_not_contact_or_copy": 1,
	"do_not_contact_reason": "He reads her post",
}
OTHER = {"subject_name": "Second Person", "kind": "Child"}


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


def raised(world, *subjects):
	made = factories.escalation(world, subjects=list(subjects))
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	return made


def copy_to(case, raiser, kind="copied", **given):
	with as_user(raiser):
		return api.record(case.name, kind, occurred_at="2025-03-13 10:00:00", **given)


@pytest.mark.parametrize(
	"to", ["the adult", "Wren Canary", "zephyrine canary", "the family", "the representative"]
)
def test_a_copy_to_somebody_marked_needs_a_reason(world, raiser, to):
	case = raised(world, MARKED)
	before = frappe.db.count("Stage Log", {"escalation": case.name})
	with pytest.raises(BadInput, match="not to contact"):
		copy_to(case, raiser, to=to)
	assert frappe.db.count("Stage Log", {"escalation": case.name}) == before
	done = copy_to(case, raiser, to=to, reason="Her solicitor asked for it")
	note = frappe.db.get_value("Stage Log Note", {"stage_log": done["log"]}, "note")
	assert note == "Her solicitor asked for it"


def test_a_representative_who_is_a_contact_is_not_copied_without_a_reason(world, raiser):
	case = raised(world, MARKED)
	wren = factories.contact("Wren Canary", world.raising, "Practitioner", with_user=False)
	with pytest.raises(BadInput, match="not to contact"):
		copy_to(case, raiser, counterpart=wren)
	copy_to(case, raiser, counterpart=world.contact(world.raising, "Manager"))


def test_others_are_copied_as_ever(world, raiser):
	copy_to(raised(world, MARKED), raiser, to="Business Manager")
	copy_to(raised(world, OTHER), raiser, to="the adult")


def test_who_do_i_ring_does_not_offer_somebody_marked(world, raiser):
	factories.contact("Wren Canary", world.raising, "Practitioner", with_user=False)
	marked, plain = raised(world, MARKED), raised(world, OTHER)
	with as_user(raiser):
		assert "Wren Canary" not in frappe.as_json(ring.directory(escalation=marked.name))
		assert "Wren Canary" in frappe.as_json(ring.directory(escalation=plain.name))


def test_no_alert_goes_to_somebody_marked(world):
	case = raised(world, MARKED)
	lead = world.contact(world.raising, "Practitioner")
	before = {who.contact for who in recipients.resolve(lock.loaded(case.name), "raising lead")}
	assert lead in before
	frappe.db.set_value("Safeguarding Contact", lead, "contact_name", "Wren Canary")
	after = {who.contact for who in recipients.resolve(lock.loaded(case.name), "raising lead")}
	assert lead not in after


@pytest.mark.parametrize(
	("subjects", "text"),
	[
		([MARKED], "The adult, child or family concerned"),
		([MARKED, OTHER], "Some of the people"),
		([OTHER], None),
	],
)
def test_the_notice_says_whom_not_to_send_it_to_without_a_name(world, subjects, text):
	case = lock.loaded(raised(world, *subjects).name)
	rows = {row["label"]: row["text"] for row in printing_notice.notice(case, [])["rows"]}
	assert rows.get("Not to be sent to", "").startswith(text or "")
	assert bool(rows.get("Not to be sent to")) == bool(text)
	assert "Canary" not in str(rows)


def test_the_panel_says_why_a_copy_is_not_owed(world, raiser):
	"""A board that copies the adult in: its own version of a policy."""
	case = lock.loaded(raised(world, MARKED).name)
	rule = type(case.policy.all_copy_rules[0])(
		event="concern_raised", recipient="the adult", sender="raising lead"
	)
	case.__dict__["policy"] = case.policy.replace(copy_rules=(rule,))
	copies = [
		duty
		for duty in duties(case.policy, case.case, case.effective_events, case.now)
		if duty.kind == "copy"
	]
	assert [duty.text for duty in copies] == [
		"No copy to the adult: the case says not to contact or copy them in."
	]
