"""A question with a few answers."""

from __future__ import annotations

import re
import textwrap

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Label

from stoette_tui.content.ui_text import UiText
from stoette_tui.tui import commands
from stoette_tui.tui.dialog import Dialog, ScrolledFrame


class Answers(Horizontal):
    """The buttons; the arrows move between them."""

    BINDINGS = commands.bindings("answers")


class ConfirmDialog(Dialog[str | None]):
    """Asks; returns the id of the chosen answer, or None if the reader closes the dialog."""

    BINDINGS = commands.bindings("dialog")
    FRAME = ScrolledFrame

    def __init__(self, question: str, answers: dict[str, str], ui: UiText) -> None:
        """`answers` has the words of each answer by id; put the safest first."""
        super().__init__("", ui)
        self._question = question
        self._answers = answers

    def parts(self) -> ComposeResult:
        yield _Question(self._question, markup=False)
        with Answers():
            for name, words in self._answers.items():
                yield Button(words, id=name, compact=True)

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id)


class _Wrapper(textwrap.TextWrapper):
    wordsep_re = re.compile(r"(\s+|[^\s/\\-]*[/\\-]+)")


class _Question(Label):
    """A text; a path in it is broken after folders and hyphens, not before its ending."""

    def on_mount(self) -> None:
        self._text = str(self.content)

    def on_resize(self) -> None:
        self.update(_Wrapper(max(self.size.width, 1)).fill(self._text))
