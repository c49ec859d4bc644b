"""Run inside the bench: a Business Manager who has an account and its role, and neither contact nor board.

usage: python make_sixth.py BENCH SITE. Prints {user, password, practitioner, raising, responding, lead, boards} as JSON.
"""

from in_bench import run


def free(frappe, name: str) -> str:
	"""A name for a board that is not taken on this site."""
	names = [name, *(f"{name} {number}" for number in range(2, 1000))]
	return next(each for each in names if not frappe.db.exists("Safeguarding Board", each))


def sixth(frappe, factories, world) -> dict:
	email = f"sixth.{frappe.generate_hash(length=8)}@example.test"
	factories.user(email, "Board Business Manager")
	return {
		"user": email,
		"password": factories.PASSWORD,
		"practitioner": world.user(world.raising, "Practitioner"),
		"responder": world.user(world.responding, "Practitioner"),
		"raising": world.raising,
		"responding": world.responding,
		"boards": [free(frappe, "Ashbourne"), free(frappe, "Brackley")],
		"lead": world.contact(world.responding, "Practitioner"),
	}


if __name__ == "__main__":
	run(sixth)
