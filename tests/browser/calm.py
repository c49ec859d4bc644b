"""Acts on a page wait until it has drawn itself, as a person does who waits for a form to stop moving.

The Desk draws a form, a grid or a dialog anew when an answer of the server arrives, and a click that falls between
mousedown and mouseup of such a moment is lost. Playwright waits until an element stands still, which isn't the same.
"""

from collections.abc import Callable
from functools import wraps

import pytest
from playwright.sync_api import Locator, Page, TimeoutError

QUIET = 80  # milliseconds without a change
LONGEST = 3_000  # milliseconds; a page that never rests is acted on all the same

ACTS = (
	"check",
	"click",
	"dblclick",
	"fill",
	"focus",
	"hover",
	"press",
	"press_sequentially",
	"screenshot",
	"scroll_into_view_if_needed",
	"select_option",
	"tap",
	"uncheck",
)
READ_AT_ONCE = ("all", "all_inner_texts", "bounding_box", "count", "evaluate", "inner_text", "input_value")

# Nothing is asked of the server, nothing moves, and for a moment nothing was drawn and nothing took the focus: Chromium
# swallows letters that come within a hundredth of a second after a tap, which are quicker than anybody's.
RESTS = """quiet => {
	const now = performance.now();
	if (!window.lastDrawn) {
		const moved = () => (window.lastDrawn = performance.now());
		moved();
		document.addEventListener("focusin", moved, true);
		new MutationObserver(moved).observe(document, {
			attributes: true,
			attributeFilter: ["class", "disabled", "hidden", "open", "style"],
			childList: true,
			subtree: true,
		});
	}
	const asked = window.frappe && frappe.request ? frappe.request.ajax_count : 0;
	const moves = document.getAnimations().some(
		(each) => each.playState === "running" && each.effect && Number.isFinite(each.effect.getComputedTiming().endTime)
	);
	return document.readyState === "complete" && !asked && !moves && now - window.lastDrawn >= quiet;
}"""


def rest(page: Page) -> None:
	"""Wait until the page rests, or for as long as a person would."""
	try:
		page.wait_for_function(RESTS, arg=QUIET, timeout=LONGEST)
	except TimeoutError:
		return  # something on it moves for ever: whether the act succeeds is for what the test asserts


def at_rest(act: Callable) -> Callable:
	@wraps(act)
	def acted(target: Locator | Page, *arguments, **more):
		rest(target if isinstance(target, Page) else target.page)
		return act(target, *arguments, **more)

	return acted


def waits(monkeypatch: pytest.MonkeyPatch) -> None:
	"""Let each act on a page, and each reading that has no patience of its own, wait until the page rests."""
	for of, names in ((Locator, ACTS + READ_AT_ONCE), (Page, ("evaluate",))):
		for name in names:
			monkeypatch.setattr(of, name, at_rest(getattr(of, name)))
