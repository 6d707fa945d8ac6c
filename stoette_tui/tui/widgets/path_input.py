"""An input for a path, with completion as in a shell.

Textual's `Suggester` offers one value; here, Tab completes as far as all agree, and lists them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from textual import work
from textual.message import Message

from stoette_tui.base.files import complete_path
from stoette_tui.tui import commands
from stoette_tui.tui.widgets.line_input import LineInput


class PathInput(LineInput):
    """Tab completes a name or lists the candidates; otherwise it moves the focus on."""

    BINDINGS = commands.bindings("path")

    @dataclass
    class Matched(Message):
        """The path has several completions, or none any more."""

        names: Sequence[str]

    def __init__(self, path: str) -> None:
        super().__init__(path, compact=True)
        self._listed_for = ""
        """The path whose candidates were listed last; the next Tab moves on."""

    def on_resize(self) -> None:
        """Shows the end of the path: the file's name."""
        self.scroll_to(x=len(self.value), animate=False, force=True)

    @work(exclusive=True, group="complete")
    async def action_complete(self) -> None:
        """Completes the path; the disk may be slow."""
        typed = self.value
        path, names = await asyncio.to_thread(complete_path, typed)
        if self.value != typed:  # the reader has kept typing
            return
        is_open = len(names) > 1
        if path == typed and (not is_open or self._listed_for == typed):
            self.post_message(self.Matched(()))
            self.screen.focus_next()
            return
        self.value = self._listed_for = path
        self.cursor_position = len(path)
        self.post_message(self.Matched(names if is_open else ()))
