"""Reading what the mail sink kept."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from dev_host.errors import UsageError


def files(folder: Path) -> list[Path]:
	"""The mails, newest first."""
	return sorted(folder.glob("*.eml"), key=lambda file: file.stem.zfill(24), reverse=True)


def read(file: Path) -> EmailMessage:
	"""One mail, headers decoded."""
	message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
	assert isinstance(message, EmailMessage)  # the default policy makes no other  # noqa: S101
	return message


def body(message: EmailMessage) -> str:
	"""The text part, or the HTML one when there is no text."""
	part = message.get_body(preferencelist=("plain", "html"))
	return str(part.get_content()) if part else ""


def listing(folder: Path) -> str:
	"""One line a mail, newest first and numbered from 1."""
	lines = []
	for number, file in enumerate(files(folder), 1):
		message = read(file)
		lines.append(
			f"{number:>4}  {message['Date'] or '':<32} {message['X-Envelope-To'] or '':<40} {message['Subject'] or ''}"
		)
	return "\n".join(lines) or "No mail yet."


def one(folder: Path, number: int) -> str:
	"""A whole mail as a person reads it. Raises UsageError when there is no such number."""
	found = files(folder)
	if not 1 <= number <= len(found):
		raise UsageError(f"There is no mail {number}.", f"There are {len(found)}; ./dev mail lists them.")
	file = found[number - 1]
	message = read(file)
	heads = [
		f"{name}: {message[name]}"
		for name in ("Date", "From", "X-Envelope-To", "To", "Subject")
		if message[name]
	]
	attached = [
		f"Attached: {part.get_filename()} ({part.get_content_type()})" for part in message.iter_attachments()
	]
	return "\n".join([*heads, *attached, f"File: {file}", "", body(message)])
