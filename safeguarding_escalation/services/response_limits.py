"""How often response links may be tried: by network address, by link, and on the whole site; and answers in even time.

Counted in the site's Redis. Where that cannot be asked nobody is served: a limit that fails open is none. The codes of
one link are counted in its own row as well, which no Redis forgets.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping

import frappe
from frappe.utils import cint

from safeguarding_escalation import compat

ADDRESS, LINK, SITE = "response_address", "response_link", "response_site"
# Requests within ten minutes. One answer takes five.
TEN_MINUTES: Mapping[str, int] = {ADDRESS: 60, LINK: 30, SITE: 600}
SECONDS = 600
# No answer comes sooner, whatever was found; what takes longer comes at the next multiple.
EVEN_SECONDS = 0.25


class Unavailable(Exception):
	"""Too many requests, or nobody can say how many: nothing is served."""


def count(secret: str = "") -> None:
	"""Count one request: of its address, of the site, and of the link whose key or session is `secret`.

	Raises Unavailable beyond a limit, and where the counting itself fails.
	"""
	address = str(getattr(frappe.local, "request_ip", None) or "unknown")
	wanted = {ADDRESS: address, SITE: "all", **({LINK: secret} if secret else {})}
	for kind, whose in wanted.items():
		if not _within(kind, whose):
			raise Unavailable(kind)


def _within(kind: str, whose: str) -> bool:
	limit = cint((frappe.conf.get("safeguarding_limits") or {}).get(kind, TEN_MINUTES[kind]))
	# Neither an address nor a key stands in Redis.
	hashed = hashlib.sha256(f"{frappe.local.site}:{whose}".encode()).hexdigest()[:32]
	try:
		cache = compat.cache()
		key = cache.make_key(f"safeguarding:{kind}:{hashed}:{int(time.time()) // SECONDS}")
		counted = int(cache.incrby(key, 1))
		cache.expire(key, SECONDS)
	except compat.QUEUE_ERRORS:
		frappe.logger("safeguarding_escalation").error("Response links cannot be counted", exc_info=True)
		return False
	return counted <= limit


def even_out(began: float) -> None:
	"""Wait until the next quarter of a second since `began` (time.monotonic): how long it took says nothing."""
	taken = time.monotonic() - began
	time.sleep(EVEN_SECONDS - taken % EVEN_SECONDS)
