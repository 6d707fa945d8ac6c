"""A text with search matches highlighted, and navigation from hit to hit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from rich.style import Style
from rich.text import Text
from textual.reactive import reactive

from stoette_tui.tui.widgets.lines import LongView


class LineHit(Struct, frozen=True):
    """A line with a match, its part of the text, and its paragraph in that part."""

    part: str
    paragraph: int
    line: int


class SearchedView(LongView):
    """Highlights search matches on every line it shows, including lines laid out later.

    A text that is only partly shown at a time has parts, each with an id.
    """

    hit: reactive[LineHit | None] = reactive(None)
    """The current hit."""
    hits: Sequence[LineHit] = ()
    """All hits, in the order of the text."""
    _found: Mapping[str, set[int]] = {}
    """The lines, by part, of the paragraphs that match the whole search."""

    def all_parts(self) -> Iterator[tuple[str, Sequence[Text]]]:
        """Every part with its lines, in order: a single unnamed one, unless a subclass has more."""
        self.layout_until(lambda: False)
        yield "", self.lines

    def start(self, part: str) -> int | None:
        """The first line of that part; None if it is not shown."""
        return 0

    def show_part(self, part: str) -> None:
        """Shows that part if it is not shown."""

    def mark(self, marks: Sequence[re.Pattern[str]]) -> None:
        """Highlights the matches of `marks`; clears the highlighting if empty."""
        self.marked = marks
        self.set_class(bool(marks), "-sought")
        self.hit = None
        self.find_hits()
        self.refresh()
        self.refresh_bindings()

    def find_hits(self) -> None:
        """Finds the matches in the current layout, and stays at the same hit."""
        at, hits, found = self.hit, list[LineHit](), dict[str, set[int]]()
        for part, lines in self.all_parts() if self.marked else ():
            for best, marked in self._paragraphs(part, lines):
                hits += best
                found.setdefault(part, set()).update(marked)
        self.hits, self._found = hits, found
        if at:
            same = (hit for hit in hits if hit.part == at.part)
            self.hit = min(same, key=lambda hit: abs(hit.paragraph - at.paragraph), default=None)

    def _paragraphs(
        self, part: str, lines: Sequence[Text]
    ) -> Iterator[tuple[list[LineHit], Iterable[int]]]:
        """The hits and all lines of each paragraph that contains every mark.

        A hit is the line of a paragraph with the most marks.
        """
        groups = groupby(range(len(lines)), lambda number: bool(lines[number]))
        for paragraph, (is_text, numbers) in enumerate(groups):
            marks = {number: self._marks_in(lines[number]) for number in numbers}
            if is_text and len(set().union(*marks.values())) == len(self.marked):
                most = max(map(len, marks.values()))
                hits = [number for number, found in marks.items() if len(found) == most]
                yield [LineHit(part, paragraph, hit) for hit in hits], marks

    def _marks_in(self, line: Text) -> set[int]:
        return {mark for mark, each in enumerate(self.marked) if each.search(line.plain)}

    def line_of(self, hit: LineHit) -> int:
        """The line of the hit; -1 if its part is not shown."""
        start = self.start(hit.part)
        return -1 if start is None else start + hit.line

    def next_hit(self, step: int) -> None:
        """Goes to the next or previous hit, starting from the one in view, and wrapping around."""
        if not self.hits:
            return
        top = self.scroll_offset.y
        in_view = [hit for hit in self.hits if top <= self.line_of(hit) < top + self.size.height]
        if self.hit in in_view:
            place = self.hits.index(self.hit) + step
        elif in_view:
            place = self.hits.index(in_view[0 if step > 0 else -1])
        else:
            above = sum(-1 < self.line_of(hit) < top for hit in self.hits)
            shown = [at for at, hit in enumerate(self.hits) if self.line_of(hit) >= 0]
            place = (shown[0] if shown else 0) + above - (step < 0)
        self.go_to_hit(self.hits[place % len(self.hits)])

    def go_to_hit(self, hit: LineHit, top: int | None = None) -> None:
        """Scrolls the hit into view, with context above it; `top` is the first line in view."""
        self.hit = hit
        self.show_part(hit.part)
        line, top = self.line_of(hit), self.scroll_offset.y if top is None else top
        if not top <= line < top + self.size.height:
            self.scroll_to(y=max(line - self.size.height // 3, 0), animate=False)

    def mark_style(self, index: int) -> Style:
        """The style of a match, if its paragraph has all of them; strongest at the current hit."""
        if self.hit and index == self.line_of(self.hit):
            return super().mark_style(index)
        for part, found in self._found.items():
            if (start := self.start(part)) is not None and index - start in found:
                return self._style("title") + Style(underline=True)
        return Style.null()
