"""The Markdown that content is written in: text to blocks.

Paragraphs, lists, small tables, quotations, rules, and titles without their sign. Anything else is
text. A library for all of Markdown takes more memory than the rest of the program, and longer to
load than the whole fact sheet takes to set.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEEPEST = 6
"""Lists and quotations in each other; what is deeper in is text."""

_ITEM = re.compile(r" {0,3}(?:[-*+]|(\d{1,9})[.)])(?: {1,4}(?=\S)| *$)")
_QUOTE = re.compile(r" {0,3}> ?")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_TITLE = re.compile(r" {0,3}#{1,6} +")
_COLUMN = re.compile(r":?-+:?")
_CELL_END = re.compile(r"(?<!\\)\|")


class Paragraph(Struct, frozen=True):
    """Running text; a line break that is in it is meant."""

    text: str


class Items(Struct, frozen=True):
    """A list, each item with blocks of its own; an ordered one begins with a number."""

    items: list[list[Block]]
    start: int | None


class Table(Struct, frozen=True):
    """Rows with the same number of cells; the first row is the head."""

    rows: list[list[str]]


class Quotation(Struct, frozen=True):
    """Blocks that are set in from the left."""

    blocks: list[Block]


class Rule(Struct, frozen=True):
    """A line across."""


Block = Paragraph | Items | Table | Quotation | Rule


def parse(text: str, depth: int = 0) -> list[Block]:
    """The blocks of a text; `depth` is how many others it is in."""
    return list(_blocks(deque(text.split("\n")), depth))


def _blocks(left: deque[str], depth: int) -> Iterator[Block]:
    while left:
        line = left[0]
        if not line.strip():
            left.popleft()
        elif _RULE.match(line):
            left.popleft()
            yield Rule()
        elif _QUOTE.match(line) and depth < DEEPEST:
            quoted = [_QUOTE.sub("", line, count=1) for line in _take(left, _QUOTE.match)]
            yield Quotation(parse("\n".join(quoted), depth + 1))
        elif _ITEM.match(line) and depth < DEEPEST:
            yield _items(left, depth)
        elif _is_table(left):
            yield _table([_cells(line) for line in _take(left, _CELL_END.search)])
        elif title := _TITLE.match(line):
            yield Paragraph(left.popleft()[title.end() :].strip())
        else:
            yield _paragraph(left)


def _take(left: deque[str], wanted: Callable[[str], object]) -> list[str]:
    """Takes the lines up to the first that is not wanted."""
    taken = []
    while left and wanted(left[0]):
        taken.append(left.popleft())
    return taken


def _items(left: deque[str], depth: int) -> Items:
    """The items that follow each other, with or without empty lines between."""
    items: list[list[Block]] = []
    starts: list[str | None] = []
    while left and (item := _ITEM.match(left[0])) and not _RULE.match(left[0]):
        if starts and (item[1] is None) != (starts[0] is None):
            break
        starts.append(item[1])
        items.append(parse("\n".join(_item_lines(left, item.end())), depth + 1))
    return Items(items, None if starts[0] is None else int(starts[0]))


def _item_lines(left: deque[str], indent: int) -> list[str]:
    """What belongs to an item: what is set in as far as its text, and text that goes on."""
    lines = [left.popleft()[indent:]]
    while left:
        line = left[0]
        goes_on = lines[-1].strip() and not _interrupts(line) and not _ITEM.match(line)
        if line.strip() and not line.startswith(" " * indent) and not goes_on:
            break
        lines.append(left.popleft().removeprefix(" " * indent))
    return lines


def _paragraph(left: deque[str]) -> Paragraph:
    lines = [left.popleft()]
    while left and left[0].strip() and not _interrupts(left[0]) and not _is_table(left):
        lines.append(left.popleft())
    text = ""
    for line in lines:
        is_broken = line.endswith(("  ", "\\")) and line is not lines[-1]
        text += line.strip().removesuffix("\\" if is_broken else "")
        text += "\n" if is_broken else " "
    return Paragraph(text.strip())


def _interrupts(line: str) -> bool:
    """Whether a block begins here also right after text. Only a list from 1 on: years are none."""
    item = _ITEM.match(line)
    begins = item and item.end() < len(line) and item[1] in (None, "1")
    return bool(begins or _RULE.match(line) or _QUOTE.match(line) or _TITLE.match(line))


def _is_table(left: deque[str]) -> bool:
    """Whether the next line is a head, and the one after it the rule with as many columns."""
    if len(left) < 2 or "|" not in left[0] or "|" not in left[1]:
        return False
    columns = _cells(left[1])
    is_rule = bool(columns) and all(map(_COLUMN.fullmatch, columns))
    return is_rule and len(columns) == len(_cells(left[0]))


def _cells(line: str) -> list[str]:
    *cells, last = _CELL_END.split(line.strip().removeprefix("|"))
    return [cell.strip().replace("\\|", "|") for cell in (*cells, *([last] if last else []))]


def _table(lines: list[list[str]]) -> Table:
    """Rows that are too short get empty cells; in one that is too long, the last cell gets all."""
    head, _, *rows = lines
    last = len(head) - 1
    filled = [[*row, *[""] * (len(head) - len(row))] for row in rows]
    return Table([head, *([*row[:last], " ".join(row[last:])] for row in filled)])
