"""Run inside the bench: a Business Manager who has an account and its role, and neither contact nor board.

usage: python make_sixth.py BENCH SITE. Prints {user, password, practitioner, raising, responding, lead, boards} as JSON.
"""

from in_bench import run

# Boards that no site has until a run of these tests; the clocks of the first ones begin with ASH.
FIRST = ("Ashbourne", "Ashwell", "Ashmore", "Ashcott", "Ashdon", "Ashover", "Ashleworth", "Ashwick")
SECOND = ("Brackley", "Brandon", "Bredon", "Brewood", "Bramley", "Braunton", "Branscombe", "Brancaster")


def free(frappe, names: tuple[str, ...]) -> str:
	"""A name for a board that is not taken on this site."""
	numbered = (f"{name} {number}" for number in range(2, 1000) for name in names)
	return next(each for each in (*names, *numbered) if not frappe.db.exists("Safeguarding Board", each))


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
		"boards": [free(frappe, FIRST), free(frappe, SECOND)],
		"lead": world.contact(world.responding, "Practitioner"),
	}


if __name__ == "__main__":
	run(sixth)
