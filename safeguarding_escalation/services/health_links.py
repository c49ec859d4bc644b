"""Whether the response links that were mailed have left: a request that never arrived gets no reply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import frappe

from safeguarding_escalation.services import mail_rows, response_links, times
from safeguarding_escalation.services.health_finding import ALERTS, Finding, fact, of_line
from safeguarding_escalation.services.setup_check_line import good_if

# A mail is tried within minutes.
LEAVES_WITHIN = timedelta(hours=1)


def links() -> Iterator[Finding]:
	"""One finding a case whose link was refused, or has not left within the hour; nobody is named."""
	link, case = frappe.qb.DocType(response_links.DOCTYPE), frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(link).join(case).on(case.name == link.escalation)
	query = query.select(link.email_queue, link.issued_at, case.name, case.reference, case.board)
	query = query.where((link.state == response_links.LIVE) & (link.delivery == response_links.MAIL))
	rows = query.orderby(case.reference).run(as_dict=True)
	mails = mail_rows.queued(sorted({row.email_queue for row in rows if row.email_queue}))
	limit = times.stored(times.now() - LEAVES_WITHIN)
	late = [row for row in rows if _failed(row, mails, limit)]
	if not late:
		yield fact("links", ALERTS, "Response links", "Every link that works was sent.")
	for row in late:
		line = good_if(
			False,
			f"link:{row.reference}",
			ALERTS,
			f"{row.reference}: a response link did not leave",
			"Somebody was asked by a link whose mail has not left.",
			"Open the case: make a new link, or send it by your own secure email. Look into the Email Queue.",
			f"/app/escalation/{row.name}",
		)
		finding = of_line(line, ALERTS)
		yield Finding(**vars(finding) | {"board": row.board or "", "escalation": row.name})


def _failed(row: frappe._dict, mails: dict[str, tuple], limit: object) -> bool:
	status = mails.get(str(row.email_queue), ("",))[0]
	return status == "Error" or (status != mail_rows.SENT and row.issued_at < limit)
