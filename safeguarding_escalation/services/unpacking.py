"""What a request sent as JSON, or as the thing itself."""

import json
from typing import Any


def unpacked(given: Any) -> Any:
	"""Lists and objects as they are, those in a JSON text read. None for a text that is no JSON, or is nested too deeply."""
	if not isinstance(given, str):
		return given
	try:
		return json.loads(given)
	except (ValueError, RecursionError):
		return None
