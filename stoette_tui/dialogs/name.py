"""Asks for a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Static

from stoette_tui import commands

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from stoette_tui.ui_text import UiText


class NameDialog(ModalScreen[None]):
    """One line to write in, and a choice beside it where there is one; stays until it is saved."""

    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("form")]

    def __init__(
        self,
        title: str,
        name: str,
        ui: UiText,
        save: Callable[[str, bool], Awaitable[str]],
        choice: str = "",
    ) -> None:
        """`save` is given the name and the choice; it returns what went wrong, or nothing."""
        super().__init__()
        self._title = title
        self._name = name
        self._ui = ui
        self._save = save
        self._choice = choice

    def compose(self) -> ComposeResult:
        """The name, the choice, and the way out."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = self._title
            yield Input(self._name, compact=True)
            if self._choice:
                yield Checkbox(self._choice, value=True, compact=True)
            yield Static("", id="form-problem", classes="problem", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(self._ui.plan.save, id="save", compact=True)
                yield Button(self._ui.plan.leave, id="leave", compact=True)

    @on(Button.Pressed, "#save")
    @on(Input.Submitted)
    def action_save(self) -> None:
        """Saves the name; what is wrong with it is said, and it can be mended."""
        self._write()

    @work
    async def _write(self) -> None:
        choice = self.query(Checkbox)
        carry = bool(choice) and choice.first().value
        problem = await self._save(self.query_one(Input).value, carry)
        if problem:
            self.query_one("#form-problem", Static).update(problem)
        else:
            self.dismiss()

    @on(Button.Pressed, "#leave")
    def action_close(self) -> None:
        """Leaves, with nothing changed."""
        self.dismiss()
