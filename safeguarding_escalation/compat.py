"""The only place that asks which Frappe this is.

Supported: the 15.0.0 pre-release of August 2023 (what `./dev` falls back to), released version 15, version 16.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import frappe
import redis.exceptions
from frappe.utils import get_string_between
from rq import get_current_job
from rq.timeouts import BaseTimeoutException

MAJOR = int(frappe.__version__.split(".", 1)[0])

# What tells that the job queue cannot be reached, that a job has run out of its time, that another transaction kept a lock.
QUEUE_ERRORS = (redis.exceptions.RedisError, OSError)
JOB_TIMEOUTS = (BaseTimeoutException,)
LOST_LOCK = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)


def in_background_job() -> bool:
	"""Whether a worker of the host's queue runs this; False for `bench execute`, a request, a test.

	Asked of the queue itself: `frappe.local.job` came with the released version 15.
	"""
	return get_current_job() is not None


def system_timezone() -> str:
	"""The site's time zone by its IANA name (System Settings)."""
	from frappe.utils import data

	# Version 14's name survived into early pre-releases of 15.
	name = "get_system_timezone" if hasattr(data, "get_system_timezone") else "get_time_zone"
	return getattr(data, name)()


def no_opinion() -> bool | None:
	"""What a has_permission hook on another app's DocType returns to leave the decision to others.

	Version 15 takes the first answer that is not None; version 16 wants every hook to be truthy.
	"""
	return None if MAJOR < 16 else True


def cache() -> Any:
	"""The site's Redis cache: an object since released 15, a function that gives it before."""
	return frappe.cache if hasattr(frappe.cache, "make_key") else frappe.cache()


def quote_char() -> str:
	"""The character that quotes a column of the site's database in SQL text."""
	return "`" if frappe.db.db_type == "mariadb" else '"'


def has_guarding_triggers() -> bool:
	"""Whether setup/triggers.py has a text for the site's database: triggers that ask a variable of the connection."""
	return frappe.db.db_type == "mariadb"


def shared_lock() -> str:
	"""What ends a SELECT that reads rows as they are now and keeps others from changing them meanwhile.

	It does not keep others from reading likewise. SQLite has one writer at a time and needs none.
	"""
	return {"mariadb": " LOCK IN SHARE MODE", "postgres": " FOR SHARE"}.get(frappe.db.db_type, "")


def client_function(name: str) -> Callable[..., Any]:
	"""`frappe.client.<name>`, which only some versions have; raises DoesNotExistError where it isn't."""
	import frappe.client

	found = getattr(frappe.client, name, None)
	if found is None:
		frappe.throw(f"This version of Frappe has no frappe.client.{name}.", frappe.DoesNotExistError)
	return found


def queue_mail(**given: Any) -> str | None:
	"""Queue a mail in the caller's transaction through `frappe.sendmail`; the Email Queue row's name.

	None where the host queued nothing: a global unsubscribe makes it do so without a word, an address that is none
	as well. Later versions return the row; the pre-release returns nothing, so the row is found by the Message-ID
	that it was given, which no other mail has.
	"""
	from frappe.email.email_body import get_message_id  # its import opens the site's log

	message_id = get_string_between("<", get_message_id(), ">")
	queued = frappe.sendmail(delayed=True, message_id=message_id, **given)
	if isinstance(queued, list):
		queued = queued[0] if queued else None
	if queued is not None:
		return queued.name
	return frappe.db.get_value("Email Queue", {"message_id": message_id}, "name")


def waiting_jobs(queue: str, word: str) -> int:
	"""How many jobs whose id holds `word` wait in one of the host's queues; 0 where it cannot be reached."""
	from frappe.utils.background_jobs import get_queue

	try:
		return sum(word in job_id for job_id in get_queue(queue).get_job_ids())
	except QUEUE_ERRORS:
		return 0


def has_outgoing_account() -> bool:
	"""Whether the host has an account, or a server in its settings, by which mail can be queued."""
	from frappe.email.doctype.email_account.email_account import EmailAccount

	return bool(EmailAccount.find_outgoing())


def forget_mail_job(email_queue: str) -> None:
	"""Let the pre-release queue a mail's job again: it makes one a mail, and one of a killed worker seems to run for ever.

	Released versions send in one job, and have no such one to forget.
	"""
	from frappe.utils.background_jobs import get_job

	try:
		job = get_job(f"email_queue_sendmail_{email_queue}")
		if job:
			job.delete()
	except QUEUE_ERRORS:
		frappe.logger("safeguarding_escalation").warning("The queue could not be reached", exc_info=True)


def forget_user_settings(texts: Sequence[str]) -> None:
	"""Drop the saved filters and columns of lists in which one of `texts` stands, before the host writes them back."""
	cache = frappe.cache() if callable(frappe.cache) else frappe.cache
	for key, data in (cache.hgetall("_user_settings") or {}).items():
		if any(text in str(data) for text in texts):
			cache.hdel("_user_settings", key.decode() if isinstance(key, bytes) else key)
