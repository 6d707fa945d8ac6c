"""Runs what was asked for, prints the figures, and ends with status 0 when nothing was amiss."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one of the two."""
    parser = argparse.ArgumentParser("python -m tests.endurance", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="another one takes other chances")
    runs = parser.add_subparsers(required=True, dest="run")
    kill = runs.add_parser("kill", help="answers in a terminal, and kill -9")
    kill.add_argument("--times", type=int, default=300, help="kills (%(default)s)")
    fuzz = runs.add_parser("fuzz", help="hostile content, imports, dates and names")
    fuzz.add_argument("--inputs", type=int, default=10_000, help="inputs (%(default)s)")
    fuzz.add_argument("--quick", action="store_true", help="without those that take seconds each")
    given = parser.parse_args(arguments)

    sys.path.insert(0, str(Path(__file__).parent.parent))  # where the suite has its modules from
    with tempfile.TemporaryDirectory(prefix="stoette-endurance-") as folder:
        if given.run == "kill":
            from .kill import run as run_kill

            return run_kill(Path(folder), given.times, given.seed)
        from .fuzz import HUGE, SLOW
        from .fuzz import run as run_fuzz

        huge = [name for name in HUGE if not given.quick or name not in SLOW]
        return run_fuzz(Path(folder), given.inputs, given.seed, huge)


if __name__ == "__main__":
    sys.exit(main())
