"""Run inside the bench: a Business Manager who has an account and its role, and neither contact nor board.

usage: python make_sixth.py BENCH SITE. Prints {user, password, practitioner, raising, responding, lead, heads} as JSON.
"""

from in_bench import run


def sixth(frappe, factories, world) -> dict:
	email = f"sixth.{frappe.generate_hash(length=8)}@example.test"
	factories.user(email, "Board Business Manager")
	heads = f"heads.{frappe.generate_hash(length=8)}@example.test"
	factories.user(heads, "Safeguarding Senior Manager")
	factories.contact(f"Head of {heads}", world.raising, "Head of Service", heads, team="North")
	return {
		"user": email,
		"password": factories.PASSWORD,
		"practitioner": world.user(world.raising, "Practitioner"),
		"manager": world.user(world.raising, "Manager"),
		"raising": world.raising,
		"responding": world.responding,
		"lead": world.contact(world.responding, "Practitioner"),
		"board": world.board,
	}


if __name__ == "__main__":
	run(sixth)
