"""`python -m dev_host`: hand the command line to `cli.main`."""

import sys

from dev_host.cli import main

sys.exit(main(sys.argv[1:]))
