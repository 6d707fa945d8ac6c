"""The plan of an item: what the problem is, what is done, by whom, when, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container
from textual.widgets import Input, Label, Static, TextArea

from stoette_tui.content.dates import parse_date
from stoette_tui.tui.dialogs.confirm import ConfirmDialog
from stoette_tui.tui.dialogs.form import FormDialog, ProblemLine

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.worker import Worker

    from stoette_tui.content.model import Item
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import ItemState

    Save = Callable[[dict[str, str]], Awaitable[str]]

FIELDS = ("note", "action", "responsible", "due", "priority")
_LONG = ("note", "action")


class PlanDialog(FormDialog):
    """A form that stays until what is written is on the disk, or is given up on purpose."""

    def __init__(self, item: Item, state: ItemState, ui: UiText, save: Save) -> None:
        """`save` is given the fields that were changed; it returns what went wrong, or nothing."""
        super().__init__(ui.plan.title, ui.plan.save, ui)
        self._item = item
        self._save = save
        self._before = {
            "note": state.note,
            "action": state.action,
            "responsible": state.responsible,
            "due": ui.short_date(state.due) if state.due else "",
            "priority": str(state.priority or ""),
        }

    def fields(self) -> ComposeResult:
        """The item's statement, then each field under its name, what is wrong with it beside it."""
        yield Static(self._item.text, classes="statement", markup=False)
        for name in FIELDS:
            with Container(classes="long field" if name in _LONG else "field"):
                yield Label(getattr(self._ui.plan, name), classes="caption", markup=False)
                yield self._field(name)
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

    def _written(self) -> dict[str, str]:
        """What the fields say now."""
        return {
            name: self.query_one(f"#{name}", TextArea).text
            if name in _LONG
            else self.query_one(f"#{name}", Input).value
            for name in FIELDS
        }

    def _changed(self) -> dict[str, str]:
        return {name: text for name, text in self._written().items() if text != self._before[name]}

    def action_save(self) -> Worker[bool] | None:
        """Saves and leaves; what cannot be understood is said, and nothing is saved."""
        edits = self._changed()
        problems = {name: self._problem(name, text) for name, text in edits.items()}
        for name in FIELDS:
            self.query_one(f"#{name}-problem", ProblemLine).show_problem(problems.get(name, ""))
        if wrong := [name for name, problem in problems.items() if problem]:
            self.query_one(f"#{wrong[0]}").focus()
        elif edits:
            return self.finish(self._save(self._values(edits)))
        else:
            self.dismiss()
        return None

    async def save_what_is_valid(self) -> None:
        """Saves the fields that can be understood."""
        edits = self._changed()
        if valid := {name: text for name, text in edits.items() if not self._problem(name, text)}:
            await self._save(self._values(valid))

    def _values(self, edits: dict[str, str]) -> dict[str, str]:
        return {name: self._value(name, text) for name, text in edits.items()}

    def _problem(self, name: str, text: str) -> str:
        """What is wrong with a field; empty when it is as it should be."""
        text = text.strip()
        if name == "due" and text and parse_date(text) is None:
            return self._ui.plan.due_wrong
        if name == "priority" and text and (len(text) != 1 or text not in "123456789"):
            return self._ui.plan.priority_wrong
        return ""

    def _value(self, name: str, text: str) -> str:
        """A field as the log keeps it: dates in ISO 8601, the rest letter by letter."""
        if name == "due":
            due = parse_date(text)
            return due.isoformat() if due else ""
        return text.strip() if name == "priority" else text

    async def may_leave(self) -> bool:
        """Asks when something was typed; true when it is saved, or may be discarded."""
        if not self._changed():
            return True
        words = self._ui.plan
        answers = {"stay": words.stay, "save": words.save, "discard": words.discard}
        answer = await self.app.push_screen_wait(ConfirmDialog(words.unsaved, answers))
        if answer == "save":
            saving = self.action_save()
            return saving is not None and await saving.wait()
        return answer == "discard"
