"""The filter for all text of the app on its way to the terminal."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from stoette_tui.base.encoding import transliterate_cells
from stoette_tui.base.sanitize import sanitize_cells


class TextFilter(LineFilter):
    """Blocks every character that could control the terminal, whichever widget drew it.

    Also replaces characters that the terminal cannot show, such as those that a reader types.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        shown = [transliterate_cells(sanitize_cells(segment.text)) for segment in segments]
        if all(text is segment.text for text, segment in zip(shown, segments, strict=True)):
            return segments
        return [
            Segment(text, style) if control is None else Segment(said, style, control)
            for text, (said, style, control) in zip(shown, segments, strict=True)
        ]
