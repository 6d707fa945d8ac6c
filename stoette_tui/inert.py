"""Text from files and people is data: nothing in it may steer a terminal."""

from __future__ import annotations

import re

_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, overrides, isolates
    "\u2028\u2029\ufeff\ud800-\udfff]"  # line separators, byte order mark, lone surrogates
)
_TAB_AND_NEWLINE = re.compile(r"[\t\r\n]+")


def inert(text: str) -> str:
    """The text with every character that could steer a terminal shown as `�`."""
    return _STEERING.sub("\ufffd", text.replace("\r\n", "\n")).expandtabs(4)


def one_line(text: str) -> str:
    """The inert text on one line: tabs and line breaks become single spaces."""
    return inert(_TAB_AND_NEWLINE.sub(" ", text)).strip()
