"""Measures, prints the table, and exits with 0 if every figure is within its limit, else with 1."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .lab import Lab
from .program import NotSeenError
from .rows import ROWS, peer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .lab import Result

_WIDTH = 46


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the rows asked for; returns the exit status."""
    installed = Path(sys.executable).with_name("stoette-tui")
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=7, help="how often each thing is measured (%(default)s)"
    )
    parser.add_argument(
        "--only", action="append", choices=ROWS, metavar="ROWS", help=f"one of {', '.join(ROWS)}"
    )
    parser.add_argument(
        "--peer",
        action="append",
        nargs=2,
        default=[],
        metavar=("COMMAND", "TEXT"),
        help="another program to measure, and the text its first screen is recognised by",
    )
    parser.add_argument(
        "--command", default=str(installed), help="the program measured (%(default)s)"
    )
    options = parser.parse_args(arguments)

    holds = True
    with tempfile.TemporaryDirectory(prefix="stoette-bench-") as folder:
        lab = Lab(Path(folder), shlex.split(options.command), max(options.runs, 2))
        measurements = [ROWS[name] for name in options.only or ROWS]
        measurements += [
            partial(peer, command=shlex.split(c), text=text) for c, text in options.peer
        ]
        print(f"{'':{_WIDTH}} {'measured':>9} {'limit':>7}")
        for measure in measurements:
            try:
                for result in measure(lab):
                    print(_line(result), flush=True)
                    holds = holds and result.holds
            except NotSeenError as error:
                print(error, file=sys.stderr)
                holds = False
    return 0 if holds else 1


def _line(result: Result) -> str:
    figure = f"{result.figure:.2f} {result.unit}"
    limit = "–" if result.limit is None else f"{result.limit:g} {result.unit}"
    sign = " " if result.holds else "!"
    return f"{result.what:{_WIDTH}} {figure:>9} {limit:>7} {sign} {result.detail}"


if __name__ == "__main__":
    sys.exit(main())
