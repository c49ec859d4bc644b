"""Desk works at all: what every other browser test takes for granted."""

from playwright.sync_api import Page, expect


def test_desk_opens_after_logging_in(administrator: Page):
	assert "/app" in administrator.url or "/desk" in administrator.url
	assert "setup-wizard" not in administrator.url
	assert administrator.evaluate("frappe.session.user") == "Administrator"


def test_a_form_with_a_date_and_time_opens(administrator: Page):
	"""The date picker on npm lacks seconds; without our patch such a form breaks."""
	errors: list[str] = []
	administrator.on("pageerror", lambda error: errors.append(str(error)))
	administrator.goto("/app/event/new")
	field = administrator.locator('[data-fieldname="starts_on"] input').first
	expect(field).to_be_visible()
	field.click()
	expect(administrator.locator(".datepicker.active .datepicker--time-current-seconds")).to_be_visible()
	assert errors == []


def test_a_wrong_password_is_refused(page: Page):
	page.goto("/login")
	page.fill("#login_email", "Administrator")
	page.fill("#login_password", "wrong")
	page.click(".form-login .btn-login")
	expect(page.locator(".page-card-body.invalid, .btn-login:has-text('Invalid')").first).to_be_visible()
