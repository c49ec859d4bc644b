"""A mail server that keeps every message as a file and sends nothing on.

While a file `refuse` stands in its folder it takes none, and answers what that file says ("451 Try again later").

usage: python mail_sink.py PORT FOLDER
"""

import asyncio
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 64 * 2**20  # bytes


class Keeper:
	"""Writes messages to FOLDER/<nanoseconds>.eml, readable only once they are whole."""

	def __init__(self, folder: Path) -> None:
		self.folder = folder
		folder.mkdir(parents=True, exist_ok=True)

	async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
		"""aiosmtpd's hook for a received message. The envelope's recipients go on top: Bcc is only there."""
		refusal = self.folder / "refuse"
		if refusal.exists():
			return refusal.read_text().strip()
		recipients = ", ".join(envelope.rcpt_tos)
		head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {recipients}\r\n"
		path = self.folder / f"{time.time_ns()}.eml"
		partial = path.with_suffix(".part")
		content = envelope.content or b""
		partial.write_bytes(head.encode() + (content if isinstance(content, bytes) else content.encode()))
		partial.rename(path)
		return "250 OK"


async def serve(port: int, folder: Path) -> None:
	"""Listen on 127.0.0.1 until killed."""
	keeper = Keeper(folder)
	loop = asyncio.get_running_loop()
	server = await loop.create_server(
		lambda: SMTP(keeper, hostname="localhost", data_size_limit=LARGEST, enable_SMTPUTF8=True),
		"127.0.0.1",
		port,
	)
	async with server:
		await server.serve_forever()


if __name__ == "__main__":
	asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
