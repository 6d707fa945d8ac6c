"""The base of all forms: a frame, the problem below the fields, and the buttons."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Button, Checkbox, RadioButton, RadioSet
from textual.worker import Worker

from stoette_tui.base.encoding import draws_ascii
from stoette_tui.content.ui_text import UiText
from stoette_tui.pages.layout import mark
from stoette_tui.tui import commands
from stoette_tui.tui.dialog import Dialog, ScrolledFrame
from stoette_tui.tui.key_queue import WRITE_WORKERS
from stoette_tui.tui.widgets.optional_text import OptionalText


class ProblemLine(OptionalText):
    """What went wrong, if anything did."""

    def __init__(self, id: str = "form-problem") -> None:  # noqa: A002 - as in all widgets
        super().__init__(id=id, markup=False)

    def show_problem(self, problem: str) -> None:
        """Shows the problem, and scrolls it into view if the form is longer than the window."""
        self.text = problem
        if problem:
            self.call_after_refresh(self.scroll_visible, animate=False)


class Choice(RadioButton):
    """A radio button; on and off differ in the shape of the mark, not just in colour."""

    BUTTON_LEFT = BUTTON_RIGHT = ""

    def render(self) -> Content:
        self.BUTTON_INNER = (("( )", "(*)") if draws_ascii() else "○●")[self.value]
        return super().render()


class Choices(RadioSet):
    """Radio buttons, one of which is on: the arrows choose, so none is only pointed at."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "app.focus_next", show=False)]

    def watch__selected(self) -> None:
        super().watch__selected()
        for chosen in self.query("Choice.-selected").results(Choice):
            chosen.value = True


class Tick(Checkbox):
    """A checkbox; on and off differ in the shape of the mark, not just in colour."""

    BUTTON_LEFT = BUTTON_RIGHT = ""

    def render(self) -> Content:
        self.BUTTON_INNER = mark("in_place" if self.value else "unanswered")
        return super().render()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the label takes; Textual has one."""
        return Widget.get_content_height(self, container, viewport, width)


class Buttons(Horizontal):
    """Buttons side by side, or below each other where they do not fit."""

    def on_resize(self) -> None:
        width = sum(each.outer_size.width + 1 for each in self.children) - 1
        self.styles.layout = "vertical" if width > self.size.width else "horizontal"


class FormDialog(Dialog[None]):
    """Stays open until saved or left. A subclass defines the fields, and how to save them."""

    BINDINGS = commands.bindings("form")
    FRAME = ScrolledFrame

    def __init__(self, title: str, save: str, ui: UiText) -> None:
        """`save` is the label for saving."""
        super().__init__(title, ui)
        self._save_label = save
        self._is_saved = False

    def parts(self) -> ComposeResult:
        yield from self.fields()
        yield ProblemLine()
        with Buttons(classes="buttons"):
            yield Button(self._save_label, action="screen.save", compact=True)
            yield Button(self._ui.plan.leave, action="screen.close", compact=True)

    def fields(self) -> ComposeResult:
        """The fields to fill in."""
        raise NotImplementedError

    def action_save(self) -> object:
        """Saves the input; an override ends with `finish`, if the input is valid."""
        raise NotImplementedError

    def action_close(self) -> Worker[None] | None:
        """Closes the form. Returns nothing to wait for: a button inside it may run this."""
        self.dismiss()
        return None

    def finish(self, saving: Awaitable[str]) -> Worker[bool]:
        """Closes the form if `saving` returns no problem, else shows it; whether it is saved."""
        # A worker of the app: one of the dialog would be cancelled with it, before it finished.
        return self.app.run_worker(self._finish(saving), group=WRITE_WORKERS)

    async def _finish(self, saving: Awaitable[str]) -> bool:
        problem = await saving
        is_open = self in self.app.screen_stack
        if not problem:
            self._is_saved = True
            if is_open:
                self.dismiss()
        elif is_open:
            self.query_one("#form-problem", ProblemLine).show_problem(problem)
        elif not self._is_saved:  # nor by an earlier press of the same key
            self.app.notify(problem, markup=False, severity="error")
        return not problem
