"""Run inside the bench: invented agencies, people and users on the test site, committed. Prints them as JSON.

usage: python make_world.py BENCH SITE
"""

import json
import os
import sys
from pathlib import Path


def main(bench: str, site: str) -> None:
	os.chdir(Path(bench) / "sites")  # where Frappe looks for its sites
	import frappe

	frappe.init(site=site, sites_path=".")
	frappe.connect()
	try:
		from safeguarding_escalation.tests import factories

		world = factories.world()
		frappe.db.commit()
		names = {world.raising, world.responding}
		people = {
			f"{agency}/{capacity}": {
				"user": user,
				"contact": f"{capacity} of {agency}",
				"name": world.contact(agency, capacity),
			}
			for (agency, capacity), user in world.users.items()
			if agency in names
		}
		print(
			json.dumps(
				{
					"board": world.board,
					"raising": world.raising,
					"responding": world.responding,
					"people": people,
					"password": factories.PASSWORD,
				}
			)
		)
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1], sys.argv[2])
