"""The command `stoette-tui`, also as `python -m stoette_tui`."""

import contextlib
import gc
import os
import sys

from stoette_tui import __version__


def main() -> int:
    """Runs the command line; the version alone is printed before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        with contextlib.suppress(OSError):  # the command line hits it too, and reports it
            os.write(1, f"{__version__}\n".encode())
            return 0
    # Objects made during startup stay alive; collecting garbage among them takes 6 to 9 % of the
    # processor time to the first screen. The app enables collection once that has been drawn.
    gc.disable()
    from stoette_tui import cli

    status = cli.main(sys.argv[1:])
    gc.freeze()  # or Python collects at exit, which takes 9 % of the processor time of `status`
    return status


if __name__ == "__main__":
    sys.exit(main())
