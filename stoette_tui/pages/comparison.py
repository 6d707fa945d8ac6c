"""Layout of the rounds in chronological order, and of the changes between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from stoette_tui.base.encoding import draws_ascii
from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content.phrases import answer_in_words, shift_name, short_share
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.layout import append_right, fold_sign, linked, mark, paragraph, styled
from stoette_tui.pages.pictures import counted_bar, legend, sparkline, tallies
from stoette_tui.review.compare import (
    UNCHANGED,
    Pair,
    Shift,
    movement,
    newest_with,
    reportable_kinds,
    shifts,
    trend,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stoette_tui.content.model import Checklist, Item
    from stoette_tui.review.progress import Answer, Counts, RoundSummary

MAX_ROUNDS = 6
"""The number of rounds drawn at once."""
_MIN_BESIDE = 14
"""Cells that a name must leave for a bar and the gap after it."""

FOLD = "unchanged:"
"""The target of the line that shows or hides what has not changed."""


class Comparison(Struct, frozen=True):
    """The input to the layout: all rounds, oldest first.

    Without a `pair`, there is nothing to compare.
    """

    checklist: Checklist
    ui: UiText
    rounds: Sequence[RoundSummary]
    pair: Pair | None
    is_unfolded: bool = False

    def lines(self, width: int) -> list[Text]:
        """The page: a bar for each round, how each group moved, and what has changed."""
        lines = [*self._bars(width), *legend(self.ui, width), Text()]
        lines += [*self._groups(width), Text()]
        if self.pair is None:
            return lines + paragraph(self.ui.rounds.none_to_compare, width)
        names = (sanitize_line(each.round.name) for each in self._compared)
        lines += paragraph(Text(" → ".join(names), "title"), width)
        return [*lines, Text(), *self._changes(width)]

    @property
    def is_foldable(self) -> bool:
        """Whether there are unchanged items, which are folded into a number."""
        return any(self._shifts[kind] for kind in UNCHANGED)

    @property
    def _shifts(self) -> dict[Shift, list[str]]:
        before, after = self._compared
        return shifts(self.checklist.by_id, before.answer, after.answer)

    @property
    def _compared(self) -> list[RoundSummary]:
        return [self.rounds[at] for at in self._places]

    @property
    def _places(self) -> tuple[int, ...]:
        return (self.pair.older, self.pair.newer) if self.pair else ()

    def _shown(self, most: int = MAX_ROUNDS) -> list[int]:
        """The positions of the rounds that are drawn."""
        return newest_with(len(self.rounds), self._places, most)

    def _bars(self, width: int) -> Iterator[Text]:
        """One row for each round, or two if there is no room; a click selects the round."""
        shown = self._shown()
        if hidden := len(self.rounds) - len(shown):
            words = fill(self.ui.compare.not_shown, count=hidden)
            yield from styled(paragraph(words, width, "  "), "muted")
        all_counts = trend([self.rounds[at] for at in shown], self.checklist.item_ids)
        counted = tallies(all_counts)
        names = [Text(sanitize_line(self.rounds[at].round.name)) for at in shown]
        column = max(name.cell_len for name in names) + 2
        room = width - cell_len(self._gutter(0)) - column
        is_beside = room - counted[0].cell_len >= _MIN_BESIDE
        for at, name, counts, tally in zip(shown, names, all_counts, counted, strict=True):
            if at in self._places:
                name.stylize("strong")
            gutter = self._gutter(at)
            drawn = counted_bar(counts, tally, room if is_beside else width - 2)
            if is_beside:
                name.append(" " * (column - name.cell_len))
                lines = [Text.assemble(gutter, name, drawn[0])]
            else:
                lines = [*paragraph(name, width, gutter), *(Text("  ") + each for each in drawn)]
            yield from (linked(line, f"round:{at}") for line in lines)

    def _gutter(self, at: int) -> str:
        """Which of the two rounds compared it is, with the arrows that move it."""
        if not self.pair:
            return "  "
        words, pair = (self.ui.compare.since, self.ui.compare.until), self.pair
        shown = dict(zip(self._places, words, strict=True)).get(at, "")
        column = max(map(cell_len, words)) + 1
        if pair.number == 2:
            return shown + " " * (column - cell_len(shown))
        is_moving = at == self._places[pair.moves_newer]
        left, right = (is_moving and pair.moved(step) != pair for step in (-1, 1))
        shown = f"{'←' if left else ' '} {shown} {'→' if right else ' '}"
        return shown + " " * (column + 4 - cell_len(shown))

    def _groups(self, width: int) -> Iterator[Text]:
        """Each group with its shares in chronological order, and how it moved."""
        titles = [Text(group.title) for group in self.checklist.groups]
        trends = (trend(self.rounds, group.item_ids) for group in self.checklist.groups)
        states = [self._movement(each, width) for each in trends]
        room = width - max(each.cell_len for each in titles) - 2
        is_beside = all(state.cell_len <= room for state in states)
        for title, state in zip(titles, states, strict=True):
            if is_beside:
                gap = width - title.cell_len - state.cell_len
                yield title.append(" " * gap).append_text(state)
            else:
                yield from [*paragraph(title, width), *paragraph(state, width, "  ")]

    def _movement(self, all_counts: Sequence[Counts], width: int) -> Text:
        """The shares of one group, as figures and columns, as many as fit."""
        shares = [short_share(counts, self.ui) for counts in all_counts]
        column = max(map(len, shares))
        shown = self._shown(min(MAX_ROUNDS, max((width - 14) // (column + 4), len(self._places))))
        state = Text(" → ".join(shares[at].rjust(column) for at in shown))
        if not draws_ascii() and len(shown) > 1:
            state.append("  " + sparkline(all_counts[at] for at in shown), "in_place")
        if self.pair:
            moved = movement(all_counts[self.pair.older], all_counts[self.pair.newer])
            style = "muted" if not moved else "in_place" if moved > 0 else "missing"
            shown_move = f"{moved:+d}" if moved else "" if moved is None else "0"
            state.append(f"  {shown_move:>2}", style)
        return state

    def _changes(self, width: int) -> Iterator[Text]:
        """What is better, worse or otherwise changed; unchanged items as a number, or unfolded."""
        before, after = (each.answer for each in self._compared)
        items, found = self.checklist.by_id, self._shifts
        for kind in reportable_kinds(found):
            style = "heading" if found[kind] else "muted"
            yield from paragraph(Text(self._title(kind, found[kind]), style), width)
            for item_id in found[kind]:
                answers = before(item_id), after(item_id)
                yield from self._item(items[item_id], answers, width)
        folded = {kind: found[kind] for kind in UNCHANGED if found[kind]}
        if not folded:
            return
        line = " · ".join(self._title(kind, item_ids) for kind, item_ids in folded.items())
        folding = paragraph(line, width, f"{fold_sign(self.is_unfolded)} ")
        yield from (linked(each, FOLD) for each in styled(folding, "muted"))
        for item_ids in folded.values() if self.is_unfolded else ():
            for item_id in item_ids:
                yield from styled(self._item(items[item_id], (after(item_id),), width), "muted")

    def _title(self, kind: Shift, item_ids: Sequence[str]) -> str:
        return f"{shift_name(kind, self.ui)} ({len(item_ids) or self.ui.compare.none})"

    def _item(self, item: Item, answers: Sequence[Answer], width: int) -> list[Text]:
        marks = Text("→").join(Text(mark(each), each) for each in answers)
        lines = paragraph(item.text, width, Text.assemble("  ", marks, " "))
        words = answer_in_words(answers[-1], answers[0], self.ui)
        append_right(lines, Text(words, "muted"), width)
        return lines
