"""How long a case is kept, who decides, legal hold, and what anonymising refuses. What goes is in test_anonymise_dump."""

from __future__ import annotations

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate

from safeguarding_escalation.api import escalation as api_case
from safeguarding_escalation.api import records
from safeguarding_escalation.api import retention as api
from safeguarding_escalation.engine import retention as rule
from safeguarding_escalation.services import anonymising_figures, chain, retention, views
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, NotYours, StaleCase
from safeguarding_escalation.tests import factories

ADULT = "Zephyrine Canary"
LONG_AGO = "2016-03-11 10:00:00"


def withdrawn(world, ended=LONG_AGO, **values):
	"""A withdrawn case, ended on a given day."""
	made = factories.escalation(world, **values)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		api_case.move(made.name, "Raise Concern", occurred_at="2025-03-11 11:00:00")
		api_case.move(made.name, "Withdraw", reason="Settled otherwise")
	frappe.db.set_value("Escalation", made.name, "completed_at", ended)
	return made.name


def governance(world, case):
	"""Information Governance of the raising agency, copied in to the case: they read it, so they may decide."""
	email = "ig.elmfield@example.test"
	factories.user(email, "Safeguarding Manager")
	contact = factories.contact("Governance of Elmfield", world.raising, "Information Governance", email)
	frappe.get_doc(
		{
			"doctype": "Escalation Access", "escalation": case, "grantee": email, "active": 1, "since": LONG_AGO,
			"rights": "read", "reason": f"Copied in {contact}",
		}
	).insert(ignore_permissions=True)  # fmt: skip
	return email


@pytest.fixture
def case(world):
	return withdrawn(world)


def test_a_period_is_the_boards_own_then_the_sites_then_eight_years(world):
	board, settings = "Safeguarding Board", "Safeguarding Settings"
	frappe.db.set_value(board, world.board, "retention_years", 0)
	frappe.db.set_single_value(settings, "retention_years", 0)
	assert retention.years(world.board) == 8
	frappe.db.set_single_value(settings, "retention_years", 10)
	assert retention.years(world.board) == 10
	frappe.db.set_value(board, world.board, "retention_years", 6)
	assert retention.years(world.board) == 6
	frappe.db.set_value(board, world.board, "retention_years", -6)
	assert retention.years(world.board) == 10


@pytest.mark.parametrize(
	("doctype", "years"), [("board", -1), ("board", 101), ("settings", -1), ("settings", 101)]
)
def test_a_nonsensical_period_is_refused(world, doctype, years):
	name = ("Safeguarding Board", world.board) if doctype == "board" else ("Safeguarding Settings",)
	document = frappe.get_doc(*name)
	document.retention_years = years
	with pytest.raises(frappe.ValidationError):
		document.save()


def test_no_client_sets_what_services_keep(world):
	case = factories.escalation(
		world, legal_hold=1, retention_until="2099-01-01", anonymised_at="2020-01-01 10:00:00"
	)
	fields = ["legal_hold", "retention_until", "anonymised_at"]
	assert frappe.db.get_value("Escalation", case.name, fields) == (0, None, None)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		case = frappe.get_doc("Escalation", case.name)
		case.update({"legal_hold": 1, "anonymised_at": "2020-01-01 10:00:00"})
		case.save()
	assert frappe.db.get_value("Escalation", case.name, fields) == (0, None, None)


def test_a_hold_has_a_reason_is_logged_and_stops_anonymising(case):
	with pytest.raises(BadInput, match="Why"):
		api.hold(case, " ")
	assert api.hold(case, "An inquest is open")["legal_hold"]
	with pytest.raises(MoveRefused, match="already"):
		api.hold(case, "Again")
	assert "An inquest is open" in " ".join(banner["text"] for banner in views.panel(case)["banners"])
	with pytest.raises(MoveRefused, match="legal hold"):
		api.anonymise(case, "The period has ended")
	with pytest.raises(MoveRefused, match="legal hold"):
		api.anonymise(case, "The period has ended", order="An order of the court")
	redacted = records.redact(case, case, "By order of the court", ["evidence_reasons"])
	assert "An inquest is open" in redacted["warning"], "a hold warns of a redaction and does not refuse it"
	frappe.db.set_value("Escalation", case, "completed_at", LONG_AGO)  # a redaction reads the log anew
	assert not api.lift_hold(case, "The inquest has ended")["legal_hold"]
	with pytest.raises(MoveRefused, match="not under"):
		api.lift_hold(case, "Again")
	assert api.anonymise(case, "The period has ended")["digest"]
	kinds = frappe.get_all("Stage Log", {"escalation": case}, pluck="kind", order_by="sequence")
	assert kinds[-3:] == ["legal_hold_set", "redacted", "legal_hold_lifted"]
	noted = frappe.get_all("Escalation Audit", {"escalation": case, "action": "legal hold"}, pluck="what")
	assert sorted(noted) == ["lifted", "set"]
	assert chain.verify(case).valid


def test_an_open_case_is_held_but_neither_reviewed_nor_anonymised(world):
	case = factories.escalation(world).name
	assert api.hold(case, "A claim")["legal_hold"]
	with pytest.raises(MoveRefused, match="open"):
		api.decide(case, "Anonymise", "Old")
	with pytest.raises(MoveRefused, match="open"):
		api.anonymise(case, "Old")


def test_a_decision_lengthens_and_is_kept_with_its_reason(case):
	for until, sentence in (("soon", "no date"), (None, "no date"), ("2020-01-01", "later date")):
		with pytest.raises(BadInput, match=sentence):
			api.decide(case, "Retain", "A review is planned", until)
	with pytest.raises(BadInput, match="Decision"):
		api.decide(case, "Burn", "Old")
	until = str(add_days(getdate(), 400))
	state = api.decide(case, "Retain", "A review is planned", until)
	assert (state["decision"], state["kept_until"], state["standing"]) == ("Retain", until, rule.KEPT)
	with pytest.raises(MoveRefused, match="kept until"):
		api.anonymise(case, "The period has ended")
	assert api.decide(case, "Anonymise", "The review is off")["standing"] == rule.DUE
	assert (
		frappe.get_all("Stage Log", {"escalation": case}, pluck="kind", order_by="sequence")[-1]
		== "retention_decided"
	)


def test_before_its_period_only_an_order_anonymises(world):
	case = withdrawn(world, ended=str(getdate()) + " 00:00:01")
	with pytest.raises(MoveRefused, match="only by an order"):
		api.anonymise(case, "They asked for it")
	assert api.anonymise(case, "They asked for it", order="Erasure decision 12")["digest"]


def test_the_last_day_belongs_to_the_period(world):
	eight_years_ago = (
		getdate().replace(year=getdate().year - 8) if getdate().strftime("%m%d") != "0229" else getdate()
	)
	case = withdrawn(world, ended=f"{eight_years_ago} 12:00:00")
	with pytest.raises(MoveRefused, match="kept until"):
		api.anonymise(case, "The period has ended")
	frappe.db.set_value("Escalation", case, "completed_at", f"{add_days(eight_years_ago, -1)} 12:00:00")
	assert api.anonymise(case, "The period has ended")["digest"]


def test_the_real_run_wants_the_digest_of_an_unchanged_case(case):
	with pytest.raises(BadInput, match="Why"):
		api.anonymise(case, " ")
	with pytest.raises(BadInput, match="leave the name out"):
		api.anonymise(case, f"{ADULT} has died")
	with pytest.raises(BadInput, match="dry run first"):
		api.anonymise(case, "The period has ended", dry_run=False)
	digest = api.anonymise(case, "The period has ended")["digest"]
	frappe.get_doc("Escalation", case).add_comment("Comment", "Written meanwhile")
	with pytest.raises(StaleCase):
		api.anonymise(case, "The period has ended", dry_run=False, expected=digest)
	again = api.anonymise(case, "The period has ended")["digest"]
	assert again != digest
	frappe.get_doc({"doctype": "View Log", "viewed_by": "Administrator", "reference_doctype": "Escalation", "reference_name": case}).insert()  # fmt: skip
	assert api.anonymise(case, "The period has ended")["digest"] == again, "looking at it changes nothing"


def test_a_dry_run_says_what_would_go_and_changes_nothing(case):
	before = (anonymising_figures.figures(case), frappe.get_doc("Escalation", case).as_dict())
	found = api.anonymise(case, "The period has ended")
	tables = {(row["table"], row["action"]): row for row in found["tables"]}
	assert tables[("Escalation Subject", "empty")]["fields"] == ["subject_name"]
	assert tables[("Stage Log Note", "empty")]["rows"] == 1
	assert "dispute_summary" in tables[("Escalation", "empty")]["fields"]
	assert "reference" not in tables[("Escalation", "empty")]["fields"]
	assert (anonymising_figures.figures(case), frappe.get_doc("Escalation", case).as_dict()) == before


def test_it_counts_where_else_the_name_stands_and_leaves_it(world, case):
	other = factories.escalation(world)
	found = api.anonymise(case, "The period has ended")
	assert {row["table"]: row["rows"] for row in found["elsewhere"]}["Escalation Subject"] >= 1
	api.anonymise(case, "The period has ended", dry_run=False, expected=found["digest"])
	assert frappe.get_doc("Escalation", other.name).subjects[0].subject_name == ADULT


def anonymised(case):
	digest = api.anonymise(case, "The period has ended")["digest"]
	api.anonymise(case, "The period has ended", dry_run=False, expected=digest)


def test_an_anonymised_case_keeps_its_figures_says_so_and_stays_closed(world, case):
	before = anonymising_figures.figures(case)
	anonymised(case)
	assert anonymising_figures.figures(case) == before
	document = frappe.get_doc("Escalation", case)
	assert document.reference
	assert (document.dispute_summary, document.raised_by, document.owner) == ("", None, "Administrator")
	assert chain.verify(case).valid
	assert any("Anonymised on" in banner["text"] for banner in views.panel(case)["banners"])
	from safeguarding_escalation.services import printing

	assert printing.record(document)["confidential"].startswith("Anonymised on")
	manager = world.user(world.raising, "Manager")
	for call in (
		lambda: api_case.move(case, "Reopen", reason="Again", to_stage=1),
		lambda: api_case.record(case, "learning", note="Zephyrine said"),
		document.save,
	):
		with factories.as_user("Administrator"), pytest.raises(CaseClosed, match="anonymised"):
			call()
	assert manager
	with pytest.raises(MoveRefused, match="anonymised already"):
		api.decide(case, "Anonymise", "Again")
	state = api.state(case)
	assert (state["anonymised"], state["standing"]) == (True, rule.ANONYMISED)


def test_clocks_that_run_once_a_matter_still_do(world):
	"""Two actions in a row's own words: each has its clock before and after, and nobody can read what they were."""
	case = factories.escalation(world)
	raiser = world.user(world.raising, "Practitioner")
	with factories.as_user(raiser):
		api_case.move(case.name, "Raise Concern", occurred_at="2025-03-11 11:00:00")
		for matter in ("See Zephyrine at home", "Ask Zephyrine's nurse"):
			api_case.record(case.name, "action_agreed", occurred_at="2025-03-12 10:00:00", due_at="2025-03-20 10:00:00", relates_to=matter)  # fmt: skip
		api_case.record(
			case.name, "action_done", occurred_at="2025-03-13 10:00:00", relates_to="See Zephyrine at home"
		)
		api_case.move(case.name, "Withdraw", reason="Settled otherwise")
	before = anonymising_figures.figures(case.name)
	digest = api.anonymise(case.name, "The period has ended", order="Erasure decision 1")["digest"]
	api.anonymise(
		case.name, "The period has ended", dry_run=False, expected=digest, order="Erasure decision 1"
	)
	assert anonymising_figures.figures(case.name) == before
	related = frappe.get_all("Stage Log", {"escalation": case.name, "kind": ("like", "action%")}, pluck="relates_to", order_by="sequence")  # fmt: skip
	assert related == ["[redacted 1]", "[redacted 2]", "[redacted 1]"]
	instances = frappe.get_all("Escalation Deadline", {"escalation": case.name}, pluck="instance")
	assert not any("Zephyrine" in (instance or "") for instance in instances)
	assert chain.verify(case.name).valid


def test_what_came_after_is_taken_out_by_another_run(case):
	anonymised(case)
	frappe.get_doc("Escalation", case).add_comment("Comment", f"{ADULT} rang")
	anonymised(case)
	assert not frappe.db.exists("Comment", {"reference_name": case})
	assert chain.verify(case).valid


def test_who_may_not_redact_may_not_decide(world, case):
	for user in (world.user(world.raising, "Practitioner"), world.user(world.other, "Manager")):
		with factories.as_user(user):
			for call in (
				lambda: api.state(case),
				lambda: api.hold(case, "A claim"),
				lambda: api.lift_hold(case, "Over"),
				lambda: api.decide(case, "Anonymise", "Old"),
				lambda: api.anonymise(case, "Old"),
			):
				with pytest.raises(NotYours):
					call()
	with factories.as_user(governance(world, case)):
		assert api.state(case)["standing"] == rule.DUE
		assert api.anonymise(case, "The period has ended")["digest"]


def test_a_list_at_once_stops_at_no_refusal(world, case):
	held, open_case = withdrawn(world), factories.escalation(world).name
	api.hold(held, "A claim")
	cases = [held, "nothing", open_case, case]
	found = api.anonymise_many(frappe.as_json(cases), "The period has ended")
	assert (found["done"], found["refused"]) == (1, 3)
	expected = {row["escalation"]: row["digest"] for row in found["cases"] if "digest" in row}
	assert list(expected) == [case]
	with pytest.raises(BadInput, match="dry run first"):
		api.anonymise_many(cases, "The period has ended", dry_run=False)
	done = api.anonymise_many(cases, "The period has ended", dry_run=0, expected=frappe.as_json(expected))
	errors = {row["escalation"]: row.get("error", "") for row in done["cases"]}
	assert (done["done"], done["refused"]) == (1, 3)
	assert "legal hold" in errors[held]
	assert "no such escalation" in errors["nothing"]
	assert "open" in errors[open_case]
	assert frappe.db.get_value("Escalation", case, "anonymised_at")
	assert not frappe.db.get_value("Escalation", held, "anonymised_at")


def test_one_that_breaks_is_left_as_it_was_and_the_next_goes_on(world, case, monkeypatch):
	other = withdrawn(world)
	found = api.anonymise_many([case, other], "The period has ended")
	expected = {row["escalation"]: row["digest"] for row in found["cases"]}
	real = anonymising_figures.figures

	def breaks(escalation):
		if escalation == case and frappe.db.get_value("Escalation", case, "anonymised_at"):
			raise RuntimeError(ADULT)
		return real(escalation)

	monkeypatch.setattr(anonymising_figures, "figures", breaks)
	done = api.anonymise_many([case, other], "The period has ended", dry_run=False, expected=expected)
	assert (done["done"], done["refused"]) == (1, 1)
	assert ADULT not in frappe.as_json(done)
	assert frappe.get_doc("Escalation", case).subjects[0].subject_name == ADULT
	assert frappe.db.get_value("Escalation", other, "anonymised_at")


def test_changed_figures_undo_a_run(case, monkeypatch):
	digest = api.anonymise(case, "The period has ended")["digest"]
	answers = iter(({"case": 1}, {"case": 2}))
	monkeypatch.setattr(anonymising_figures, "figures", lambda _case: next(answers))
	with pytest.raises(MoveRefused, match="changed figures"):
		api.anonymise(case, "The period has ended", dry_run=False, expected=digest)


@pytest.mark.parametrize("given", ["", "[]", "{}", "[1]", frappe._dict()])
def test_a_list_of_cases_is_a_list_of_names(given):
	with pytest.raises(BadInput):
		api.anonymise_many(given, "The period has ended")


def listed(user, **filters):
	with factories.as_user(user):
		return {row["name"]: row for row in run("Retention Review", filters=filters)["result"]}


def test_the_review_list_is_for_those_who_decide_and_shows_what_is_due(world, case):
	soon = withdrawn(world, ended=f"{add_days(getdate().replace(year=getdate().year - 8), 30)} 10:00:00")
	kept, held = (
		withdrawn(world, ended=f"{getdate()} 00:00:01"),
		withdrawn(world, ended=f"{getdate()} 00:00:01"),
	)
	api.hold(held, "A claim")
	user = governance(world, case)
	for name in (soon, kept, held):
		frappe.get_doc(
			{"doctype": "Escalation Access", "escalation": name, "grantee": user, "active": 1, "since": LONG_AGO, "rights": "read", "reason": "Copied in"}
		).insert(ignore_permissions=True)  # fmt: skip
	rows = listed(user)
	assert {name: rows[name]["standing"] for name in (case, soon, held)} == {
		case: rule.DUE,
		soon: rule.SOON,
		held: rule.HELD,
	}
	assert kept not in rows
	assert kept in listed(user, every=1)
	assert set(listed(user, standing=rule.HELD)) & {case, soon, kept, held} == {held}
	assert case not in listed(user, board="4LSAB Southampton")
	assert case not in listed(world.user(world.raising, "Manager")), "a manager who decides nothing"
	assert case not in listed(governance_elsewhere(world)), (
		"Information Governance of an agency without this case"
	)
	assert not any(ADULT in str(row) for row in rows.values())


def governance_elsewhere(world):
	email = "ig.northgate@example.test"
	factories.user(email, "Safeguarding Manager")
	factories.contact("Governance of Northgate", world.other, "Information Governance", email)
	return email


def test_a_business_manager_reviews_their_own_boards_cases(world, case):
	manager = next(email for (_, capacity), email in world.users.items() if capacity == "Business Manager")
	frappe.get_doc(
		{"doctype": "Escalation Access", "escalation": case, "grantee": manager, "active": 1, "since": LONG_AGO, "rights": "write", "reason": "Business Manager of the board"}
	).insert(ignore_permissions=True)  # fmt: skip
	assert case in listed(manager)
	frappe.db.set_value("Safeguarding Board", world.board, "business_manager", None)
	assert case not in listed(manager)
