"""The page of keys, made from the bindings that work where it was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.text import Text
from textual.app import ComposeResult

from stoette_tui.content.ui_text import UiText
from stoette_tui.pages.layout import Layout, paragraph
from stoette_tui.tui import commands
from stoette_tui.tui.dialog import Dialog
from stoette_tui.tui.widgets.key_bar import KeyBar
from stoette_tui.tui.widgets.page import Page

_ROOM_FOR_TWO = 98
"""Cells from which what works here, and what works everywhere, stand side by side."""
_GAP = 2
"""Cells between a key and what it does."""
_BETWEEN = 3
"""Cells between two columns."""
_NARROWEST = 12
"""Cells that are left for what a key does."""
_FRAME = 3
"""Lines of the window that the page does not have: its frame, and the line of keys."""


class KeyPage(Page):
    """As wide as two columns take."""

    WIDEST = 108


class HelpDialog(Dialog[None]):
    """Shows which keys do what: those of the place first, then those that work everywhere."""

    BINDINGS = commands.bindings("dialog")

    def __init__(self, keys: dict[str, str], ui: UiText) -> None:
        """`keys` has, for each command that works, its keys as they are shown."""
        super().__init__()
        self._keys = keys
        self._ui = ui

    def compose(self) -> ComposeResult:
        page = KeyPage(self._set)
        page.border_title = self._ui.help.title
        yield page
        yield KeyBar(self._ui)

    def action_close(self) -> None:
        self.dismiss()

    def _set(self, width: int) -> Iterator[Layout]:
        """Side by side, below each other, or, where that is too high, in as few lines as it takes.

        What the keys of the place do is then still said in full.
        """
        places = commands.COMMANDS["main"], commands.COMMANDS["app"]
        names = [name for name in commands.NAMES if name in self._keys]
        everywhere = [each.name for place in places for each in place if each.name in names]
        here = [name for name in names if name not in everywhere]
        moves = [name for name in here if name in commands.MOVES]
        mouse = [Text(), *paragraph(self._ui.help.mouse, width)]
        if width >= _ROOM_FOR_TWO:
            wide = (width - _BETWEEN) // 2
            columns = self._part("here", here, wide), self._part("everywhere", everywhere, wide)
            yield Layout([*_beside(columns, (wide + _BETWEEN, wide)), *mouse], {"": 0})
            return
        lines = self._part("here", here, width)
        lines += [Text(), *self._part("everywhere", everywhere, width), *mouse]
        if len(lines) > self.size.height - _FRAME:
            lines = self._part("here", [each for each in here if each not in moves], width)
            lines += self._in_short(moves, width)
            lines += [Text(), Text(self._ui.help.everywhere, "heading")]
            lines += [*self._in_short(everywhere, width), *mouse]
        yield Layout(lines, {"": 0})

    def _part(self, title: str, names: Iterable[str], width: int) -> list[Text]:
        return [Text(getattr(self._ui.help, title), "heading"), *self._table(names, width)]

    def _table(self, names: Iterable[str], width: int) -> list[Text]:
        """Each command on a line, or a few, with all that can be said about it."""
        rows = [(self._keys[name], self._ui.commands[name].help) for name in names]
        column = max(len(key) for key, _ in rows) + _GAP
        lines: list[Text] = []
        for key, help_ in rows:
            first, *more = paragraph(help_, max(width - column, _NARROWEST))
            lines.append(Text.assemble((key.ljust(column), "strong"), first))
            lines += [Text.assemble(" " * column, line) for line in more]
        return lines

    def _in_short(self, names: Iterable[str], width: int) -> list[Text]:
        """Each command by its name alone, several on a line, to be read downwards."""
        rows = [(self._keys[name], self._ui.commands[name].label) for name in names]
        for height in range(1, len(rows) + 1):
            columns = [_short_column(rows[at : at + height]) for at in range(0, len(rows), height)]
            widths = [max(each.cell_len for each in column) + _BETWEEN for column in columns]
            if sum(widths) - _BETWEEN <= width or height == len(rows):
                break
        return _beside(columns, widths)


def _short_column(rows: Sequence[tuple[str, str]]) -> list[Text]:
    column = max(len(key) for key, _ in rows) + _GAP
    return [Text.assemble((key.ljust(column), "strong"), label) for key, label in rows]


def _beside(columns: Sequence[Sequence[Text]], widths: Sequence[int]) -> list[Text]:
    """The lines of the columns side by side, each column as wide as that."""
    lines = []
    for parts in zip_longest(*columns, fillvalue=Text()):
        line, left = Text(), 0
        for part, width in zip(parts, widths, strict=True):
            line.append(" " * (left - line.cell_len)).append_text(part)
            left += width
        lines.append(line)
    return lines
