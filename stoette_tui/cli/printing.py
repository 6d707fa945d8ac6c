"""Printing for people, as wide and as colourful as the terminal is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from stoette_tui.base.sanitize import sanitize, sanitize_styled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

PLAIN_WIDTH = 80
"""Cells in a line where there is no terminal to ask."""


def open_where_closed() -> None:
    """Lets standard output and error that were closed lead nowhere, rather than be `None`."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def width() -> int:
    """The width to print at, in cells: the terminal's, or, where it has none, a fixed one."""
    columns = os.get_terminal_size(sys.stdout.fileno()).columns if _is_terminal() else 0
    return columns or PLAIN_WIDTH


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def print_text(text: str, *, file: TextIO | None = None, end: str = "\n") -> None:
    """Prints text in which nothing can steer the terminal, to standard output unless named."""
    print(sanitize(text), file=file, end=end)


def print_lines(lines: Iterable[Text]) -> None:
    """Prints lines: in the terminal's own colours, or without any where it is none.

    Nothing in their text can steer the terminal.
    """
    lines = [sanitize_styled(line) for line in lines]
    if not _is_terminal():
        for line in lines:
            print(line.plain.rstrip())
        return
    from rich.console import Console
    from rich.theme import Theme

    from stoette_tui.pages.layout import TERMINAL_STYLES

    styles = Theme(TERMINAL_STYLES)
    console = Console(theme=styles, width=width(), highlight=False, markup=False, emoji=False)
    for line in lines:
        console.print(line, soft_wrap=True)
