"""How words are found: in their Danish and ASCII spellings, and in their other forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SPELLINGS = {
    "ae": "(?:ae|æ)",
    "o": "(?:oe|ø|ö|o)",
    "a": "(?:aa|å|a)",
    "e": "[eéè]",
}
_TO_PLAIN = (
    *(("æ", "ae"), ("ø", "o"), ("ö", "o"), ("oe", "o"), ("å", "a"), ("aa", "a")),
    *(("é", "e"), ("è", "e")),
)


def plain(word: str) -> str:
    """The word in small letters, with one spelling for all that are found by each other."""
    word = word.casefold()
    for letters, other in _TO_PLAIN:
        word = word.replace(letters, other)
    return word


def spellings(word: str) -> str:
    """The regular expression of the word in all its spellings."""
    return "".join(
        _SPELLINGS.get(part, re.escape(part)) for part in re.findall("ae|.", plain(word))
    )


def ignoring_case(expression: str) -> re.Pattern[str]:
    """The pattern of a regular expression made of `spellings`."""
    return re.compile(expression, re.IGNORECASE)


def words(text: str) -> set[str]:
    """The words of a text, in small letters."""
    return set(re.findall(r"\w+", text.casefold()))


def stemming(algorithm: str | None) -> Callable[[str], str]:
    """What brings a word and its other forms to one stem, by an algorithm of Snowball.

    Without an algorithm it only brings the spellings together. Snowball is asked again until it
    takes nothing off any more: once, it makes *arbejdsplads* of *arbejdspladsen*, and *arbejdsplad*
    of that.
    """
    if algorithm is None:
        return plain
    from snowballstemmer import stemmer

    shorten: Callable[[str], str] = stemmer(algorithm).stemWord

    def stem(word: str) -> str:
        stem = plain(word)
        while len(shorter := shorten(stem)) < len(stem):
            stem = shorter
        return stem

    return stem
