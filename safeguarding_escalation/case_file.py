"""Frappe's File, asking `services.files` before it writes, reads, changes or deletes what belongs to a case.

Hooks on File run after its own code, which has then written the bytes. Another app may put its own class in this
one's place; `require_kept`, a hook on File, then refuses every file of a case.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.core.doctype.file.file import File

from safeguarding_escalation.services import files
from safeguarding_escalation.services.errors import BadInput, refuse


class CaseFile(File):
	"""A File of any kind; differs from Frappe's where it belongs to a case."""

	def before_insert(self) -> None:
		"""Make it private and neutral before its bytes are written."""
		files.keep(self)
		super().before_insert()
		files.settle(self)

	def after_insert(self) -> None:
		"""From now on it is a file like those that were there before."""
		self.flags.kept_for_case = None
		super().after_insert()

	def validate(self) -> None:
		"""A case's file stays where it is, and private, before Frappe moves anything."""
		files.check(self)
		super().validate()

	def on_trash(self) -> None:
		"""Who may delete it, and when."""
		files.release(self)
		super().on_trash()

	def get_full_path(self) -> str:
		"""Where the bytes are; refused for a record that is not theirs."""
		path = super().get_full_path()
		files.refuse_foreign_bytes(self, path)
		return path

	def save_file(self, *args: Any, **given: Any) -> Any:
		"""Write the bytes: a case's never share another's, and are never written twice."""
		if files.is_of_case(self):
			if not self.flags.kept_for_case:
				refuse(
					BadInput, "Files of a case are kept as they were given. Attach the changed one as well."
				)
			given["ignore_existing_file_check"] = True
		return super().save_file(*args, **given)

	def is_downloadable(self) -> bool:
		"""Whether the user may read it now."""
		return files.readable(self) if files.is_of_case(self) else super().is_downloadable()

	def make_thumbnail(self, *args: Any, **given: Any) -> str | None:
		"""None for a case's file: Frappe writes thumbnails to the public folder."""
		return None if files.is_of_case(self) else super().make_thumbnail(*args, **given)

	def unzip(self) -> list[File]:
		"""Unpack an archive; a case's file stays whole."""
		if files.is_of_case(self):
			refuse(BadInput, "Unpack it on your own computer, and attach the files that belong to the case.")
		return super().unzip()


def require_kept(file: Any, method: str | None = None) -> None:
	"""File, validate: refuse a case's file that did not pass through `CaseFile`, whichever class has its place."""
	if files.is_of_case(file) and not isinstance(file, CaseFile):
		frappe.throw(
			"Another app keeps the files of this site, so a case's would not be safe. Tell your administrator.",
			frappe.PermissionError,
		)
