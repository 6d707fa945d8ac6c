"""Matching of words in all their spellings and in their other forms."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


class Spelling:
    """The alternative spellings of a language's letters, as given in its `ui.yaml`.

    A letter with a diacritic always matches the plain letter, as Unicode decomposes it (NFKD).
    """

    def __init__(self, letters: Mapping[str, Sequence[str]], texts: Iterable[str]) -> None:
        """`letters` are those of the language with their alternative spellings.

        Only letters that occur in the texts can be found.
        """
        self._spellings = {
            letter.casefold(): [each.casefold() for each in others]
            for letter, others in letters.items()
        }
        found: dict[str, set[str]] = defaultdict(set)
        for letter in {letter for text in texts for letter in text.casefold()}:
            found[_base(letter)].add(letter)
        for letter, others in self._spellings.items():
            found[letter].add(letter)
            for other in others:
                found[other] |= {letter, other}
                found[letter].add(other)
        self._found = {
            written: f"(?:{'|'.join(map(re.escape, sorted({written} | others, key=len)[::-1]))})"
            for written, others in found.items()
        }
        longest_first = sorted(self._found, key=len, reverse=True)
        self._parts = re.compile("|".join((*map(re.escape, longest_first), ".")), re.DOTALL)

    def expression(self, word: str) -> str:
        """A regular expression for the word in all its spellings."""
        parts = self._parts.findall(unicodedata.normalize("NFC", word).casefold())
        return "".join(self._part(part) for part in parts)

    def _part(self, part: str) -> str:
        return self._found.get(part) or self._found.get(_base(part)) or re.escape(part)

    def key(self, word: str) -> str:
        """The word in lower case, the same for all spellings of a single letter."""
        word = unicodedata.normalize("NFC", word).casefold()
        for letter, others in self._spellings.items():
            word = word.replace(letter, min(others, key=len))
        return _base(word)

    def keys(self, word: str) -> dict[str, frozenset[str]]:
        """The keys of what a query may mean, each with letters of which a match must have one.

        *stoette* may be *støtte*, which has the key of *stotte*; but *does* is not *dos*.
        """
        meant, letters = word.casefold(), set()
        for letter, others in self._spellings.items():
            for other in others:
                if len(other) > 1 and other in meant:
                    meant = meant.replace(other, letter)
                    letters.add(letter)
        return {self.key(word): frozenset(), self.key(meant): frozenset(letters)}


def _base(letters: str) -> str:
    """The letters without diacritics."""
    apart = unicodedata.normalize("NFKD", letters)
    return "".join(each for each in apart if not unicodedata.combining(each)) or letters


def ignoring_case(expression: str) -> re.Pattern[str]:
    """A compiled pattern for a regular expression from `Spelling.expression`."""
    return re.compile(expression, re.IGNORECASE)


def words(text: str) -> set[str]:
    """The words of a text, in lower case."""
    return set(re.findall(r"\w+", text.casefold()))


def stemming(algorithm: str | None) -> Callable[[str], str]:
    """A function that maps a word and its other forms to one stem, using a Snowball algorithm.

    Without an algorithm each word is its own stem. Snowball runs until the stem no longer changes:
    one pass turns *arbejdspladsen* into *arbejdsplads*, and another that into *arbejdsplad*.
    """
    if algorithm is None:
        return str
    from snowballstemmer import stemmer

    shorten: Callable[[str], str] = stemmer(algorithm).stemWord

    def stem(word: str) -> str:
        while len(shorter := shorten(word)) < len(word):
            word = shorter
        return word

    return stem
