"""Plain reads of rows by exact values.

`frappe.db.get_values` parses every column's name as SQL text on some versions, which costs more than the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import frappe


def select(
	doctype: str,
	columns: Iterable[str],
	where: Mapping[str, Any],
	*,
	order_by: str = "",
	for_update: bool = False,
) -> list[frappe._dict]:
	"""The rows of `doctype` whose columns equal `where`, as dicts of `columns`, ascending by `order_by`.

	With `for_update` the rows are locked and read as they are now, not as this transaction first saw them.
	"""
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(*(table[column] for column in columns))
	for column, value in where.items():
		query = query.where(table[column] == value)
	if order_by:
		query = query.orderby(table[order_by])
	if for_update:
		query = query.for_update()
	return query.run(as_dict=True)
