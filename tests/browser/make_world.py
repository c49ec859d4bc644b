"""Run inside the bench: invented agencies, people and users on the test site, committed. Prints them as JSON.

usage: python make_world.py BENCH SITE
"""

from in_bench import run


def described(frappe, factories, world) -> dict:
	people = {
		f"{agency}/{capacity}": {
			"user": user,
			"contact": f"{capacity} of {agency}",
			"name": world.contact(agency, capacity),
		}
		for (agency, capacity), user in world.users.items()
		if agency in (world.raising, world.responding)
	}
	return {
		"board": world.board,
		"raising": world.raising,
		"responding": world.responding,
		"people": people,
		"password": factories.PASSWORD,
	}


if __name__ == "__main__":
	run(described)
