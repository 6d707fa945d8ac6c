"""Charts of answers: bars in four parts, the counts beside them, and how shares have moved.

The parts differ in pattern and in the mark of the answer; colour is an addition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import astuple
from rich.text import Text

from stoette_tui.base.encoding import draws_ascii
from stoette_tui.pages.layout import mark, packed
from stoette_tui.review.progress import Answer, Counts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from stoette_tui.content.ui_text import UiText


_PATTERNS, _ASCII_PATTERNS = "█▒─·", "#!-."
"""The patterns of the parts, in the order of `Answer`; a text console has them, too."""
ANSWERED = (Answer.IN_PLACE, Answer.MISSING, Answer.NOT_RELEVANT)
MAX_BAR, _MIN_BAR = 72, 8
"""Cells of the longest bar, and of the shortest one with text beside it."""
_BETWEEN = "  "
"""What separates counts."""
_STEPS = "▁▂▃▄▅▆▇█"


def allocate_cells(counts: Sequence[int], width: int) -> list[int]:
    """The cells of each part of a bar: `width` in all, by the counts, which are not all 0.

    Every non-empty part gets at least one cell if there are enough cells.
    """
    cells = [0] * len(counts)
    for _ in range(width):
        # The part furthest below its share; a part with no cells yet comes first.
        behind = [
            (count > 0 and not given, count / (2 * given + 1))
            for count, given in zip(counts, cells, strict=True)
        ]
        cells[behind.index(max(behind))] += 1
    return cells


def bar(counts: Counts, width: int) -> Text:
    """A bar of `width` cells in four parts; without items, all of it is unanswered."""
    amounts = astuple(counts)
    cells = allocate_cells(amounts if any(amounts) else (0, 0, 0, 1), width)
    parts = zip(Answer, _patterns(), cells, strict=True)
    return Text.assemble(*((pattern * cell, answer) for answer, pattern, cell in parts))


def _patterns() -> str:
    return _ASCII_PATTERNS if draws_ascii() else _PATTERNS


def tally(ui: UiText, counts: Counts, answers: Collection[Answer] = ANSWERED) -> Text:
    """The non-zero counts of these answers, in words, and how many items are unanswered."""
    parts = [
        Text.assemble(f"{amount} ", (getattr(ui.answers, answer), answer))
        for answer, amount in zip(Answer, astuple(counts), strict=True)
        if amount and answer in answers
    ]
    if counts.unanswered:
        parts.append(Text(ui.count(ui.progress.unanswered, counts.unanswered)))
    return Text(_BETWEEN).join(parts)


def tallies(all_counts: Iterable[Counts]) -> list[Text]:
    """The four counts of each with their marks, aligned in columns."""
    rows = [[str(amount) for amount in astuple(counts)] for counts in all_counts]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        Text(_BETWEEN).join(
            Text.assemble((mark(answer), answer), f" {amount:>{width}}")
            for answer, amount, width in zip(Answer, row, widths, strict=True)
        )
        for row in rows
    ]


def counted_bar(counts: Counts, tally: Text, width: int, *, column: int = 0) -> list[Text]:
    """A bar followed by its counts, which are right-aligned in a `column` of so many cells.

    They go below it if the bar would be too short.
    """
    column = max(column, tally.cell_len)
    length = min(width - column - 2, MAX_BAR)
    if length < _MIN_BAR:
        return [bar(counts, width), *packed(tally.split(_BETWEEN), width, _BETWEEN)]
    gap = " " * (2 + column - tally.cell_len)
    return [Text.assemble(bar(counts, length), gap, tally)]


def legend(ui: UiText, width: int) -> list[Text]:
    """The legend: the pattern and the mark of each answer."""
    entries = list[Text]()
    for answer, pattern in zip(Answer, _patterns(), strict=True):
        entries.append(Text.assemble((pattern, answer), f" {mark(answer)} "))
        entries[-1].append(getattr(ui.answers, answer), "muted")
    return packed(entries, width, "   ")


def sparkline(all_counts: Iterable[Counts]) -> str:
    """The shares in place as columns: flat only for none, and full only for all."""
    return "".join(_STEPS[_step(counts.in_place, counts.relevant)] for counts in all_counts)


def _step(part: int, whole: int) -> int:
    return 1 + (len(_STEPS) - 2) * part // whole if part else 0
