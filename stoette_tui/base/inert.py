"""Text from files and people is data: nothing in it may steer a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, overrides, isolates
    "\u2028\u2029\ufeff\ud800-\udfff]"  # line separators, byte order mark, lone surrogates
)
_BLANKS = {ord("\t"): " ", ord("\n"): " "}
_TAB_AND_NEWLINE = re.compile(r"[\t\r\n]+")


def inert(text: str) -> str:
    """The text with every character that could steer a terminal shown as `�`."""
    return _STEERING.sub("\ufffd", text.replace("\r\n", "\n")).expandtabs(4)


def inert_cells(text: str) -> str:
    """The text with a `�` or a space for each character that is no cell of one line."""
    return text if text.isprintable() else _STEERING.sub("\ufffd", text).translate(_BLANKS)


def inert_line(line: Text) -> Text:
    """The line with the same styles, and no character in it that could steer a terminal."""
    if line.plain.isprintable():
        return line
    from rich.text import Text

    return Text(inert_cells(line.plain), line.style, spans=list(line.spans))


def one_line(text: str) -> str:
    """The inert text on one line: tabs and line breaks become single spaces."""
    return inert(_TAB_AND_NEWLINE.sub(" ", text)).strip()
