"""Two rounds side by side: what is better, what is worse, what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import ModalScreen

from stoette_tui.pages import rounds as round_pages
from stoette_tui.pages.layout import Layout
from stoette_tui.tui import commands
from stoette_tui.tui.widgets.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import RoundSummary


class CompareDialog(ModalScreen[None]):
    """Compares the round that is open with another; the arrows choose which.

    The earlier one of the two always comes first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("compare")]

    def __init__(
        self,
        rounds: Sequence[RoundSummary],
        checklist: Checklist,
        ui: UiText,
        ascii_only: bool,
    ) -> None:
        """`rounds` are at least two, the one that was started last at the end."""
        super().__init__()
        self._rounds = rounds
        self._open = next((at for at, each in enumerate(rounds) if each.current), len(rounds) - 1)
        self._others = [at for at in range(len(rounds)) if at != self._open]
        self._checklist = checklist
        self._ui = ui
        self._ascii_only = ascii_only
        self._chosen = len(self._others) - 1

    def compose(self) -> ComposeResult:
        """One page."""
        page = Page(self._set)
        page.border_title = self._ui.compare.title
        choosing = len(self._others) > 1
        page.border_subtitle = self._ui.compare.choose if choosing else self._ui.help.close
        yield page

    def _set(self, width: int) -> Iterator[Layout]:
        earlier, later = sorted((self._open, self._others[self._chosen]))
        lines = round_pages.comparison(
            self._checklist,
            self._ui,
            self._rounds[earlier],
            self._rounds[later],
            width,
            self._ascii_only,
        )
        yield Layout(lines, {"": 0})

    def action_choose(self, step: int) -> None:
        """Compares with another round instead."""
        self._chosen = (self._chosen + step) % len(self._others)
        self.query_one(Page).reset()

    def action_close(self) -> None:
        """Back."""
        self.dismiss()
