"""Lets the tests of this folder import the helpers beside them and the scripts they test.

pytest runs with `--import-mode=importlib`, which leaves sys.path alone.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]
