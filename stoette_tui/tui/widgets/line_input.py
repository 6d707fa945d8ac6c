"""A field of one line."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class LineInput(Input):
    """Takes all lines that are pasted, as one; Textual's takes the first alone."""

    def _on_paste(self, event: events.Paste) -> None:
        if len(lines := event.text.splitlines()) > 1:
            # Textual calls its own handler after this one.
            event.text = " ".join(filter(None, map(str.strip, lines)))
