"""The bench itself: our program and others, run in turns in the same environment."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from stoette_tui.content.loader import bundled_folder, load

from .material import big_content, big_store
from .program import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stoette_tui.content.model import Content

EMPTY_APP = (sys.executable, str(Path(__file__).with_name("empty_app.py")))
EMPTY_TEXT = "Text 1"


class Result(NamedTuple):
    """A row of the table: what was measured, the figure, and its limit, if any."""

    what: str
    figure: float
    unit: str
    limit: float | None
    detail: str

    @property
    def holds(self) -> bool:
        """Whether the figure, as printed, is within the limit."""
        return self.limit is None or round(self.figure, 2) <= self.limit


def ratio(
    what: str, pair: Sequence[Sequence[float]], limit: float | None, unit: str = "ms"
) -> Result:
    """A row for the medians of two series, which are in seconds unless another unit is given."""
    factor = 1000 if unit == "ms" else 1
    a, b = (median(series) * factor for series in pair)
    return Result(what, a / b, "×", limit, f"{a:.1f} {unit} against {b:.1f} {unit}")


class Lab:
    """`command` is the program measured, `runs` how often each thing is measured."""

    def __init__(self, folder: Path, command: Sequence[str], runs: int) -> None:
        self.folder = folder
        self.command = tuple(command)
        self.runs = runs
        removed = ("STOETTE_TUI_", "TEXTUAL", "XDG_", "LC_", "PYTHON", "COLUMNS", "LINES")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(removed)}
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self.environment = {**kept, **terminal, "HOME": str(folder), "BROWSER": "true"}
        self._folders = 0

    @cached_property
    def content(self) -> Content:
        """The content we ship."""
        return load(bundled_folder() / "da")

    @property
    def heading(self) -> str:
        """The first heading of the fact sheet."""
        return self.content.fact_sheet.sections[0].title

    @cached_property
    def big_content(self) -> Path:
        """A folder with a lot of content."""
        return big_content(self.folder / "big-content")

    @cached_property
    def big_store(self) -> Path:
        """A data folder with a lot of changes."""
        return big_store(self.folder / "big-store")

    def new_data(self) -> Path:
        """A data folder that does not exist yet."""
        self._folders += 1
        return self.folder / f"data-{self._folders}"

    def ours(self, *, content: Path | None = None, data: Path | None = None) -> tuple[str, ...]:
        """The command that opens our app, with a new data folder unless one is given.

        They go into the environment, as an app opened without arguments parses no command line.
        """
        settings = [f"STOETTE_TUI_DATA_DIR={data or self.new_data()}"]
        if content:
            settings.append(f"STOETTE_TUI_CONTENT={content}")
        return ("env", *settings, *self.command)

    def open(self, command: Sequence[str]) -> Program:
        """Starts a program in a terminal."""
        return Program(command, self.environment)

    def first_screen(self, command: Sequence[str], text: str) -> tuple[float, float]:
        """Seconds from the start until the text appears, and MiB in use once the app is idle."""
        with self.open(command) as program:
            seconds = program.wait_for(text) - program.started
            program.rest()
            return seconds, program.resident

    def whole_process(self, *command: str) -> float:
        """Seconds from the start of a command to its exit."""
        started = time.perf_counter()
        subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return time.perf_counter() - started

    def in_turns(self, *experiments: Callable[[], float]) -> list[list[float]]:
        """Runs each once to warm up, and then all of them in turns; returns the figures of each."""
        for experiment in experiments:
            experiment()
        rounds = [[experiment() for experiment in experiments] for _ in range(self.runs)]
        return [list(series) for series in zip(*rounds, strict=True)]
