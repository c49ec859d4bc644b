"""Files of a case: private, under a neutral name, never sharing their bytes, and for the case's own people alone.

Frappe writes a file's bytes before its hooks run, keeps the name that somebody's phone gave it, and lets two records
share one file. So `case_file.CaseFile` asks here first: before a byte is written, read, changed or deleted.
"""

from __future__ import annotations

import hashlib
import os
import re
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import filetype
import frappe
from frappe.model.naming import getseries
from PIL import Image

from safeguarding_escalation import permissions
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import guard
from safeguarding_escalation.services.errors import BadInput, CaseClosed, NotYours, refuse

# What the bytes of a file may be, by the extension that it came with; None: text, which has no mark of its own.
_OFFICE_OLD, _OFFICE = ("doc", "xls", "ppt", "msg"), ("zip", "docx", "xlsx", "pptx", "odt", "ods")
_FILM = ("mp4", "m4a", "m4v", "mov", "heic", "3gp")
KINDS: dict[str, tuple[str, ...] | None] = {
	"pdf": ("pdf",), "png": ("png",), "jpg": ("jpg",), "jpeg": ("jpg",), "gif": ("gif",), "webp": ("webp",),
	"tif": ("tif",), "tiff": ("tif",), "heic": _FILM, "mp4": _FILM, "m4a": _FILM, "mov": _FILM,
	"mp3": ("mp3",), "wav": ("wav",), "doc": _OFFICE_OLD, "xls": _OFFICE_OLD, "ppt": _OFFICE_OLD,
	"msg": _OFFICE_OLD, "docx": _OFFICE, "xlsx": _OFFICE, "pptx": _OFFICE, "odt": _OFFICE, "ods": _OFFICE,
	"rtf": ("rtf",), "txt": None, "csv": None, "eml": None,
}  # fmt: skip
# What a browser may show in its own window; everything else is saved.
SHOWN = ("pdf", "png", "jpg", "jpeg", "gif", "webp")
PICTURES = ("png", "jpg", "jpeg", "gif", "webp", "tif", "tiff")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MARKUP = re.compile(rb"^\s*<(!doctype|!--|\?xml|html|head|body|svg|script|iframe|math)", re.IGNORECASE)
# <reference>-file-<number>, with what Frappe puts behind it where a name is taken on the disk.
NAMED = re.compile(r"^.{1,12}-\d{4}-\d{4,}-file-\d+[0-9a-z_]*\.[a-z0-9]+$", re.IGNORECASE)
FOLDER = "/private/files/"


def case_of(file: Any) -> str:
	"""The case that a File row is attached to, as stored or as about to be; '' for none, and for a case's rows."""
	stored = _stored(file)
	for row in (stored, file):
		if row and row.get("attached_to_doctype") == "Escalation":
			return str(row.get("attached_to_name") or "")
	return ""


def is_of_case(file: Any) -> bool:
	"""Whether a File row points at a case or at anything of one, as stored or as about to be."""
	return any(
		row and row.get("attached_to_doctype") in permissions.CASE_DOCTYPES for row in (_stored(file), file)
	)


def _stored(file: Any) -> Any:
	if not isinstance(file.name, str) or not file.name:
		return None
	return frappe.db.get_value(
		"File",
		file.name,
		["attached_to_doctype", "attached_to_name", "file_url", "file_name", "is_private"],
		as_dict=True,
	)


def keep(file: Any) -> None:
	"""Before a new File's first byte is written: make it private and neutral, or refuse it.

	The name that it came with is forgotten: it would stand in comments, versions and mails. Raises NotYours for a
	case that the user may not work on, CaseClosed, and BadInput for a link, an empty file or one of another kind.
	"""
	if file.is_folder:
		return
	if file.attached_to_doctype not in permissions.CASE_DOCTYPES:
		_refuse_names_of_cases(file)
		return
	if file.attached_to_doctype != "Escalation":
		refuse(BadInput, "Attach the file to the escalation itself.")
	require_changeable(file.attached_to_name)
	if file.file_url:
		refuse(
			BadInput,
			"Upload the file itself: a link to a file that is kept elsewhere cannot be attached to a case.",
		)
	content, extension = _content(file), _extension(file)
	_check_kind(content, extension)
	file.content, file.decode = content, False
	file.file_name = next_name(file.attached_to_name, extension)
	file.is_private, file.file_url, file.folder, file.attached_to_field = 1, None, None, None
	# Frappe lets an owner read a file for ever; who attached it stands in the case's timeline.
	file.owner = "Administrator"
	file.flags.ignore_duplicate_entry_error = True
	file.flags.kept_for_case = file.attached_to_name


def settle(file: Any) -> None:
	"""After the bytes are written: a fingerprint that no other file has, so that no other shares or betrays them."""
	if file.flags.kept_for_case:
		content = file.content if isinstance(file.content, bytes) else str(file.content).encode()
		file.content_hash = fingerprint(str(file.file_url), content)


def require_changeable(case: Any) -> None:
	"""Raise NotYours unless the user may work on the case, CaseClosed where it has ended."""
	guard.writable(case)
	if frappe.db.get_value("Escalation", case, "workflow_state") in ENDED:
		refuse(
			CaseClosed, "This case has ended and is read only. Reopen it before attaching or deleting files."
		)


def _content(file: Any) -> bytes:
	try:
		content = file.get_content() if file.get("content") else b""
	except (ValueError, TypeError, AttributeError) as error:
		raise BadInput("The file did not arrive whole. Attach it again.") from error
	if isinstance(content, str):
		content = content.encode("utf-8", "surrogatepass")
	if not isinstance(content, bytes) or not content:
		refuse(BadInput, "The file is empty. Attach it again.")
	return content


def _extension(file: Any) -> str:
	name = file.file_name if isinstance(file.file_name, str) else ""
	extension = PurePosixPath(name).suffix.lstrip(".").lower()
	if extension not in KINDS:
		refuse(
			BadInput,
			f"Files of this kind cannot be attached to a case. Attach one of these: {', '.join(KINDS)}.",
		)
	return extension


def _check_kind(content: bytes, extension: str) -> None:
	"""Refuse bytes that are not what the extension says: a page with a script called a picture, for example."""
	kinds = KINDS[extension]
	found = filetype.guess(content)
	if kinds is None:
		fits = (
			found is None
			and b"\0" not in content[:4096]
			and not _MARKUP.match(content.lstrip(b"\xef\xbb\xbf"))
		)
	elif kinds is _OFFICE_OLD:
		fits = content.startswith(_OLE)
	else:
		fits = found is not None and found.extension in kinds
	if not fits or (extension in PICTURES and not _is_picture(content)):
		refuse(
			BadInput,
			f"The file is not what its ending “.{extension}” says. Open it, save it again in its own format, "
			"and attach that.",
		)


def _is_picture(content: bytes) -> bool:
	"""Whether a picture opens; Frappe takes the place where it was taken out of a photograph, and fails on a broken one."""
	try:
		with Image.open(BytesIO(content)) as picture:
			return picture.width > 0
	except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
		return False


def next_name(case: str, extension: str) -> str:
	"""The next neutral name; the counter's row is locked to the end of the transaction, and never goes back."""
	key = f"{frappe.db.get_value('Escalation', case, 'reference')}-file-"
	return f"{key}{getseries(key, 1)}.{extension}"


def _base(value: Any) -> str:
	"""The name on the disk that an address or a name comes down to."""
	return PurePosixPath(os.path.normpath(unquote(str(value)).partition("?")[0])).name if value else ""


def _refuse_names_of_cases(file: Any) -> None:
	"""No other record lays hold of a case's file by its address or name, nor learns whether there is one."""
	for value in (file.file_url, file.file_name):
		if NAMED.match(_base(value)) or _kept(value):
			refuse(
				NotYours, "Files named like this belong to cases. Attach the file itself, under another name."
			)


def _kept(value: Any) -> bool:
	"""Whether an address is that of a case's file, of whatever name: those of earlier versions have their own."""
	base = _base(value)
	if not base:
		return False
	return bool(
		frappe.db.exists(
			"File", {"file_url": FOLDER + base, "attached_to_doctype": ("in", permissions.CASE_DOCTYPES)}
		)
	)


def check(file: Any) -> None:
	"""Before a File is saved again: a case's file stays what, where and whose it is; no other becomes one."""
	if file.is_folder or file.flags.kept_for_case:
		return
	if not is_of_case(file):
		_refuse_names_of_cases(file)
		return
	stored = _stored(file)
	fixed = ("attached_to_doctype", "attached_to_name", "file_url", "file_name")
	same = stored and all((file.get(field) or None) == (stored[field] or None) for field in fixed)
	if not same or not file.is_private:
		refuse(NotYours, "A file stays with its case as it is. Attach the file again where it belongs.")
	require_changeable(case_of(file))


def refuse_foreign_bytes(file: Any, path: str) -> None:
	"""Before the bytes at `path` are read or written in the name of `file`: a case's are for its own record alone."""
	address = FOLDER + PurePosixPath(path).name
	if not (NAMED.match(PurePosixPath(path).name) or _kept(address)) or file.flags.kept_for_case:
		return
	stored = _stored(file)
	# Frappe's own zip of several files asks nobody on some versions, so the bytes themselves do.
	if not (stored and stored.file_url == address and readable(file)):
		refuse(NotYours, "There is no such file, or you have no access to it.")


def readable(file: Any) -> bool:
	"""Whether the session's user may read a case's file now; whoever attached it has no right of their own."""
	stored = _stored(file)
	if not stored or stored.attached_to_doctype not in permissions.CASE_DOCTYPES:
		return False
	return permissions.may(stored.attached_to_doctype, stored.attached_to_name, frappe.session.user)


def release(file: Any) -> None:
	"""Before a File is deleted: by those who work on the case, while it is open. Frappe notes it in the timeline.

	Anonymising deletes a case's files past this, row and bytes (services/anonymising_traces.py).
	"""
	case = case_of(file)
	if not case or frappe.flags.in_uninstall:
		return
	if frappe.db.exists("Escalation", case):
		require_changeable(case)


def fingerprint(url: str, content: bytes) -> str:
	"""A hash that two files never share, since no two have one address."""
	return hashlib.sha256(url.encode() + content).hexdigest()


def headers(response: Any, request: Any) -> None:
	"""After a request: a case's file is never guessed at by a browser, never kept by it, and shown only if harmless."""
	if response is None or response.status_code != 200:
		return
	name = _base(request.path if request.path.startswith(FOLDER) else request.args.get("file_url"))
	if not NAMED.match(name):
		return
	response.headers["X-Content-Type-Options"] = "nosniff"
	response.headers["Cache-Control"] = "private, no-store"
	if name.rpartition(".")[2].lower() not in SHOWN:
		response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
