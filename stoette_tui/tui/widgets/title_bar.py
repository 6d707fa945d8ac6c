"""The line at the top: the title, the open round, and its progress, in as many words as fit.

Textual's `Header` has a title between an icon and a clock, and nothing that gives way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.content import Content, Span
from textual.reactive import reactive
from textual.widget import Widget

from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content.phrases import share
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.pictures import ANSWERED, bar, tally
from stoette_tui.review.progress import Answer, Progress, count
from stoette_tui.tui.widgets.grid import inset

BARS = (20, 10)
"""Cells of the bar; the longer one if there is room."""
_SHORT_NAME = 24
"""Cells of a name that is cut where all of it has no room."""
MAIN_ANSWERS = (Answer.IN_PLACE, Answer.MISSING)
"""The answers counted if there is no room for all."""


class TitleBar(Widget):
    """The title on the left; round, bar and counts on the right, as far as they fit."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"line--{style}" for style in ("strong", "muted", *Answer)
    }

    progress: reactive[Progress] = reactive(Progress())

    def __init__(self, ui: UiText, item_ids: Sequence[str]) -> None:
        """`item_ids` are the items to count."""
        super().__init__()
        self._ui = ui
        self._item_ids = item_ids

    def render(self) -> Content:
        edge = inset(self.outer_size.width)
        line = self._line(self.content_size.width - 2 * edge)
        spans = [Span(start, end, f".line--{style}") for start, end, style in line.spans]
        return Content.assemble(" " * edge, Content(line.plain, spans))

    def _line(self, width: int) -> Text:
        title = Text.assemble((self._ui.title, "strong"))
        for state in self._states():
            gap = width - title.cell_len - state.cell_len
            if gap >= 2:
                return title.append(" " * gap).append_text(state)
        return title

    def _states(self) -> Iterator[Text]:
        """The descriptions of the round, longest first."""
        round_, words = self.progress.round, self._ui.progress
        if round_ is None:
            yield Text.assemble((words.no_round, "muted"))
            return
        counts = count(self.progress, self._item_ids)
        name = sanitize_line(round_.name)
        bars = [bar(counts, cells) for cells in BARS]
        in_short = Text(name)
        in_short.truncate(_SHORT_NAME, overflow="ellipsis")
        template = self._ui.report.round_archived if round_.archived else "{round}"
        for named in (Text(fill(template, round=each)) for each in (name, in_short)):
            for shown in (ANSWERED, MAIN_ANSWERS):
                counted = tally(self._ui, counts, shown)
                for drawn in bars:
                    yield Text("  ").join([named, drawn, counted])
            yield Text("  ").join([named, counted])
        yield counted
        of_relevant = Text(share(counts, self._ui))
        yield Text("  ").join([bars[-1], of_relevant])
        yield of_relevant
        yield Text(fill(words.short, in_place=counts.in_place, relevant=counts.relevant))
