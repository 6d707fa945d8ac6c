"""The plan of an item: the problem, the action, by whom, by when, and whether it helped."""

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
from stoette_tui.review.progress import PLAN, Progress
from stoette_tui.tui.dialogs.edit import EditDialog
from stoette_tui.tui.dialogs.form import ProblemLine
from stoette_tui.tui.widgets.line_input import LineInput
from stoette_tui.tui.widgets.optional_text import OptionalText

if TYPE_CHECKING:
    from stoette_tui.tui.dialogs.edit import Load, Save


class PlanDialog(EditDialog):
    """The fields of a plan, all optional."""

    def __init__(self, item: Item, progress: Progress, ui: UiText, load: Load, save: Save) -> None:
        def values(progress: Progress) -> dict[str, str]:
            return ui.plan_texts(progress.state(item.id), ui.short_date)

        super().__init__(ui.plan.title, progress, values, ui, load, save)
        self._item = item
        self._state = progress.state(item.id)
        self._days: dict[str, date | None] = {}
        """The days that were meant when they were typed; midnight may pass before saving."""

    def fields(self) -> ComposeResult:
        """The item's statement, then each field below its label, with its problem beside that."""
        yield Static(self._item.text, classes="statement", markup=False)
        for name, field in PLAN.items():
            with Container(classes="long field" if field.kind == "text" else "field"):
                yield Label(
                    plan_form.label(name, self._state, self._ui), classes="caption", markup=False
                )
                yield self._field(name)
            if field.kind == "date":
                yield OptionalText(id=f"{name}-understood", classes="understood", markup=False)
            yield ProblemLine(f"{name}-problem")

    def _field(self, name: str) -> TextArea | Input:
        value = self._before[name]
        if PLAN[name].kind == "text":
            return TextArea(value, id=name, compact=True, highlight_cursor_line=False)
        hint = plan_form.hint(name, self._ui)
        return LineInput(value, id=name, compact=True, placeholder=hint, select_on_focus=False)

    def on_mount(self) -> None:
        """Puts the cursor of the first field after its text."""
        area = self.query_one("#note", TextArea)
        area.move_cursor(area.document.end)
        self.call_after_refresh(self.query_one(".dialog").scroll_home, animate=False)

    @on(Input.Changed)
    def _say_what_is_understood(self, message: Input.Changed) -> None:
        """Shows below a date field which day the input means."""
        name = str(message.input.id)
        if PLAN[name].kind != "date":
            return
        day, today = plan_form.read_date(name, message.value, self._ui), date.today()
        self._days[name] = day
        line = self.query_one(f"#{name}-understood", OptionalText)
        line.text = ""
        if day:
            date_, from_now = self._ui.day_and_date(day), self._ui.from_today(day, today)
            line.text = fill(self._ui.plan.understood, date=date_, from_now=from_now)
            line.set_class(day < today if name == "due" else day > today, "-unlikely")

    def problem(self, name: str, text: str) -> str:
        return plan_form.problem(name, text, self._ui)

    def value(self, name: str, text: str) -> str:
        day = self._days.get(name)
        return day.isoformat() if day else plan_form.value(name, text, self._ui)
