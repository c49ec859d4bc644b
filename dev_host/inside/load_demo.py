"""Load the app's demo data and write what it returned as JSON, for `./dev` to print.

usage, in the sites folder: python load_demo.py SITE FILE board|trust
"""

import json
import sys
from pathlib import Path

import frappe


def main(site: str, target: Path, kind: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	try:
		frappe.set_user("Administrator")
		from safeguarding_escalation.setup import demo

		result = demo.load(demo.INSTALLATIONS[kind])
		frappe.db.commit()
		target.write_text(json.dumps(result, default=str, indent=1))
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
