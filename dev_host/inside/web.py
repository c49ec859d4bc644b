"""Frappe's development server for one site, on 127.0.0.1 only (Frappe's own command listens on every address).

usage, in the sites folder: python web.py SITE PORT
"""

import sys
from typing import Any

import werkzeug.serving

run_simple = werkzeug.serving.run_simple


def run_locally(hostname: str, *arguments: Any, **options: Any) -> None:
	"""`werkzeug.serving.run_simple`, whatever address it is given."""
	run_simple("127.0.0.1", *arguments, **options)


def main(site: str, port: int) -> None:
	werkzeug.serving.run_simple = run_locally
	import frappe.app

	frappe.app.serve(port=port, site=site, sites_path=".", no_reload=True)


if __name__ == "__main__":
	main(sys.argv[1], int(sys.argv[2]))
