"""A plugin of pytest: process gwN of pytest-xdist tests on the N-th site of SE_LANES.

Set while plugins load, before a conftest or a test reads its environment.
"""

from __future__ import annotations

import json
import os

_WORKER = os.environ.get("PYTEST_XDIST_WORKER")
if _WORKER:
	os.environ.update(json.loads(os.environ["SE_LANES"])[int(_WORKER.removeprefix("gw"))])
