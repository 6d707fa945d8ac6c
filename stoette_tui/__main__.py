"""`python -m stoette_tui` is the same as the command `stoette-tui`."""

import sys

from stoette_tui.cli import main

sys.exit(main())
