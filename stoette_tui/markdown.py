"""The Markdown that content is written in: text to blocks.

Paragraphs, lists, small tables, quotations, rules, and, for titles that somebody writes all the
same, headings without their sign. Anything else is text. A library for all of Markdown takes as
much memory as the rest of the program, and longer to load than a whole fact sheet takes to set.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 6
"""Lists and quotations in each other; what is deeper in is text."""

_ITEM = re.compile(r"( {0,3}(?:[-*+]|(\d{1,9})[.)]))(?:( {1,4})(?=\S)| *$)")
_QUOTE = re.compile(r" {0,3}> ?")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_HEADING = re.compile(r" {0,3}#{1,6} +")
_TABLE_RULE = re.compile(r" {0,3}\|?(?: *:?-+:? *\|)* *(?::?-+:? *)?$")
_CELL_END = re.compile(r"(?<!\\)\|")


class Paragraph(Struct, frozen=True):
    """Running text; a line break in it is meant."""

    text: str


class Items(Struct, frozen=True):
    """A list; an ordered one has a number to start from."""

    items: list[list[Block]]
    start: int | None


class Table(Struct, frozen=True):
    """Rows of as many cells each; the first row is the head."""

    rows: list[list[str]]


class Quotation(Struct, frozen=True):
    """What is set in from the left."""

    blocks: list[Block]


class Rule(Struct, frozen=True):
    """A line across."""


Block = Paragraph | Items | Table | Quotation | Rule


def parse(text: str, depth: int = 0) -> list[Block]:
    """The blocks of a text."""
    return list(_blocks(text.expandtabs(4).split("\n")[::-1], depth))


def _blocks(left: list[str], depth: int) -> Iterator[Block]:
    """Takes line by line from the end of `left`, where the first one is."""
    while left:
        line = left[-1]
        if not line.strip():
            left.pop()
        elif _RULE.match(line):
            left.pop()
            yield Rule()
        elif depth < DEEPEST and _QUOTE.match(line):
            quoted = _take(left, lambda line: bool(_QUOTE.match(line)))
            yield Quotation(parse("\n".join(_QUOTE.sub("", line, 1) for line in quoted), depth + 1))
        elif depth < DEEPEST and _ITEM.match(line):
            yield _items(left, depth)
        elif _begins_table(left):
            yield _table(_take(left, lambda line: "|" in line))
        else:
            yield _paragraph(left, depth)
