"""The plan of an item: the problem, what is done about it, by whom, when, and did it help."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Container
from textual.widgets import Input, Label, Static, TextArea

from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import Answer, Helped
from stoette_tui.tui.dialogs.edit import EditDialog
from stoette_tui.tui.dialogs.form import ProblemLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from stoette_tui.content.model import Item
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import ItemState
    from stoette_tui.tui.dialogs.edit import Save

FIELDS = ("note", "action", "responsible", "due", "priority", "done", "helped")
_LONG = ("note", "action")
_DATES = ("due", "done")


class PlanDialog(EditDialog):
    """All fields of a plan; none of them has to be filled in."""

    def __init__(self, item: Item, state: ItemState, ui: UiText, save: Save) -> None:
        def shown(day: date | None) -> str:
            return ui.short_date(day) if day else ""

        before = {
            "note": state.note,
            "action": state.action,
            "responsible": state.responsible,
            "due": shown(state.due),
            "priority": str(state.priority or ""),
            "done": shown(state.done),
            "helped": ui.helped[state.helped] if state.helped else "",
        }
        super().__init__(ui.plan.title, before, ui, save)
        self._item = item
        self._captions = {name: getattr(ui.plan, name) for name in FIELDS}
        if state.answer in (Answer.IN_PLACE, Answer.NOT_RELEVANT):
            self._captions["note"] = ui.plan.remark

    def fields(self) -> ComposeResult:
        """The item's statement, then each field under its name, what is wrong with it beside it."""
        yield Static(self._item.text, classes="statement", markup=False)
        for name in FIELDS:
            with Container(classes="long field" if name in _LONG else "field"):
                yield Label(self._captions[name], classes="caption", markup=False)
                yield self._field(name)
            if name in _DATES:
                yield Label(id=f"{name}-understood", classes="understood", markup=False)
            yield ProblemLine(f"{name}-problem")

    def _field(self, name: str) -> TextArea | Input:
        value = self._before[name]
        if name in _LONG:
            return TextArea(value, id=name, compact=True, highlight_cursor_line=False)
        hint = getattr(self._ui.plan, f"{name}_hint")
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
        if name not in _DATES:
            return
        day, today = self._read_date(name, message.value), date.today()
        line = self.query_one(f"#{name}-understood", Label)
        line.display = day is not None
        if day:
            ui = self._ui
            written = ui.day_and_date(day), ui.from_today(day, today)
            line.update(fill(ui.plan.understood, date=written[0], from_now=written[1]))
            line.set_class(name == "due" and day < today, "-past")

    def problem(self, name: str, text: str) -> str:
        """What is wrong with a field; empty when it is as it should be."""
        if not (text := text.strip()):
            return ""
        words = self._ui.plan
        if name in _DATES and self._read_date(name, text) is None:
            return words.done_wrong if name == "done" else words.due_wrong
        if name == "priority" and (len(text) != 1 or text not in "123456789"):
            return words.priority_wrong
        if name == "helped" and not self._helped(text):
            return words.helped_wrong
        return ""

    def _read_date(self, name: str, text: str) -> date | None:
        return self._ui.read_date(text, date.today(), past=name == "done")

    def _helped(self, text: str) -> str:
        """The value whose word begins with the text; empty if none does."""
        words, start = self._ui.helped, text.strip().casefold()
        fits = (each for each in Helped if words[each].casefold().startswith(start))
        return next(fits, "") if start else ""

    def value(self, name: str, text: str) -> str:
        """A field as the log keeps it: dates in ISO 8601, the rest letter by letter."""
        if name in _DATES:
            day = self._read_date(name, text)
            return day.isoformat() if day else ""
        if name == "helped":
            return self._helped(text)
        return text.strip() if name == "priority" else text
