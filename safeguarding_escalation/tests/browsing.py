"""One person's browser as far as HTTP goes: a session with the running site."""

from __future__ import annotations

import json
import os
from typing import Any

import requests

from safeguarding_escalation.tests import factories


class Client:
	"""A session of `user`; of a guest where there is none."""

	def __init__(self, user: str | None) -> None:
		self._open()
		if user:
			given = {"usr": user, "pwd": factories.PASSWORD}
			answer = self.session.post(f"{self.url}/api/method/login", given, timeout=60)
			assert answer.status_code == 200, answer.text

	@classmethod
	def by_key(cls, key: str, secret: str) -> Client:
		"""A program with an API key in the place of a browser."""
		client = cls(None)
		client.session.headers["Authorization"] = f"token {key}:{secret}"
		return client

	def _open(self) -> None:
		self.url = os.environ["SE_URL"].rstrip("/")
		self.session = requests.Session()
		self.session.trust_env = False  # no proxy stands before this machine's own address
		self.token = ""

	def get(self, path: str, **params: Any) -> requests.Response:
		return ask(self, "GET", path, params)

	def post(self, path: str, **data: Any) -> requests.Response:
		self.csrf()
		return ask(self, "POST", path, data)

	def call(self, method: str, **data: Any) -> requests.Response:
		"""POST one of our own functions on an escalation."""
		return self.post(f"/api/method/safeguarding_escalation.api.escalation.{method}", **data)

	def csrf(self) -> dict[str, str]:
		"""The header that the Desk's page sends against forged requests."""
		if not self.token and "Authorization" not in self.session.headers:
			page = self.session.get(f"{self.url}/app", timeout=60).text
			_, found, rest = page.partition('csrf_token = "')
			self.token = rest.partition('"')[0] if found else ""
		return {"X-Frappe-CSRF-Token": self.token} if self.token else {}

	def send(self, verb: str, path: str, **given: Any) -> requests.Response:
		"""One request as it stands, with the token if the session has one."""
		headers = {"X-Frappe-CSRF-Token": self.token} if self.token else {}
		answer = self.session.request(verb, self.url + path, headers=headers, timeout=60, **given)
		if not answer.encoding:
			answer.encoding = "utf-8"  # to guess it takes longer than to ask
		return answer


def ask(
	client: Client,
	verb: str,
	path: str,
	data: dict[str, Any],
	upload: dict[str, Any] | None = None,
	follow: bool = True,
) -> requests.Response:
	"""One request; what isn't text is sent as JSON text, as the Desk does.

	A session that has seen no page has no token against forged requests, and needs none; then it is asked for.
	"""
	sent = {key: value if isinstance(value, str) else json.dumps(value) for key, value in data.items()}
	given: dict[str, Any] = {"params": sent} if verb == "GET" else {"data": sent, "files": upload}
	answer = client.send(verb, path, allow_redirects=follow, **given)
	if verb != "GET" and b"CSRFTokenError" in answer.content:
		client.csrf()
		answer = client.send(verb, path, allow_redirects=follow, **given)
	return answer
