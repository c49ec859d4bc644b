"""The Setup check's line on response links: whether they are on, and whether their address can be relied on."""

from __future__ import annotations

from collections.abc import Iterator

import frappe

from safeguarding_escalation.services import links, response_links
from safeguarding_escalation.services.setup_check_line import GOOD, Line, good_if

GROUP, TITLE, LINK = "Both sides' word", "Response links", "/app/safeguarding-settings"


def lines() -> Iterator[Line]:
	"""Off is in order; on, the site's own address must be configured, with https, since links lead there."""
	if not response_links.are_on():
		found = "Switched off: people without an account are asked outside this system."
		yield Line("response_links", GROUP, TITLE, GOOD, found, "", LINK)
		return
	configured = bool(frappe.conf.get("host_name") or frappe.conf.get("hostname"))
	address = links.site("/respond")
	fine = configured and address.startswith("https://")
	todo = (
		"Set host_name in site_config.json to the address by which people reach this site, with https: "
		"bench --site … set-config host_name https://…"
	)
	found = f"Switched on. They lead to {address}."
	yield good_if(fine, "response_links", GROUP, TITLE, found, todo, LINK)
