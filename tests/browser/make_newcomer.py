"""Run inside the bench: somebody who has an account and has never used it, in the world of the site tests.

usage: python make_newcomer.py BENCH SITE. Prints {user, password, agency, responding} as JSON.
"""

from in_bench import run


def newcomer(frappe, factories, world) -> dict:
	email = f"newcomer.{frappe.generate_hash(length=8)}@example.test"
	factories.user(email, "Safeguarding Practitioner")
	factories.contact(f"Newcomer {email}", world.raising, "Practitioner", email, team="North")
	return {
		"user": email,
		"password": factories.PASSWORD,
		"agency": world.raising,
		"responding": world.responding,
	}


if __name__ == "__main__":
	run(newcomer)
