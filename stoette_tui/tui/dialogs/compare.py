"""The rounds in chronological order, and two of them side by side: what is better, worse, new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult

from stoette_tui.content.model import Checklist
from stoette_tui.content.ui_text import UiText
from stoette_tui.pages.comparison import FOLD, Comparison
from stoette_tui.pages.layout import Layout
from stoette_tui.review.compare import Pair
from stoette_tui.review.progress import RoundSummary
from stoette_tui.tui import commands
from stoette_tui.tui.dialog import Dialog
from stoette_tui.tui.widgets.page import Page


class ComparisonPage(Page):
    """Compares two rounds, initially the newest; arrows move either of them, Enter unfolds."""

    BINDINGS = commands.bindings("compare")
    MAX_WIDTH = 104

    def __init__(self, shown: Comparison) -> None:
        super().__init__(self._layout)
        self._shown = shown

    def _layout(self, width: int) -> Iterator[Layout]:
        yield Layout(self._shown.lines(width), {"": 0})

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disables what needs another round, or unchanged items, where there are none."""
        if (pair := self._shown.pair) is None:
            return action not in ("choose", "switch", "unfold")
        if action == "unfold":
            return self._shown.is_foldable
        if action == "choose" and isinstance(step := parameters[0], int):
            return pair.moved(step) != pair
        return action != "switch" or pair.number > 2

    def _show(self, shown: Comparison) -> None:
        self._shown = shown
        self.reset()
        self.refresh_bindings()

    def _show_pair(self, pair: Pair | None) -> None:
        self._show(replace(self._shown, pair=pair))

    def action_choose(self, step: int) -> None:
        """Replaces the moving round with an earlier or later one."""
        if self._shown.pair:
            self._show_pair(self._shown.pair.moved(step))

    def action_switch(self) -> None:
        """Makes the other round of the two the moving one."""
        if self._shown.pair:
            self._show_pair(self._shown.pair.switched())

    def action_unfold(self) -> None:
        """Shows the items that have not changed, or hides them."""
        self._show(replace(self._shown, is_unfolded=not self._shown.is_unfolded))
        for line, target in self._links:
            if target == FOLD:
                self.call_after_refresh(self.scroll_to, y=line, animate=False)

    @on(Page.Followed)
    def _clicked(self, message: Page.Followed) -> None:
        """A click on a round selects it; a click on the number of unchanged items unfolds them."""
        message.stop()
        place = message.target.partition(":")[2]
        if message.target == FOLD:
            self.action_unfold()
        elif self._shown.pair:
            self._show_pair(self._shown.pair.moved_to(int(place)))


class CompareDialog(Dialog[None]):
    """Shows the progress over the rounds, and what has changed from one to another."""

    BINDINGS = commands.bindings("dialog")

    def __init__(self, rounds: Sequence[RoundSummary], checklist: Checklist, ui: UiText) -> None:
        """`rounds` must not be empty; the one started last comes last."""
        super().__init__(ui.compare.title, ui)
        pair = Pair.newest(len(rounds)) if len(rounds) > 1 else None
        self._shown = Comparison(checklist, ui, rounds, pair)

    def parts(self) -> ComposeResult:
        yield ComparisonPage(self._shown)
