"""Every part of every mail as text, and the names that none of them may carry."""

from __future__ import annotations

import os
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import frappe

# Invented people of the cases that the tests make; nobody else is called so.
CANARIES = ("Zephyrine", "Canary", "Peregrine")


def parts(raw: bytes) -> Iterator[str]:
	"""The headers and the decoded content of each MIME part, attachments and their names included."""
	for part in message_from_bytes(raw).walk():
		yield from (f"{name}: {_header(value)}" for name, value in part.items())
		content = part.get_payload(decode=True)
		if isinstance(content, bytes):
			yield content.decode(part.get_content_charset() or "utf-8", "replace")
	yield raw.decode("utf-8", "replace")


def _header(value: str) -> str:
	return str(make_header(decode_header(value)))


def queued(since: str) -> Iterator[tuple[str, bytes]]:
	"""The mails that this transaction sees in the queue, by name."""
	for row in frappe.get_all("Email Queue", {"creation": (">=", since)}, ["name", "message"]):
		yield row.name, (row.message or "").encode()


def delivered(since: float) -> Iterator[tuple[str, bytes]]:
	"""The mails that the test site's own mail server took, by file."""
	for path in Path(os.environ["SE_MAIL_DIR"]).glob("*.eml"):
		if path.stat().st_mtime >= since:
			yield path.name, path.read_bytes()


def telling(name: str, raw: bytes) -> list[str]:
	"""What of a mail names somebody: the mail, the canary and the text round it."""
	found = []
	for text in parts(raw):
		for canary in CANARIES:
			if canary.lower() in text.lower():
				place = text.lower().index(canary.lower())
				found.append(f"{name}: {canary} in {text[max(0, place - 60) : place + 60]!r}")
	return found
