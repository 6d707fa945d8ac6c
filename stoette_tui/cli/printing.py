"""Output for people, in the width and the colours of the terminal; and a question to them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

from stoette_tui.base.sanitize import sanitize, sanitize_line, sanitize_styled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

PLAIN_WIDTH = 80
"""Cells in a line without a terminal."""


def reopen_closed_streams() -> None:
    """Replaces standard output and error that are closed, and so `None`, by the null device."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def width() -> int:
    """The width of the terminal in cells; without one, or without a width, `PLAIN_WIDTH`."""
    columns = os.get_terminal_size(sys.stdout.fileno()).columns if _is_terminal() else 0
    return columns or PLAIN_WIDTH


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def print_text(text: str) -> None:
    """Prints sanitized text."""
    print(sanitize(text))


def print_line(text: str, *, file: TextIO | None = None, end: str = "\n") -> None:
    """Prints sanitized text on one line, by default of standard output."""
    print(sanitize_line(text), file=file, end=end)


def print_json(value: Any) -> None:
    """Prints a value as JSON, in UTF-8 whatever the encoding of the terminal, as programs read it.

    Control characters are escaped.
    """
    from stoette_tui.report.transfer import format_json

    sys.stdout.buffer.write(f"{format_json(value)}\n".encode())


def print_lines(lines: Iterable[Text]) -> None:
    """Prints sanitized lines, in the terminal's own colours if there is one."""
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


def are_terminals(*streams: TextIO | None) -> bool:
    """Whether each of these is there, and a terminal."""
    return all(stream and stream.isatty() for stream in streams)


def can_ask() -> bool:
    """Whether somebody sits at a terminal who can answer."""
    return are_terminals(sys.stdin, sys.stdout)


def ask(question: str, yes: str) -> bool:
    """Asks on one line; whether the answer is that word, in any case."""
    print_line(question, end=" ")
    sys.stdout.flush()
    reply = sys.stdin.buffer.readline().decode(errors="replace").strip()
    return reply.casefold() == yes.casefold()
