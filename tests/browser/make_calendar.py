"""Run inside the bench: what the site's worker does with applied Calendar Changes.

usage: python make_calendar.py BENCH SITE. Prints {left} as JSON: the changes that are not carried out yet.
"""

from in_bench import run


def carried_out(frappe, factories, world) -> dict:
	from safeguarding_escalation.services import calendar_moving

	calendar_moving.resume()
	return {"left": calendar_moving.unfinished()}


if __name__ == "__main__":
	run(carried_out)
