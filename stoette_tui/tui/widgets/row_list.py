"""A list of rows, each of one or more lines, with a cursor on one of them.

Textual's `OptionList` lays out all options again when one changes: a tick among 1,800 takes three
times as long as a toggle in a `SelectionList` of 18; here, it takes a third of that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from msgspec import Struct
from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.geometry import Offset, Region
from textual.message import Message
from textual.reactive import reactive

from stoette_tui.pages.layout import MAX_WIDTH
from stoette_tui.tui import commands
from stoette_tui.tui.widgets.lines import LongView

LINES_AT_FIRST = 100
"""More lines than most windows have."""


class Row(Struct, frozen=True):
    """A row's lines; the cursor stops at it unless it is a `head`."""

    id: str
    lines: list[Text]
    head: bool = False


class RowList(LongView):
    """Shows the rows that a subclass lays out for a width.

    Only the lines in view are rendered, and only changed rows are laid out again, so it is as fast
    with thousands of rows as with ten. Lines are styled as in `LineView`.
    """

    BINDINGS = commands.bindings("list")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor"}
    MAX_WIDTH = MAX_WIDTH

    cursor: reactive[int] = reactive(0)
    """The row under the cursor: its index among those it can stop at, from 0."""

    @dataclass
    class Highlighted(Message):
        """The cursor has moved to another row."""

        row_id: str

    @dataclass
    class Selected(Message):
        """The reader chose a row with Enter, or by clicking the row under the cursor."""

        row_id: str

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Text] = []
        self._starts: list[int] = []
        self._rows: list[Row] = []
        self._numbers: dict[str, int] = {}
        self._stops: list[int] = []
        self._wanted = ""

    def layout_rows(self, width: int) -> Iterable[Row]:
        """All rows at that width, in order."""
        raise NotImplementedError

    def layout_row(self, row_id: str, width: int) -> Row:
        """One row at that width, in its current state."""
        raise NotImplementedError

    @property
    def row_id(self) -> str:
        """The id of the row under the cursor."""
        return self._rows[self._stops[self.cursor]].id if self._stops else ""

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_cursor)

    def reset(self, in_place: bool = False) -> None:
        """Lays all rows out again, and keeps the cursor on its row.

        With `in_place`, that row also keeps its position on screen, as far as possible.
        """
        if not self._width:
            return
        line = self._cursor_line - self.scroll_offset.y
        kept, self._wanted = self._wanted or self.row_id, ""
        self._rows, self._numbers, self._stops, self._starts, self.lines = [], {}, [], [], []
        self._parts = self._layout_rows()
        bottom = self.scroll_offset.y + max(self.size.height, LINES_AT_FIRST)
        self.layout_until(lambda: len(self.lines) >= bottom and len(self._stops) > self.cursor)
        if kept:
            self.put_cursor(kept)
        self.cursor = self.validate_cursor(self.cursor)
        if in_place:
            self.scroll_to(y=self._cursor_line - line, animate=False, immediate=True, force=True)
        self.post_message(self.Highlighted(self.row_id))
        self.call_after_refresh(self._show_cursor)
        self.call_after_refresh(self.layout_rest)
        self.refresh()

    @property
    def focus_place(self) -> Offset:
        """The position of the row under the cursor."""
        return Offset(self.margin, max(self._cursor_line - self.scroll_offset.y, 0))

    @property
    def _cursor_line(self) -> int:
        """The first line of the row under the cursor, from 0."""
        return self._starts[self._stops[self.cursor]] if self._stops else 0

    def _layout_rows(self) -> Iterator[None]:
        for number, row in enumerate(self.layout_rows(self._width)):
            self._rows.append(row)
            self._numbers[row.id] = number
            if not row.head:
                self._stops.append(number)
            self._starts.append(len(self.lines))
            self.lines += row.lines
            yield

    def update_rows(self, row_ids: Sequence[str]) -> None:
        """Lays these rows out again, and all others only if a height has changed."""
        for row_id in row_ids:
            if (number := self._numbers.get(row_id)) is None:  # not laid out yet
                continue
            row = self.layout_row(row_id, self._width)
            if len(row.lines) != len(self._rows[number].lines):
                self.reset()
                return
            self._rows[number] = row
            self.replace_lines(self._starts[number], row.lines)

    def _extent(self, number: int) -> tuple[int, int]:
        start = self._starts[number]
        return start, start + len(self._rows[number].lines)

    def _is_under_cursor(self, index: int) -> bool:
        start, end = self._extent(self._stops[self.cursor]) if self._stops else (0, 0)
        return start <= index < end

    def line_style(self, index: int) -> Style:
        """Highlights the row under the cursor."""
        if self._is_under_cursor(index):
            return self.get_component_rich_style("row-list--cursor")
        return super().line_style(index)

    def has_focus_bar(self, index: int) -> bool:
        """Marks the row under the cursor with a bar if this list receives keys."""
        return (self.has_focus or not self.can_focus) and self._is_under_cursor(index)

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._stops) - 1))

    def watch_cursor(self) -> None:
        if self._stops:
            self._show_cursor()
            self.refresh()
            self.post_message(self.Highlighted(self.row_id))

    def _show_cursor(self) -> None:
        if not self._stops:
            return
        number = self._stops[self.cursor]
        first, end = self._extent(number)
        # The heads above a row scroll into view with it.
        while number > 0 and self._rows[number - 1].head:
            number -= 1
        start = max(self._starts[number], end - self.size.height)
        start = min(start, first)
        if number == 0:  # its height may have changed since it came into view
            self.scroll_to(y=start, animate=False, force=True)
        self.scroll_to_region(Region(0, start, 1, end - start), animate=False, force=True)

    def put_cursor(self, row_id: str) -> None:
        """Puts the cursor on a row, or, for a head, on the first row after it.

        Before the first layout, this takes effect with the layout. An unknown row leaves the cursor
        where it is.
        """
        if not self._width:
            self._wanted = row_id
            return

        def is_set() -> bool:
            """Whether the row, or one after it, can take the cursor."""
            number = self._numbers.get(row_id)
            return number is not None and bool(self._stops) and self._stops[-1] >= number

        self.layout_until(is_set)
        if (number := self._numbers.get(row_id)) is None:
            return
        self.cursor = next(at for at, stop in enumerate(self._stops) if stop >= number)

    def row_at(self, line: int) -> Row | None:
        """The row that a line of the list belongs to."""
        if not 0 <= line < len(self.lines):
            return None
        return self._rows[bisect_right(self._starts, line) - 1]

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        row = self.row_at(event.y + self.scroll_offset.y)
        if row and not row.head:
            self.clicked(row, event.x - self.margin)

    def clicked(self, row: Row, x: int) -> None:
        """A click puts the cursor on the row; a click on the row under the cursor chooses it."""
        if row.id == self.row_id:
            self.action_select()
        else:
            self.put_cursor(row.id)

    def action_select(self) -> None:
        if self.row_id:
            self.post_message(self.Selected(self.row_id))

    def action_cursor_up(self) -> None:
        """Moves to the row above, or, at the first one, scrolls to what is above it."""
        if self.cursor == 0:
            self._show_cursor()
        self.cursor -= 1

    def action_cursor_down(self) -> None:
        """Moves to the row below, or, at the last one, scrolls to what is below it."""
        if self.cursor >= len(self._stops) - 1:
            self.scroll_end(animate=False, immediate=True)
        self.cursor += 1

    def action_page_up(self) -> None:
        self._move_lines(-self.size.height)

    def action_page_down(self) -> None:
        self._move_lines(self.size.height)

    def _move_lines(self, lines: int) -> None:
        number = bisect_right(self._starts, self._cursor_line + lines) - 1
        self.cursor = bisect_right(self._stops, number) - 1

    def action_first(self) -> None:
        """Moves to the first row, and scrolls to what is above it."""
        self.cursor = 0
        self._show_cursor()

    def action_last(self) -> None:
        self.layout_until(lambda: False)
        self.cursor = len(self._stops) - 1
        self.scroll_end(animate=False, immediate=True)
