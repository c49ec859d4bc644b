"""The page `/respond`, to which a response link leads: Frappe asks each renderer whether the page is its own."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from safeguarding_escalation.services import response_pages

ROUTE = "respond"


class RespondPage:
	"""One page without a word of any case: the key of a link stays in its fragment, which no browser sends."""

	def __init__(self, path: str, http_status_code: int | None = None, **_further: Any) -> None:
		self.path = path

	def can_render(self) -> bool:
		"""Whether the path is this page."""
		return self.path.strip("/") == ROUTE

	def render(self) -> Response:
		"""The page."""
		return response_pages.front()
