"""Install and migrate create what is missing and nothing else; uninstall takes away what they created."""

import frappe
import pytest
from frappe.permissions import add_permission

from safeguarding_escalation.setup import created, install, migrate, policies, roles, uninstall, workflow
from safeguarding_escalation.tests import factories

STAGES = [f"Stage {number}" for number in range(1, 7)]
ENDED = ("Resolved", "Closed", "Withdrawn", "Recommendations Made")
SEEDED = (
	"Board Policy", "DefaultValue", "Policy Clock", "Role", "Safeguarding Board", "Safeguarding Board Policy", "Singles",
	"Workflow", "Workflow Action Master", "Workflow Document State", "Workflow State", "Workflow Transition",
)  # fmt: skip


@pytest.fixture
def caches():
	"""Whatever a test makes Frappe forget or remember, the next test starts from the database."""
	yield
	frappe.db.rollback()
	frappe.clear_cache()


def contents():
	"""Every row of every table that setup writes, `modified` included."""
	return {doctype: frappe.db.sql(f"select * from `tab{doctype}` order by 1, 2") for doctype in SEEDED}  # noqa: S608


def test_a_second_migrate_changes_nothing():
	migrate.after_migrate()
	before = contents()
	migrate.after_migrate()
	assert contents() == before


def test_the_workflow_has_the_transitions_of_the_design():
	wanted = {("Draft", "Raise Concern", "Stage 1"), ("Draft", "Withdraw", "Withdrawn")}
	wanted |= {("Draft", f"Escalate to {stage}", stage) for stage in STAGES[1:]}
	for stage in STAGES:
		wanted |= {(stage, f"Escalate to {higher}", higher) for higher in STAGES if higher > stage}
		wanted |= {
			(stage, "Accept Resolution", "Resolved"),
			(stage, "Make Recommendations", "Recommendations Made"),
			(stage, "Withdraw", "Withdrawn"),
		}
	wanted |= {("Recommendations Made", "Accept Resolution", "Resolved")}
	wanted |= {("Recommendations Made", "Close", "Closed"), ("Resolved", "Close", "Closed")}
	wanted |= {(state, "Reopen", stage) for state in ENDED for stage in STAGES}
	stored = frappe.get_doc("Workflow", workflow.NAME)
	rows = [(row.state, row.action, row.next_state) for row in stored.transitions]
	assert len(rows) == len(set(rows))
	assert set(rows) == wanted
	assert {row.state for row in stored.states} == {"Draft", *STAGES, *ENDED}
	assert {row.allowed for row in stored.transitions} == {row.allow_edit for row in stored.states} == {"All"}
	assert all(row.allow_self_approval for row in stored.transitions)
	assert (stored.is_active, stored.send_email_alert, stored.workflow_state_field) == (
		1,
		0,
		"workflow_state",
	)


def test_a_transition_asks_allowed_actions_and_reopen_the_stage_too():
	def open_transitions(**doc):
		given = {"doc": frappe._dict(doc)}
		return [
			(row.state, row.action, row.next_state)
			for row in frappe.get_doc("Workflow", workflow.NAME).transitions
			if frappe.safe_eval(row.condition, None, given)
		]

	assert open_transitions(allowed_actions="", current_stage=2) == []
	assert open_transitions(allowed_actions=None, current_stage=2) == []
	assert open_transitions(allowed_actions="Reopen\nWithdraw", current_stage=2) == [
		("Draft", "Withdraw", "Withdrawn"),
		*((stage, "Withdraw", "Withdrawn") for stage in STAGES),
		*(
			(state, "Reopen", "Stage 2")
			for state in ("Resolved", "Closed", "Withdrawn", "Recommendations Made")
		),
	]


def test_migrate_heals_the_workflow(caches):
	stored = frappe.get_doc("Workflow", workflow.NAME)
	stored.transitions[0].condition = "1 == 1"
	stored.send_email_alert = 1
	stored.save()
	workflow.ensure_workflow()
	healed = frappe.get_doc("Workflow", workflow.NAME)
	assert not workflow.differs(healed, workflow.definition())
	assert len(healed.transitions) == 67


def test_every_board_has_adopted_its_own_policy():
	adopted = {
		board: frappe.get_all("Safeguarding Board Policy", {"parent": board, "idx": 1}, pluck="policy")
		for board in policies.BOARDS
	}
	assert adopted == {board: [policy] for board, (_code, policy, _area) in policies.BOARDS.items()}


def test_what_somebody_removed_or_chose_is_not_seeded_again():
	frappe.delete_doc("Safeguarding Board", "Suffolk", force=True)  # other tests may have left cases of it
	board = frappe.get_doc("Safeguarding Board", "Stockport")
	board.policies = []
	board.save(ignore_permissions=True)  # other tests may have left cases of it
	install.ensure_all()
	assert not frappe.db.exists("Safeguarding Board", "Suffolk")
	assert not frappe.db.exists("Safeguarding Board Policy", {"parent": "Stockport"})


def test_a_board_with_a_policy_of_its_own_keeps_it(monkeypatch):
	remembered = created.names
	monkeypatch.setattr(created, "names", lambda kind: [] if "adoptions" in kind else remembered(kind))
	board = frappe.get_doc("Safeguarding Board", "Stockport")
	board.policies[0].policy = "redbridge-2022"
	board.save(ignore_permissions=True)
	policies.seed()
	assert [row.policy for row in frappe.get_doc("Safeguarding Board", "Stockport").policies] == [
		"redbridge-2022"
	]


def test_only_what_we_created_is_remembered():
	created.ensure("Role", "System Manager", {"role_name": "System Manager"})
	assert set(created.names("Role")) == set(roles.ROLES)


def test_settings_start_from_their_defaults(caches):
	frappe.db.delete("Singles", {"doctype": "Safeguarding Settings"})
	frappe.clear_cache()
	install.ensure_settings()
	settings = frappe.get_doc("Safeguarding Settings")
	assert (settings.installation, settings.reference_prefix) == ("One organisation", "SE")
	assert (str(settings.alert_hour).zfill(8), settings.local_targets, settings.local_target_days) == (
		"08:00:00",
		1,
		5,
	)


def test_no_role_of_ours_gives_a_right_on_case_data_to_the_system_manager():
	keeper = factories.user("keeper@example.test", "System Manager")
	with factories.as_user(keeper):
		assert frappe.has_permission("Partner Agency", "write")
		for doctype in (
			"Escalation",
			"Stage Log",
			"Stage Log Note",
			"Escalation Deadline",
			"Escalation Access",
		):
			assert not frappe.has_permission(doctype, "read")


def test_uninstall_takes_everything_of_ours_from_shared_tables(world, caches):
	case = factories.escalation(world)
	case.add_comment("Comment", "Hello")
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "note.txt",
			"content": "A note",
			"attached_to_doctype": "Escalation",
			"attached_to_name": case.name,
			"is_private": 1,
		}
	).insert()
	frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": "Somebody else's",
			"document_type": "ToDo",
			"workflow_state_field": "status",
			"states": [{"state": "Draft", "doc_status": "0", "allow_edit": "All"}],
			"transitions": [{"state": "Draft", "action": "Close", "next_state": "Draft", "allowed": "All"}],
		}
	).insert()
	add_permission("ToDo", roles.PRACTITIONER)
	uninstall.before_uninstall()
	uninstall.remove_traces(frappe.flags.safeguarding_doctypes, frappe.flags.safeguarding_prefix)
	left = {
		"Comment": {"reference_name": case.name},
		"Custom DocPerm": {"role": ("in", roles.ROLES)},
		"DefaultValue": {"defkey": "safeguarding_escalation_created"},
		"File": {"name": file.name},
		"Has Role": {"role": ("in", roles.ROLES)},
		"Role": {"name": ("in", roles.ROLES)},
		"Scheduled Job Type": {"method": ("like", "safeguarding_escalation.%")},
		"Version": {"ref_doctype": ("in", frappe.flags.safeguarding_doctypes)},
		"Workflow": {"name": workflow.NAME},
		"Workflow Transition": {"parent": workflow.NAME},
		"Workflow State": {"name": ("in", STAGES)},
		"Workflow Action Master": {"name": "Raise Concern"},
	}
	assert {
		doctype: frappe.db.exists(doctype, filters) for doctype, filters in left.items()
	} == dict.fromkeys(left)
	assert not frappe.db.sql("select name from `tabSeries` where name like 'SE-____-'")
	assert not frappe.db.sql("select field from tabSingles where doctype = 'Safeguarding Settings'")
	assert frappe.db.exists("Workflow State", "Draft"), "another workflow uses it"
	assert frappe.db.exists("Workflow Action Master", "Close"), "another workflow uses it"
	assert frappe.db.exists("Role", "System Manager")


def test_a_role_that_was_there_before_us_stays(monkeypatch, caches):
	monkeypatch.setattr(created, "names", lambda kind: [])
	roles.remove_roles()
	workflow.remove_workflow()
	assert frappe.db.count("Role", {"name": ("in", roles.ROLES)}) == len(roles.ROLES)
	assert frappe.db.exists("Workflow State", "Stage 1")


def test_a_dry_run_of_uninstall_removes_nothing():
	"""Frappe calls both hooks on a dry run too, and leaves the app among the installed ones."""
	before = contents()
	uninstall.before_uninstall()
	uninstall.after_uninstall()
	assert contents() == before
