"""For scripts that run inside the bench, on its site: connect, make something, print it as JSON."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def run(make: Callable[[Any, Any, Any], dict]) -> None:
	"""Call `make(frappe, factories, world)` on the site that the command line names, commit, and print its answer.

	usage of a script that calls this: python SCRIPT BENCH SITE
	"""
	bench, site = sys.argv[1:3]
	os.chdir(Path(bench) / "sites")  # where Frappe looks for its sites
	import frappe

	frappe.init(site=site, sites_path=".")
	frappe.connect()
	try:
		from safeguarding_escalation.tests import factories

		answer = make(frappe, factories, factories.world())
		frappe.db.commit()
		print(json.dumps(answer))
	finally:
		frappe.destroy()
