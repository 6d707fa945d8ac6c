"""How many lines a text takes in a column: at least as many as in the program that displays it.

Fonts differ from one system to another, so the estimate is deliberately high.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def count_lines(text: str, width: float) -> int:
    """The number of lines of the text in a column `width` digits wide."""
    return 1 + sum(starts_line for _, starts_line in _laid_out(text, width))


def split_lines(text: str, width: float, most: int) -> list[str]:
    """The text in parts of at most `most` lines; concatenated, they are the text again."""
    parts, lines = [list[str]()], 1
    for piece, starts_line in _laid_out(text, width):
        lines += starts_line
        if lines <= most:
            parts[-1].append(piece)
            continue
        if piece == "\n":  # a part may end with it; beginning with it would add a blank line
            parts[-1].append(piece)
            parts.append([])
        else:
            parts.append([piece])
        lines = 1
    return ["".join(part) for part in parts]


def _laid_out(text: str, width: float) -> Iterator[tuple[str, bool]]:
    """The text in unbreakable pieces, each with whether it begins a line."""
    room = width
    for word in re.findall(r"\n|[^\S\n]+|\S+", text):
        for piece in _pieces(word, width):
            needs = _digits(piece)
            starts_line = piece == "\n" or needs > room
            room = (width if starts_line else room) - needs
            yield piece, starts_line


def _pieces(word: str, width: float) -> Sequence[str]:
    """The word, or line-length pieces of it if it is longer than a line."""
    if _digits(word) <= width:
        return [word]
    return re.findall(rf"(?s).{{1,{max(1, int(width / _WIDEST))}}}", word)


_WIDEST = 2.5
"""The width of an emoji in digits."""
_WIDTHS = {
    **dict.fromkeys("fijlrtI .,:;!|'()[]-", 0.7),
    **dict.fromkeys("mwæœ", 1.6),
    **dict.fromkeys("MWÆŒ@%—…", 1.8),
}
"""Widths in digits, in a sans-serif font; other lower-case letters are at most one digit wide."""


def _digits(text: str) -> float:
    return sum(_WIDTHS.get(char) or _digits_of(char) for char in text)


def _digits_of(char: str) -> float:
    if east_asian_width(char) in "WF" or char > "\uffff":
        return _WIDEST
    return 1.4 if char.isupper() else char != "\n"
