"""Two rounds side by side: what is better, what is worse, what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import ModalScreen

from stoette_tui import commands, round_pages
from stoette_tui.typeset import Sheet
from stoette_tui.widgets.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from stoette_tui.content import Checklist
    from stoette_tui.progress import RoundSummary
    from stoette_tui.ui_text import UiText


class CompareDialog(ModalScreen[None]):
    """Compares a round with one before it; the arrows choose another one before."""

    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("compare")]

    def __init__(
        self,
        others: Sequence[RoundSummary],
        now: RoundSummary,
        checklist: Checklist,
        ui: UiText,
        ascii_only: bool,
    ) -> None:
        """`others` are the rounds to compare with, at least one, the latest last."""
        super().__init__()
        self._others = others
        self._now = now
        self._checklist = checklist
        self._ui = ui
        self._ascii_only = ascii_only
        self._chosen = len(others) - 1

    def compose(self) -> ComposeResult:
        """One page."""
        page = Page(self._set)
        page.border_title = self._ui.compare.title
        choosing = len(self._others) > 1
        page.border_subtitle = self._ui.compare.choose if choosing else self._ui.help.close
        yield page

    def _set(self, width: int) -> Iterator[Sheet]:
        before = self._others[self._chosen]
        lines = round_pages.comparison(
            self._checklist, self._ui, before, self._now, width, self._ascii_only
        )
        yield Sheet(lines, {"": 0})

    def action_choose(self, step: int) -> None:
        """Compares with another round instead."""
        self._chosen = (self._chosen + step) % len(self._others)
        self.query_one(Page).reset()

    def action_close(self) -> None:
        """Back."""
        self.dismiss()
