"""Run inside the bench: somebody who has an account and has never used it, in the world of the site tests.

usage: python make_newcomer.py BENCH SITE. Prints {user, password, agency} as JSON.
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
		email = f"newcomer.{frappe.generate_hash(length=8)}@example.test"
		factories.user(email, "Safeguarding Practitioner")
		factories.contact(f"Newcomer {email}", world.raising, "Practitioner", email, team="North")
		frappe.db.commit()
		print(
			json.dumps(
				{
					"user": email,
					"password": factories.PASSWORD,
					"agency": world.raising,
					"responding": world.responding,
				}
			)
		)
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1], sys.argv[2])
