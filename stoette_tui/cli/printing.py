"""Output for people, in the terminal's width and colours, and questions to them."""

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
    """Replaces closed standard streams, which are `None`, with the null device."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def width() -> int:
    """The width of the terminal in cells; `PLAIN_WIDTH` if there is none or it reports no width."""
    columns = os.get_terminal_size(sys.stdout.fileno()).columns if _is_terminal() else 0
    return columns or PLAIN_WIDTH


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def print_text(text: str) -> None:
    print(sanitize(text))


def print_line(text: str, *, file: TextIO | None = None, end: str = "\n") -> None:
    """Prints sanitized text on one line, to standard output by default."""
    print(sanitize_line(text), file=file, end=end)


def print_json(value: Any) -> None:
    """Prints a value as JSON for other programs, in UTF-8 whatever the terminal's encoding.

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


def can_ask() -> bool:
    """Whether someone at a terminal can answer a question."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str, yes: str) -> bool:
    """Asks on one line; returns whether the answer is `yes`, ignoring case."""
    print_line(question, end=" ")
    sys.stdout.flush()
    reply = sys.stdin.buffer.readline().decode(errors="replace").strip()
    return reply.casefold() == yes.casefold()
