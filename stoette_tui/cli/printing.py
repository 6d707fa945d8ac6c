"""Printing for people: as the terminal, or what stands in its place, can show it."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

from stoette_tui.inert import inert, inert_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.text import Text

PLAIN_WIDTH = 80
"""Cells in a line where there is no terminal to ask."""

_SIMPLER = {
    **dict.fromkeys("─━═╌", "-"),
    **dict.fromkeys("│┃║▌▐▎▏▕", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛╸╺╴╶", "+"),
    "▓": "#",
    "█": "#",
    "░": ".",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "•": "*",
    "·": "-",
    "≈": "~",
    "–": "-",
    "—": "-",
    "…": "...",
    "»": '"',
    "«": '"',
    "“": '"',
    "”": '"',
    "’": "'",
    "æ": "ae",
    "ø": "oe",
    "å": "aa",
    "Æ": "Ae",
    "Ø": "Oe",
    "Å": "Aa",
    "é": "e",
}


def open_where_closed() -> None:
    """Lets standard output and error that were closed lead nowhere, rather than be `None`."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def simplify_what_cannot_be_encoded(*streams: TextIO) -> None:
    """Lets text streams write the nearest plain letters where their encoding lacks a character."""
    codecs.register_error("simplify", _simplify)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="simplify")


def _simplify(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_SIMPLER.get(character, "?") for character in lost), error.end


def is_ascii_only(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Whether marks and bars should keep to ASCII: the locale or the stream is not UTF-8.

    Python takes the C locale for UTF-8 and says so in LC_CTYPE; where LANG names C, it is C.
    """
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if environment.get("LANG") in ("C", "POSIX"):
        names.remove("LC_CTYPE")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    encoding = (stream.encoding or "").lower().replace("-", "")
    named_utf8 = not locale or "utf8" in locale.lower().replace("-", "")
    return encoding != "utf8" or not named_utf8


def width() -> int:
    """The width to print at, in cells: the terminal's, or, where it has none, a fixed one."""
    columns = os.get_terminal_size(sys.stdout.fileno()).columns if _is_terminal() else 0
    return columns or PLAIN_WIDTH


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def print_text(text: str, *, file: TextIO | None = None, end: str = "\n") -> None:
    """Prints text in which nothing can steer the terminal, to standard output unless named."""
    print(inert(text), file=file, end=end)


def print_lines(lines: Iterable[Text]) -> None:
    """Prints lines: in the terminal's own colours, or without any where it is none.

    Nothing in their text can steer the terminal.
    """
    lines = [inert_line(line) for line in lines]
    if not _is_terminal():
        for line in lines:
            print(line.plain.rstrip())
        return
    from rich.console import Console
    from rich.theme import Theme

    from stoette_tui.typeset import TERMINAL_STYLES

    styles = Theme(TERMINAL_STYLES)
    console = Console(theme=styles, width=width(), highlight=False, markup=False, emoji=False)
    for line in lines:
        console.print(line, soft_wrap=True)
