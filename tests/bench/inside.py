"""Prints what a site holds, as JSON: the names in every table, the settings, the tables and triggers themselves.

usage, in the sites folder: python inside.py SITE
"""

import json
import sys

import frappe

# What Frappe writes at every command, under names of chance.
LEFT_OUT = {"tabError Log", "tabInstalled Application", "tabScheduled Job Log"}
# Where a row's own name says nothing.
TELLING = {
	"tabDefaultValue": "select concat(parent, ': ', defkey) from tabDefaultValue",
	"tabVersion": "select distinct ref_doctype from tabVersion where ref_doctype != 'Installed Applications'",
}


def contents() -> dict[str, list[str]]:
	"""Sorted names by table; `settings` are the fields of Single DocTypes, `tables` and `triggers` the schema's."""
	found = {
		"tables": column("select table_name from information_schema.tables where table_schema = database()"),
		"triggers": column(
			"select trigger_name from information_schema.triggers where trigger_schema = database()"
		),
		"settings": column("select concat(doctype, ': ', field) from tabSingles"),
	}
	named = column(
		"select table_name from information_schema.columns where table_schema = database() and column_name = 'name'"
	)
	for table in named:
		if table not in LEFT_OUT:
			found[table] = column(TELLING.get(table) or f"select name from `{table}`")  # noqa: S608  (a name from the schema)
	return found


def column(query: str) -> list[str]:
	return sorted(str(row[0]) for row in frappe.db.sql(query))


def main(site: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	try:
		print(json.dumps(contents()))
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(sys.argv[1])
