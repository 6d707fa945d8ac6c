"""The page of keys, made from the bindings that work where it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.screen import ModalScreen

from stoette_tui.pages.layout import Layout, paragraph
from stoette_tui.tui import commands
from stoette_tui.tui.widgets.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from stoette_tui.content.ui_text import UiText


class HelpDialog(ModalScreen[None]):
    """Shows which keys do what: those of the place first, then those that work everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("dialog")]

    def __init__(self, keys: dict[str, str], ui: UiText) -> None:
        """`keys` has, for each command that works, its keys as they are shown."""
        super().__init__()
        self._keys = keys
        self._ui = ui

    def compose(self) -> ComposeResult:
        """One page."""
        page = Page(self._set)
        page.border_title = self._ui.help.title
        page.border_subtitle = self._ui.help.close
        yield page

    def action_close(self) -> None:
        """Back to where the reader was."""
        self.dismiss()

    def _set(self, width: int) -> Iterator[Layout]:
        everywhere = [each.name for place in ("main", "app") for each in commands.COMMANDS[place]]
        here = [name for name in commands.NAMES if name not in everywhere]
        lines: list[Text] = []
        for title, names in ((self._ui.help.here, here), (self._ui.help.everywhere, everywhere)):
            lines += [Text(title, "heading"), *self._table(names, width), Text()]
        yield Layout([*lines, *paragraph(self._ui.help.mouse, width)], {"": 0})

    def _table(self, names: Iterable[str], width: int) -> list[Text]:
        lines: list[Text] = []
        column = max(map(len, self._keys.values())) + 2
        for name in names:
            if name in self._keys:
                key = Text(self._keys[name].ljust(column), "strong")
                text = paragraph(self._ui.commands[name].help, max(width - column, 12))
                lines += [
                    Text.assemble(key if number == 0 else " " * column, line)
                    for number, line in enumerate(text)
                ]
        return lines
