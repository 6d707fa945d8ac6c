"""How many lines a text takes in a column: as many at least as in the programs that set it.

They have other fonts at other places, so that what is told here is meant to be too much.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def count_lines(text: str, width: float) -> int:
    """The lines of the text in a column that is so many digits wide."""
    return 1 + sum(starts_line for _, starts_line in _laid_out(text, width))


def split_lines(text: str, width: float, most: int) -> list[str]:
    """The text in parts of at most so many lines; put together they are the text again."""
    parts, lines = [list[str]()], 1
    for piece, starts_line in _laid_out(text, width):
        lines += starts_line
        if lines <= most:
            parts[-1].append(piece)
            continue
        if piece == "\n":  # ends a part, as it would begin one with a blank line
            parts[-1].append(piece)
            parts.append([])
        else:
            parts.append([piece])
        lines = 1
    return ["".join(part) for part in parts]


def _laid_out(text: str, width: float) -> Iterator[tuple[str, bool]]:
    """The text in pieces that are not broken, each with whether it begins a line."""
    room = width
    for word in re.findall(r"\n|[^\S\n]+|\S+", text):
        for piece in _pieces(word, width):
            needs = _digits(piece)
            starts_line = piece == "\n" or needs > room
            room = (width if starts_line else room) - needs
            yield piece, starts_line


def _pieces(word: str, width: float) -> Sequence[str]:
    """The word, or where it is longer than a line, pieces of it that are not."""
    if _digits(word) <= width:
        return [word]
    return re.findall(rf"(?s).{{1,{max(1, int(width / _WIDEST))}}}", word)


_WIDEST = 2.5
"""The digits that an emoji is wide."""
_WIDTHS = {
    **dict.fromkeys("fijlrtI .,:;!|'()[]-", 0.7),
    **dict.fromkeys("mwæœ", 1.6),
    **dict.fromkeys("MWÆŒ@%—…", 1.8),
}
"""In sans-serif type; other small letters are as wide as a digit at most."""


def _digits(text: str) -> float:
    return sum(_WIDTHS.get(char) or _digits_of(char) for char in text)


def _digits_of(char: str) -> float:
    if east_asian_width(char) in "WF" or char > "\uffff":
        return _WIDEST
    return 1.4 if char.isupper() else char != "\n"
