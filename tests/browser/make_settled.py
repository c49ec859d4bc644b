"""Run inside the bench: two cases of March 2025 that were settled at Stage 1, one after three working days. Prints references.

usage: python make_settled.py BENCH SITE
"""

from in_bench import run


def settled(frappe, factories, world) -> dict:
	from safeguarding_escalation.tests.test_simulator import settled as case

	values = {"resolution_summary": "The enquiry is reopened."}
	return {
		"early": case(world, "2025-03-03", "2025-03-05", **values).reference,
		"between": case(world, "2025-03-03", "2025-03-10", **values).reference,
	}


if __name__ == "__main__":
	run(settled)
