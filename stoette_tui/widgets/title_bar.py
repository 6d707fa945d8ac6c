"""The line at the top: what this is, which round is open, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from stoette_tui.typeset import bar
from stoette_tui.ui_text import fill

if TYPE_CHECKING:
    from stoette_tui.progress import Counts, Round
    from stoette_tui.ui_text import UiText


class TitleBar(Widget):
    """Title to the left; round, number and bar to the right, as far as there is room."""

    round: reactive[Round | None] = reactive(None)
    counts: reactive[Counts | None] = reactive(None)

    def __init__(self, ui: UiText, ascii_only: bool) -> None:
        super().__init__()
        self._ui = ui
        self._ascii_only = ascii_only

    def render(self) -> Content:
        """The line, fitted to the width."""
        title = Content.styled(self._ui.title, "bold")
        for state in self._states():
            gap = self.content_size.width - title.cell_length - state.cell_length
            if gap >= 2:
                return Content.assemble(title, " " * gap, state)
        return title

    def _states(self) -> list[Content]:
        """What can be said of the round, longest first."""
        counts, words = self.counts, self._ui.progress
        if self.round is None or counts is None:
            return [Content.styled(words.no_round, "$foreground 75%")]
        number = fill(words.of_relevant, in_place=counts.in_place, relevant=counts.relevant)
        short = fill(words.short, in_place=counts.in_place, relevant=counts.relevant)
        drawn = Content.styled(
            bar(counts.in_place, counts.relevant, 12, self._ascii_only), "$ink-good"
        )
        name = Content(f"{self.round.name} · ")
        return [
            Content.assemble(name, number, "  ", drawn),
            Content.assemble(name, number),
            Content(number),
            Content(short),
        ]
