"""Lines set by `pages.layout`, drawn in the colours of the theme, and only those one can see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from re import Pattern
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Span, Text
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from stoette_tui.pages.layout import STYLES

LINES_AT_ONCE = 400
"""As many as are laid out in a moment nobody notices."""
BAR = "┃"
"""What stands before what has the focus."""
LINE_CLASSES = {f"line--{name}" for name in STYLES}
"""The component classes that the style names of lines stand for."""


class LineView(ScrollView, can_focus=True):
    """Lines in a view that scrolls over them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = LINE_CLASSES

    lines: list[Text]
    marked: Sequence[Pattern[str]] = ()
    """What stands out in the lines."""
    margin = 0
    """Cells of space to the left of each line."""

    _base: Style | None = None
    _inks: dict[str, Style]

    def notify_style_update(self) -> None:
        """Forgets the colours of the theme before."""
        self._inks = {}
        super().notify_style_update()

    def reflow(self) -> None:
        """Lays the lines out for the width there is, where a subclass lays them out by width."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draws; what is drawn first is laid out already, so that no empty view comes before it."""
        self.reflow()
        self._base = None  # the view's own style depends on all it stands in
        return super().render_lines(crop)

    def on_resize(self) -> None:
        """Lays out also where nothing is drawn."""
        self.reflow()

    def line_style(self, index: int) -> Style:
        """What a line's own styles are put on top of; nothing, unless a subclass says otherwise."""
        return Style.null()

    def is_barred(self, index: int) -> bool:
        """Whether a bar stands before the line, for those who do not see its colour."""
        return False

    def mark_style(self, index: int) -> Style:
        """How what is marked in a line stands out."""
        return Style(reverse=True)

    def render_line(self, y: int) -> Strip:
        if self._base is None:  # only where a line is drawn: most are known from the last time
            self._base = self.rich_style
        index = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if index >= len(self.lines):
            return Strip.blank(width, self._base)
        style = self._base + self.line_style(index)
        line = Strip(self._paint(index, style)).apply_offsets(0, index)
        edge = [Segment(" " * self.margin, style)]
        if self.is_barred(index):
            edge = [
                Segment(" " * (self.margin - 1), style),
                Segment(BAR, style + self._bar_style()),
            ]
        return Strip([*edge, *line]).adjust_cell_length(width, style)

    def _bar_style(self) -> Style:
        return Style(color=self.get_component_rich_style("line--level").color)

    def _paint(self, index: int, base: Style) -> list[Segment]:
        line = self.lines[index]
        spans = [Span(0, len(line.plain), self._style(line.style))] if line.style else []
        spans += [Span(span.start, span.end, self._style(span.style)) for span in line.spans]
        spans += [
            Span(*match.span(), self.mark_style(index))
            for pattern in self.marked
            for match in pattern.finditer(line.plain)
        ]
        if (selection := self.text_selection) and (selected := selection.get_span(index)):
            start, end = selected
            end = len(line.plain) if end == -1 else end
            spans.append(
                Span(start, end, self.screen.get_component_rich_style("screen--selection"))
            )
        painted = Text(line.plain, end="", spans=spans).render(self.app.console)
        return list(Segment.apply_style(painted, base))

    def _style(self, style: str | Style) -> Style:
        if isinstance(style, Style):
            return style
        if style not in self._inks:
            full = self.get_component_rich_style(f"line--{style}")
            # The component's own background is left out, so that a line can have one of its own.
            self._inks[style] = Style(
                color=full.color, bold=full.bold, italic=full.italic, underline=full.underline
            )
        return self._inks[style]

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(line.plain for line in self.lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    @property
    def focus_place(self) -> Offset:
        """The cell of the view that keys act on, for the terminal's own cursor."""
        return Offset(self.margin, 0)

    def replace_lines(self, start: int, lines: Sequence[Text]) -> None:
        """Puts these in the place of as many others; only lines that differ are drawn."""
        changed = [
            index
            for index, line in enumerate(lines, start)
            if line != self.lines[index] or line.style != self.lines[index].style
        ]
        self.lines[start : start + len(lines)] = lines
        top, width = self.scroll_offset.y, self.size.width
        if changed:
            self.refresh(*(Region(0, index - top, width, 1) for index in changed))

    def watch_show_vertical_scrollbar(self, is_shown: bool) -> None:
        """Puts the bar where the view is: Textual moves it only while it is shown."""
        if is_shown:
            self.vertical_scrollbar.position = self.scroll_y


class LongView(LineView):
    """Lines laid out part by part: as far as one can see, and the rest when that is drawn."""

    _width = 0
    _parts: Iterator[None] = iter(())
    """Lays out one more part with each step."""

    def layout_until(self, is_enough: Callable[[], bool]) -> bool:
        """Lays out part by part until it is enough; false where all of it is not."""
        while not (found := is_enough()) and next(self._parts, self) is None:
            pass
        self.virtual_size = Size(self._width, len(self.lines))
        return found

    def layout_rest(self) -> None:
        """Lays the rest out piece by piece, so that keys need not wait for all of it."""
        piece = len(self.lines) + LINES_AT_ONCE
        if self.layout_until(lambda: len(self.lines) >= piece):
            self.call_after_refresh(self.layout_rest)
