"""The pages of a response link: whole answers to a request, without a script, a font or a picture from anywhere.

Every value is escaped. Nothing is kept by browsers or proxies, told to other sites, framed or indexed.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Any

import frappe
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.wrappers import Response

from safeguarding_escalation.services import links
from safeguarding_escalation.services.responding import SESSION_MINUTES, Page

ADDRESS = "/api/method/safeguarding_escalation.api.response."
COOKIE = "se_response"
NOT_VALID = "That did not work. The link or the code is not valid, or no longer. Ask whoever sent you the link for a new one."
UNAVAILABLE = "This page cannot be used just now. Try again in a quarter of an hour."
_TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "response"


@cache
def _environment() -> Environment:
	return Environment(
		loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
	)


def front() -> Response:
	"""What a link leads to: the same for everybody, and it says nothing."""
	return _page("front.html")


def code(key: str, problem: str = "") -> Response:
	"""Asks for the code that was mailed, if the link works; the same whether it does."""
	return _page("code.html", 403 if problem else 200, key=key, problem=problem)


def record(page: Page, problem: str = "", given: dict[str, Any] | None = None) -> Response:
	"""The record, and the form for an answer, with what was `given` already."""
	empty = {"verdict": "", "words": "", "sign": False, "name": ""}
	return _page("record.html", 200, page=page, problem=problem, given={**empty, **(given or {})})


def receipt(at: str, verdict: str, signed: bool, digest: str) -> Response:
	"""What was answered, and when; the session ends with it."""
	response = _page("receipt.html", 200, at=at, verdict=verdict, signed=signed, digest=digest)
	response.delete_cookie(COOKIE, path="/api/method/")
	return response


def not_valid() -> Response:
	"""One page for every link, code or session that does not work."""
	return _page("closed.html", 403, problem=NOT_VALID)


def unavailable() -> Response:
	"""Too many requests, or something broke: the same words."""
	return _page("closed.html", 503, problem=UNAVAILABLE)


def opened(session: str) -> Response:
	"""To the record, with the session in a cookie that no script reads and no other site sends."""
	response = Response(status=303)
	response.headers["Location"] = f"{ADDRESS}record"
	response.set_cookie(
		COOKIE,
		session,
		max_age=SESSION_MINUTES * 60,
		path="/api/method/",
		secure=links.site("").startswith("https://"),
		httponly=True,
		samesite="Strict",
	)
	return _guarded(response, "")


def _page(template: str, status: int = 200, **values: Any) -> Response:
	nonce = secrets.token_urlsafe(16)
	html = _environment().get_template(template).render(nonce=nonce, address=ADDRESS, csrf=_csrf(), **values)
	return _guarded(Response(html, status=status, mimetype="text/html"), nonce)


def _csrf() -> str:
	"""Frappe's own token, which it wants of whoever happens to be logged in on this machine."""
	if frappe.session.user == "Guest":
		return ""
	from frappe.sessions import get_csrf_token

	return str(get_csrf_token())


def _guarded(response: Response, nonce: str) -> Response:
	allowed = f"style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; " if nonce else ""
	response.headers.update(
		{
			"Cache-Control": "no-store, private",
			"Content-Security-Policy": f"default-src 'none'; {allowed}form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"Referrer-Policy": "no-referrer",
			"X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY",
			"X-Robots-Tag": "noindex, nofollow, noarchive",
		}
	)
	return response
