"""Safeguarding Settings: what this installation is, and its local choices."""

from __future__ import annotations

import re

import frappe
from frappe import _
from frappe.model.document import Document

from safeguarding_escalation.engine.retention import DEFAULT_YEARS
from safeguarding_escalation.services import quiet_hours, retention

_PREFIX = re.compile(r"[A-Z0-9]{2,10}")


class SafeguardingSettings(Document):
	"""One document. Nothing here changes what a board's policy says."""

	def validate(self) -> None:
		"""Check what other parts rely on."""
		self.reference_prefix = (self.reference_prefix or "SE").strip().upper()
		if not _PREFIX.fullmatch(self.reference_prefix):
			frappe.throw(_("The prefix of references is two to ten letters or digits, for example SE."))
		self.validate_host()
		quiet_hours.check(self)
		self.retention_years = self.retention_years or DEFAULT_YEARS
		retention.check_years(self, required=True)
		if self.local_targets and not 1 <= int(self.local_target_days or 0) <= 60:
			frappe.throw(
				_("Working days without activity: give a number from 1 to 60, or switch the nudge off.")
			)

	def validate_host(self) -> None:
		"""One organisation's installation is somebody's; a board's is nobody's own. Unknown only while it installs."""
		if self.installation == "Board hosted":
			self.host_agency = None
		elif not self.host_agency and not self.flags.ignore_mandatory:
			frappe.throw(
				_("Which organisation is this? Choose the host agency, or say that a board hosts this site."),
				frappe.MandatoryError,
				title=_("Host agency is missing"),
			)
