"""The page of keys, generated from the bindings in force where it was opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.dom import DOMNode

from stoette_tui.content.ui_text import UiText
from stoette_tui.pages.layout import Layout, linked, paragraph
from stoette_tui.tui import commands
from stoette_tui.tui.dialog import Dialog
from stoette_tui.tui.widgets.key_bar import KeyBar
from stoette_tui.tui.widgets.page import Page

_ROOM_FOR_TWO = 98
"""Cells from which the keys that work here, and everywhere, are side by side."""
_GAP = 2
"""Cells between a key and what it does."""
_BETWEEN = 3
"""Cells between two columns."""
_MIN_HELP_WIDTH = 12
"""Cells that remain for the description of a key."""
_COMMAND = "command:"
"""What the target of a row begins with."""
_FRAME = 3
"""Lines of the window that the page cannot use: its frame, and the key bar."""


class KeyPage(Page):
    """A page wide enough for two columns."""

    MAX_WIDTH = 108


class HelpDialog(Dialog[None]):
    """Shows what the keys do: those of the place first, then those that work everywhere.

    A click on a key, or Tab and Enter, closes the page and presses it.
    """

    BINDINGS = commands.bindings("dialog")

    def __init__(self, found: Mapping[str, Sequence[tuple[DOMNode, Binding]]], ui: UiText) -> None:
        """`found` has the bindings of each command that works; see `active_commands`."""
        super().__init__(ui.help.title, ui)
        self._found = found
        display = self.app.get_key_display
        self._keys = {
            name: "  ".join(dict.fromkeys(display(binding) for _, binding in bindings))
            for name, bindings in found.items()
        }

    def compose(self) -> ComposeResult:
        page = KeyPage(self._layout)
        page.border_title = self.title
        yield page
        yield KeyBar(self._ui)

    @on(Page.Followed)
    def _chosen(self, message: Page.Followed) -> None:
        self.dismiss()
        [(_, binding), *_] = self._found[message.target.removeprefix(_COMMAND)]
        self.app.call_later(self.app.simulate_key, binding.key)

    def _layout(self, width: int) -> Iterator[Layout]:
        """The page, with space above and below, as in all dialogs, if there is room for it."""
        lines = self._lines(width)
        space = [Text()] if len(lines) + 2 <= self.size.height - _FRAME else []
        yield Layout([*space, *lines, *space], {"": 0})

    def _lines(self, width: int) -> list[Text]:
        """Lays the tables out side by side, stacked, or, if that is too tall, in short form.

        Even then, the keys of the place have their full descriptions.
        """
        common = [
            each.description for each in (*commands.COMMANDS["main"], *commands.COMMANDS["app"])
        ]
        everywhere = [name for name in common if name in self._keys]
        here = [name for name in commands.NAMES if name in self._keys and name not in common]
        moves = [name for name in here if name in commands.MOVES]
        mouse = [Text(), *paragraph(self._ui.help.mouse, width)]
        if width >= _ROOM_FOR_TWO:
            wide = (width - _BETWEEN) // 2
            columns = self._part("here", here, wide), self._part("everywhere", everywhere, wide)
            return [*_beside(columns, (wide + _BETWEEN, wide)), *mouse]
        lines = self._part("here", here, width)
        lines += [Text(), *self._part("everywhere", everywhere, width), *mouse]
        if len(lines) > self.size.height - _FRAME:
            lines = self._part("here", [each for each in here if each not in moves], width)
            lines += self._in_short(moves, width)
            lines += [Text(), Text(self._ui.help.everywhere, "heading")]
            lines += [*self._in_short(everywhere, width), *mouse[1:]]
        return lines

    def _part(self, title: str, names: Iterable[str], width: int) -> list[Text]:
        return [Text(getattr(self._ui.help, title), "heading"), *self._table(names, width)]

    def _table(self, names: Iterable[str], width: int) -> list[Text]:
        """Each command on one or more lines, with its full description."""
        rows = [(name, self._keys[name], self._ui.commands[name].help) for name in names]
        column = max(cell_len(key) for _, key, _ in rows) + _GAP
        lines: list[Text] = []
        for name, key, help_ in rows:
            first, *more = paragraph(help_, max(width - column, _MIN_HELP_WIDTH))
            row = [Text.assemble((set_cell_size(key, column), "strong"), first)]
            row += [Text.assemble(" " * column, line) for line in more]
            lines += [linked(line, _COMMAND + name) for line in row]
        return lines

    def _in_short(self, names: Iterable[str], width: int) -> list[Text]:
        """Each command by name only, several per line, reading down the columns."""
        rows = [(name, self._keys[name], self._ui.commands[name].label) for name in names]
        for height in range(1, len(rows) + 1):
            columns = [_short_column(rows[at : at + height]) for at in range(0, len(rows), height)]
            widths = [max(each.cell_len for each in column) + _BETWEEN for column in columns]
            if sum(widths) - _BETWEEN <= width or height == len(rows):
                break
        return _beside(columns, widths)


def _short_column(rows: Sequence[tuple[str, str, str]]) -> list[Text]:
    column = max(cell_len(key) for _, key, _ in rows) + _GAP
    return [
        linked(Text.assemble((set_cell_size(key, column), "strong"), label), _COMMAND + name)
        for name, key, label in rows
    ]


def _beside(columns: Sequence[Sequence[Text]], widths: Sequence[int]) -> list[Text]:
    """The lines of the columns side by side, each column with its width."""
    lines = []
    for parts in zip_longest(*columns, fillvalue=Text()):
        line, left = Text(), 0
        for part, width in zip(parts, widths, strict=True):
            line.append(" " * (left - line.cell_len)).append_text(part)
            left += width
        lines.append(line)
    return lines
