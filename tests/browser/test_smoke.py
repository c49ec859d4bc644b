"""Desk works at all: what every other browser test takes for granted."""

import os
import re

from phone import log_in
from playwright.sync_api import Page, expect


def test_desk_opens_after_logging_in(page: Page):
	log_in(page, {"user": "Administrator", "password": os.environ["SE_ADMIN_PASSWORD"]})
	page.locator(".page-container:visible, .desktop-container:visible").first.wait_for()
	assert "setup-wizard" not in page.url
	assert page.evaluate("frappe.session.user") == "Administrator"
	# Frappe spells names of its own with random letters: here those of a word that no name may be, and then one name twice
	drawn = page.evaluate(
		"""(letters) => {
			const random = Math.random;
			const all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
			let at = 0;
			Math.random = () => (at < letters.length ? (all.indexOf(letters[at++]) + 0.5) / all.length : random());
			const html = frappe.template.compile("{% for one in many %}<b>{{ one }}</b>{% endfor %}")({ many: ["x", "y"] });
			Math.random = random;
			return [html, at];
		}""",
		"varQrsQrs",
	)
	assert drawn == ["<b>x</b><b>y</b>", len("varQrsQrs")]


def test_a_date_and_time_can_be_picked(administrator: Page):
	"""The date picker on npm lacks seconds; without our patch such a field holds ":ss" or breaks."""
	administrator.goto("/app/event/new")
	field = administrator.locator('[data-fieldname="starts_on"] input').first
	field.click()
	picker = administrator.locator(".datepicker.active")
	expect(picker.locator(".datepicker--time-current-seconds")).to_be_visible()
	picker.locator(".datepicker--cell-day:not(.-other-month-)", has_text="15").click()
	expect(field).to_have_value(re.compile(r"^15-\d\d-\d{4} \d\d:\d\d:\d\d$"))


def test_a_wrong_password_is_refused(page: Page):
	page.goto("/login")
	page.fill("#login_email", "Administrator")
	page.fill("#login_password", "wrong")
	page.click(".form-login .btn-login")
	expect(page.locator(".page-card-body.invalid, .btn-login:has-text('Invalid')").first).to_be_visible()
