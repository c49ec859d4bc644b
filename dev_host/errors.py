"""What can go wrong while bringing up a host: each error says what is wrong and what to do, in a sentence each."""

from __future__ import annotations


class HostError(Exception):
	"""Base of every error that `./dev` reports without a traceback.

	`code` is stable and machine readable; `problem` and `remedy` are sentences for the person at the keyboard.
	"""

	code = "HOST"

	def __init__(self, problem: str, remedy: str) -> None:
		super().__init__(f"{problem} {remedy}")
		self.problem = problem
		self.remedy = remedy


class UsageError(HostError):
	"""The command line asks for something that doesn't exist."""

	code = "USAGE"


class UnsupportedSystem(HostError):
	"""Not a Linux, or one whose packages `./dev` can't install."""

	code = "SYSTEM"


class WrongPython(HostError):
	"""No Python on this machine that the chosen Frappe runs on."""

	code = "PYTHON"


class MissingPrograms(HostError):
	"""Programs are missing and may not be installed by this user."""

	code = "PROGRAMS"


class DiskFull(HostError):
	"""Not enough space left for what is about to be written, or none at all."""

	code = "DISK"


class NoNetwork(HostError):
	"""A package index or mirror didn't answer."""

	code = "NETWORK"


class PortTaken(HostError):
	"""No free port on 127.0.0.1 in the range looked at."""

	code = "PORT"


class BadDownload(HostError):
	"""What came down isn't what was pinned."""

	code = "DOWNLOAD"


class BadSource(HostError):
	"""The named Frappe source isn't a Frappe tree, or can't be read."""

	code = "SOURCE"


class WouldRebuild(HostError):
	"""Another Frappe than the sites stand on was named, and they hold something."""

	code = "REBUILD"


class DatabaseRefused(HostError):
	"""The private MariaDB ended, or didn't answer in time."""

	code = "DATABASE"


class ServiceFailed(HostError):
	"""A background service ended, or didn't answer in time."""

	code = "SERVICE"


class CommandFailed(HostError):
	"""A command that a step ran ended with an error."""

	code = "COMMAND"


class NotReady(HostError):
	"""A command needs something that `./dev up` hasn't made yet."""

	code = "NOT_READY"
