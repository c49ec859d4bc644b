"""What somebody without an account may call, with a response link and a mailed code. Nothing else here takes guests.

Each answers with a page, in even time and, where something is wrong, in the same words. Keys and codes come in the
body of a request, never in an address, and are taken out of it at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import frappe
from werkzeug.wrappers import Response

from safeguarding_escalation.services import responding, response_limits, response_pages
from safeguarding_escalation.services.errors import EscalationError


@frappe.whitelist(allow_guest=True, methods=["POST"], xss_safe=True)
def send_code(key: str = "") -> Response:
	"""Ask for a code; it goes to the address held for the link's contact, and the answer does not say whether."""
	return _served(lambda: _send_code(key), responding.key_of(key))


@frappe.whitelist(allow_guest=True, methods=["POST"], xss_safe=True)
def open(key: str = "", code: str = "") -> Response:
	"""Open the record of a link with the mailed code."""
	return _served(lambda: _open(key, code), responding.key_of(key))


@frappe.whitelist(allow_guest=True, methods=["GET"], xss_safe=True)
def record() -> Response:
	"""The record that the session of a link may read. Changes nothing."""
	session = _session()
	return _served(lambda: response_pages.record(responding.page(session)), session)


@frappe.whitelist(allow_guest=True, methods=["POST"], xss_safe=True)
def answer(
	form: str = "", digest: str = "", verdict: str = "", words: str = "", sign: str = "", name: str = ""
) -> Response:
	"""Confirm, correct or dispute the record, and sign it; then the link is used up."""
	session = _session()
	return _served(
		lambda: _answer(
			session, form, digest, {"verdict": verdict, "words": words, "sign": sign == "1", "name": name}
		),
		session,
	)


def _send_code(key: str) -> Response:
	responding.send_code(key)
	return response_pages.code(responding.key_of(key))


def _open(key: str, code: str) -> Response:
	try:
		return response_pages.opened(responding.open_with(key, code))
	except responding.NotValid:
		return response_pages.code(responding.key_of(key), response_pages.NOT_VALID)


def _answer(session: str, form: str, digest: str, given: dict[str, str | bool]) -> Response:
	try:
		at = responding.answer(session, form, digest, **given)
	except EscalationError as refusal:
		frappe.db.rollback()
		frappe.clear_messages()
		return response_pages.record(responding.page(session), str(refusal), given)
	return response_pages.receipt(at, str(given["verdict"]), bool(given["sign"]), digest)


def _served(serve: Callable[[], Response], secret: str) -> Response:
	"""Count, serve, and answer in even time. What breaks is logged by its kind alone: a trace might hold a key."""
	began = time.monotonic()
	for name in ("key", "code", "form", "words", "name"):
		frappe.local.form_dict.pop(name, None)
	try:
		if frappe.get_request_header("Sec-Fetch-Site") == "cross-site":
			raise responding.NotValid
		response_limits.count(secret)
		response = serve()
	except responding.NotValid:
		response = response_pages.not_valid()
	except response_limits.Unavailable:
		response = response_pages.unavailable()
	except Exception as error:
		frappe.db.rollback()
		frappe.logger("safeguarding_escalation").error(f"A response link failed: {type(error).__name__}")
		response = response_pages.unavailable()
	response_limits.even_out(began)
	return response


def _session() -> str:
	return str(frappe.request.cookies.get(response_pages.COOKIE, ""))[: responding.LONGEST_SECRET]
