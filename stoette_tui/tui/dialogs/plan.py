"""The plan of an item: the problem, what is done about it, by whom, when, and did it help."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Input, Label, Static, TextArea

from stoette_tui.content import plan_form
from stoette_tui.content.model import Item
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.progress import ItemState
from stoette_tui.tui.dialogs.edit import EditDialog
from stoette_tui.tui.dialogs.form import ProblemLine

if TYPE_CHECKING:
    from stoette_tui.tui.dialogs.edit import Save


class PlanDialog(EditDialog):
    """All fields of a plan; none of them has to be filled in."""

    def __init__(self, item: Item, state: ItemState, ui: UiText, save: Save) -> None:
        super().__init__(ui.plan.title, plan_form.typed(state, ui), ui, save)
        self._item = item
        self._answer = state.answer

    def fields(self) -> ComposeResult:
        """The item's statement, then each field under its name, what is wrong with it beside it."""
        yield Static(self._item.text, classes="statement", markup=False)
        for name in plan_form.FIELDS:
            with Container(classes="long field" if name in plan_form.LONG else "field"):
                yield Label(
                    plan_form.label(name, self._answer, self._ui), classes="caption", markup=False
                )
                yield self._field(name)
            if name in plan_form.DATES:
                yield Label(id=f"{name}-understood", classes="understood", markup=False)
            yield ProblemLine(f"{name}-problem")

    def _field(self, name: str) -> TextArea | Input:
        value = self._before[name]
        if name in plan_form.LONG:
            return TextArea(value, id=name, compact=True, highlight_cursor_line=False)
        hint = plan_form.hint(name, self._ui)
        return Input(value, id=name, compact=True, placeholder=hint)

    def on_mount(self) -> None:
        """The cursor stands in the first field, after what is there."""
        area = self.query_one("#note", TextArea)
        area.focus()
        area.move_cursor(area.document.end)
        self.call_after_refresh(self.query_one(".dialog").scroll_home, animate=False)

    @on(Input.Changed)
    def _say_what_is_understood(self, message: Input.Changed) -> None:
        """Says below a date which day it is."""
        name = str(message.input.id)
        if name not in plan_form.DATES:
            return
        day, today = plan_form.read_date(name, message.value, self._ui), date.today()
        line = self.query_one(f"#{name}-understood", Label)
        line.display = day is not None
        if day:
            ui = self._ui
            written = ui.day_and_date(day), ui.from_today(day, today)
            line.update(fill(ui.plan.understood, date=written[0], from_now=written[1]))
            line.set_class(name == "due" and day < today, "-past")

    def problem(self, name: str, text: str) -> str:
        return plan_form.problem(name, text, self._ui)

    def value(self, name: str, text: str) -> str:
        return plan_form.value(name, text, self._ui)
