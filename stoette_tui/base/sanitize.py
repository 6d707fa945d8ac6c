"""Removal of control characters: text from files and people must not control a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 except tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, overrides, isolates
    "\u2028\u2029\ufeff\ud800-\udfff"  # line separators, byte order mark, lone surrogates
    "\ufffe\uffff]"  # not allowed in XML
)
_SPACES = {ord("\t"): " ", ord("\n"): " "}
_TABS_AND_BREAKS = re.compile(r"[\t\r\n]+")


def sanitize(text: str) -> str:
    """The text with control characters replaced by `�`, tabs expanded and line breaks kept."""
    return _CONTROL.sub(_REPLACEMENT, text.replace("\r\n", "\n")).expandtabs(4)


def sanitize_line(text: str) -> str:
    """The text on a single line: tabs and line breaks become spaces, and both ends are stripped."""
    return sanitize(_TABS_AND_BREAKS.sub(" ", text)).strip()


def sanitize_cells(text: str) -> str:
    """The text on a single line with the same number of characters, so that offsets stay valid."""
    return text if text.isprintable() else _CONTROL.sub(_REPLACEMENT, text).translate(_SPACES)


def sanitize_styled(line: Text) -> Text:
    """The styled line with `sanitize_cells` applied to its text."""
    if line.plain.isprintable():
        return line
    from rich.text import Text

    return Text(sanitize_cells(line.plain), line.style, spans=list(line.spans))


def collapse_spaces(text: str) -> str:
    """The text with each run of whitespace collapsed to one space, and both ends stripped."""
    return " ".join(text.split())


def capitalize(text: str) -> str:
    """The text with its first letter capitalized and the rest unchanged."""
    return text[:1].upper() + text[1:]
