"""Standard output and input as lines of plain text."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
import unicodedata
from typing import Final

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.sanitize import sanitize, sanitize_line

MAX_LINE_LENGTH: Final = 80
"""Characters in a line, even if there is room for more."""
_MIN_LINE_LENGTH: Final = 20
_MAX_INPUT_LENGTH: Final = 2**20
"""Bytes of a line; a longer one is read as several."""
_PAUSES: Final = re.compile(r"\s+[–—·]\s+")
_CUT_SHORT: Final = re.compile(r"\s*…(?=[«”’](?![.,;:?]))")
_CUT_AT_END: Final = re.compile(r"\s*…(?=[«”’][.,;:?])")
_SILENT: Final = re.compile(r"[»«“”„‘…→•]|’(?!\w)|^–$")
"""Characters that are read aloud as noise, or not at all."""
_UNBROKEN_SPACE: Final = "\N{NO-BREAK SPACE}"
_CONTROL_SEQUENCE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)?")
"""What a terminal sends for an arrow or another key, and `read` leaves in the line."""


class TalkEnd(Exception):  # noqa: N818 (no error)
    """The reader stops the dialogue, or the input ends."""


def speakable(text: str) -> str:
    """The text with commas for dashes and dots, and without quotation marks and arrows."""
    text = _CUT_SHORT.sub(",", _CUT_AT_END.sub("", _PAUSES.sub(", ", text)))
    return re.sub(" +", " ", _SILENT.sub("", text)).strip()


def unbroken(text: str) -> str:
    """The text with spaces that do not break, so that it stays on one line."""
    return text.replace(" ", _UNBROKEN_SPACE)


def say(*texts: str) -> None:
    """Says each text, and flushes the output."""
    for text in texts:
        for line in sanitize(text).splitlines():
            _write(transliterate(speakable(sanitize_line(line))))


def say_name(name: object) -> None:
    """Says a file name or an address verbatim, on lines of its own."""
    _write(sanitize_line(str(name)))


def _write(text: str) -> None:
    columns = shutil.get_terminal_size((MAX_LINE_LENGTH, 1)).columns
    width = max(min(columns, MAX_LINE_LENGTH), _MIN_LINE_LENGTH)
    for line in textwrap.wrap(text, width, break_on_hyphens=False):
        print(line.replace(_UNBROKEN_SPACE, " "))
    sys.stdout.flush()


def hear() -> str:
    """The next line, without control characters. Raises `TalkEnd` at the end of the input."""
    if sys.stdin is None or not (line := sys.stdin.buffer.readline(_MAX_INPUT_LENGTH)):
        raise TalkEnd
    text = _CONTROL_SEQUENCE.sub("", line.decode(sys.stdin.encoding, "replace"))
    text = text.replace("\t", " ")
    return "".join(each for each in text if unicodedata.category(each) != "Cc").strip()
