"""Lines from `pages.layout`, rendered in the theme's colours, and only those in view.

Textual's `Markdown` mounts a widget for each block; these lines are also what `show` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from re import Pattern
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Span, Text
from textual import events
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from stoette_tui.pages.layout import MEASURE, STYLES
from stoette_tui.tui.widgets.grid import margin, text_width

LINES_AT_ONCE = 400
"""The number of lines laid out in an unnoticeable time."""
BAR = "┃"
"""The bar in front of the focused line."""


class LineView(ScrollView, can_focus=True):
    """Lines in a scrollable view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{name}" for name in STYLES}

    marked: Sequence[Pattern[str]] = ()
    """The patterns highlighted in the lines."""

    _lines: list[Text]
    _base: Style | None = None
    _inks: dict[str, Style]

    @property
    def margin(self) -> int:
        """Cells of space to the left of each line."""
        return margin(self.scrollable_content_region.width)

    @property
    def lines(self) -> list[Text]:
        """The lines; nothing is selected in others that take their place."""
        return self._lines

    @lines.setter
    def lines(self, lines: list[Text]) -> None:
        if self.is_attached and self in self.screen.selections and lines != self._lines:
            self.screen.clear_selection()
        self._lines = lines

    async def on_event(self, event: events.Event) -> None:
        """Ignores the click with which a selection ends, wherever that is."""
        if not (isinstance(event, events.Click) and self.text_selection):
            await super().on_event(event)

    def notify_style_update(self) -> None:
        """Discards the colours of the previous theme."""
        self._inks = {}
        super().notify_style_update()

    def reflow(self) -> None:
        """Lays the lines out for the current width, in subclasses that depend on it."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Renders; lays out first if needed, so that the view is never empty on its first paint."""
        self.reflow()
        self._base = None  # the widget's current style depends on all its ancestors
        return super().render_lines(crop)

    def on_resize(self) -> None:
        """Lays out even if nothing is drawn."""
        self.reflow()

    def line_style(self, index: int) -> Style:
        """The style beneath a line's own styles; by default none."""
        return Style.null()

    def has_focus_bar(self, index: int) -> bool:
        """Whether the line has a bar in front, for readers who cannot see its colour."""
        return False

    def mark_style(self, index: int) -> Style:
        """The style of what is marked in a line, whatever the style of the text there."""
        return self._style("level") + Style(reverse=True)

    def render_line(self, y: int) -> Strip:
        if self._base is None:  # only computed if a line is drawn, as most are cached
            self._base = self.rich_style
        index = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if index >= len(self.lines):
            return Strip.blank(width, self._base)
        style = self._base + self.line_style(index)
        line = Strip(self._paint(index, style)).apply_offsets(0, index)
        edge = [Segment(" " * self.margin, style)]
        if self.has_focus_bar(index):
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
        start, end = self._selected_span(index)
        if start < end:
            selected = self.screen.get_component_rich_style("screen--selection")
            color = None if selected.color == selected.bgcolor else selected.color
            spans.append(Span(start, end, Style(color=color, bgcolor=selected.bgcolor)))
        painted = Text(line.plain, end="", spans=spans).render(self.app.console)
        return list(Segment.apply_style(painted, base))

    def _style(self, style: str | Style) -> Style:
        if isinstance(style, Style):
            return style
        if style not in self._inks:
            full = self.get_component_rich_style(f"line--{style}")
            # The component's background is left out, so that a line can have its own.
            self._inks[style] = Style(
                color=full.color, bold=full.bold, italic=full.italic, underline=full.underline
            )
        return self._inks[style]

    def _selected_span(self, index: int) -> tuple[int, int]:
        """The letters of a line that are selected, as far as it still has that many."""
        selection = self.text_selection
        start, end = (selection and selection.get_span(index)) or (0, 0)
        length = len(self.lines[index].plain)
        return start, length if end == -1 else min(end, length)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        text = "".join(line.plain + "\n" for line in self.lines)
        return selection.extract(text).strip("\n"), "\n"

    @property
    def focus_place(self) -> Offset:
        """The cell of the view that keys act on, for the terminal's own cursor."""
        return Offset(self.margin, 0)

    def focus_beyond(self, step: int) -> None:
        """Moves the focus to what follows the view, or precedes it."""
        if step > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def replace_lines(self, start: int, lines: Sequence[Text]) -> None:
        """Replaces as many lines with these; only lines that differ are redrawn."""
        changed = [
            index
            for index, line in enumerate(lines, start)
            if line != self.lines[index] or line.style != self.lines[index].style
        ]
        self.lines[start : start + len(lines)] = lines
        top, width = self.scroll_offset.y, self.size.width
        if changed:
            if self in self.screen.selections:
                self.screen.clear_selection()
            self.refresh(*(Region(0, index - top, width, 1) for index in changed))

    def watch_show_vertical_scrollbar(self, is_shown: bool) -> None:
        """Syncs the scroll bar with the view: Textual moves it only while it is shown."""
        if is_shown:
            self.vertical_scrollbar.position = self.scroll_y


class LongView(LineView):
    """Lines laid out part by part: those in view first, and the rest after they are drawn."""

    MAX_WIDTH = MEASURE
    """Cells in the longest line."""

    _width = 0
    _parts: Iterator[None] = iter(())
    """Lays out one more part with each step."""

    def reflow(self) -> None:
        """Lays the lines out for a new width."""
        room = self.scrollable_content_region.width
        if room > 0 and (width := text_width(room, self.MAX_WIDTH)) != self._width:
            self._width = width
            self.reset()

    def reset(self) -> None:
        """Lays the lines out again."""
        raise NotImplementedError

    def layout_until(self, is_enough: Callable[[], bool]) -> bool:
        """Lays out part by part until it is enough; false if all of it is not enough."""
        while not (found := is_enough()) and next(self._parts, self) is None:
            pass
        self.virtual_size = Size(self._width, len(self.lines))
        return found

    def layout_rest(self) -> None:
        """Lays the rest out in pieces, so that keys do not wait for all of it."""
        piece = len(self.lines) + LINES_AT_ONCE
        if self.layout_until(lambda: len(self.lines) >= piece):
            self.call_after_refresh(self.layout_rest)
