"""The gate that all text of the app passes on its way to the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

from stoette_tui.inert import inert_cells

if TYPE_CHECKING:
    from textual.color import Color


class TextFilter(LineFilter):
    """Lets no character through that could steer the terminal, whichever widget drew it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, each with its text inert."""
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            Segment(inert_cells(text), style) if control is None else Segment(text, style, control)
            for text, style, control in segments
        ]
