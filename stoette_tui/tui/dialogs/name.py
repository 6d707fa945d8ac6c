"""Asks for a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Label
from textual.worker import Worker

from stoette_tui.content.ui_text import UiText
from stoette_tui.tui.dialogs.form import FormDialog, Tick
from stoette_tui.tui.widgets.line_input import LineInput


class NameDialog(FormDialog):
    """An input, and a checkbox if there is a choice."""

    def __init__(
        self,
        title: str,
        suggested: str,
        save_label: str,
        ui: UiText,
        save: Callable[[str, bool], Awaitable[str]],
        choice: str = "",
    ) -> None:
        """`save` is called with the name and the choice; it returns what went wrong, or nothing.

        `save_label` is the text of the button that saves.
        """
        super().__init__(title, save_label, ui)
        self._suggested = suggested
        self._save = save
        self._choice = choice

    def fields(self) -> ComposeResult:
        yield Label(self._ui.rounds.name, classes="caption", markup=False)
        yield LineInput(self._suggested, compact=True)
        if self._choice:
            yield Tick(self._choice, value=True, compact=True)

    @on(Input.Submitted)
    def action_save(self) -> Worker[bool]:
        """Saves the name; stays open and shows the problem if that fails."""
        choice = self.query(Tick)
        carry = bool(choice) and choice.first().value
        return self.finish(self._save(self.query_one(Input).value, carry))
