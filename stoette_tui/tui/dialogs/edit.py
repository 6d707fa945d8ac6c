"""A form of text fields: their previous values, the input, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from textual import on, work
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import Worker

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.progress import Progress
from stoette_tui.tui.dialogs.confirm import ConfirmDialog
from stoette_tui.tui.dialogs.form import FormDialog, ProblemLine

Load = Callable[[], Awaitable[Progress | None]]
Save = Callable[[dict[str, str]], Awaitable[str]]


class EditDialog(FormDialog):
    """Stays open until the input is on disk, or deliberately discarded.

    A subclass composes a `TextArea` or an `Input` for each field, with its name as id, and a
    `ProblemLine` with id `{name}-problem` for each field that can be invalid.
    """

    def __init__(
        self,
        title: str,
        progress: Progress,
        values: Callable[[Progress], Mapping[str, str]],
        ui: UiText,
        load: Load,
        save: Save,
    ) -> None:
        """`values` returns those of the fields; `load` the current progress, if it can be read.

        `save` is called with the changed fields, and returns what went wrong; empty if nothing.
        """
        super().__init__(title, ui.plan.save, ui)
        self._values_in = values
        self._before = dict(values(progress))
        self._load = load
        self._save = save

    def problem(self, name: str, text: str) -> str:
        """What is wrong with a field; empty if it is valid."""
        return ""

    def value(self, name: str, text: str) -> str:
        """A valid field as the log stores it."""
        return text

    @on(Input.Submitted)
    def _to_next_field(self, message: Input.Submitted) -> None:
        message.stop()
        self.focus_next()

    @on(Input.Blurred)
    @on(Input.Changed)
    def _check(self, message: Input.Blurred | Input.Changed) -> None:
        """Shows what is wrong with a field once it is left, until it is corrected."""
        name, focused = str(message.input.id), self.focused
        for line in self.query(f"#{name}-problem").results(ProblemLine):
            if line.display or isinstance(message, Input.Blurred):
                line.text = self.problem(name, message.value)
        if focused:
            self.call_after_refresh(focused.scroll_visible, animate=False)

    def _written(self, name: str) -> str:
        field = self.query_one(f"#{name}")
        if isinstance(field, TextArea):
            return field.text
        return self.query_one(f"#{name}", Input).value

    def _changed(self) -> dict[str, str]:
        written = {name: self._written(name) for name in self._before}
        return {name: text for name, text in written.items() if text != self._before[name]}

    def action_save(self) -> Worker[bool] | None:
        """Saves and closes; if a field is invalid, reports it and saves nothing.

        Likewise, once, if a field that was changed here has been changed elsewhere meanwhile.
        """
        edits = self._changed()
        problems = {name: self.problem(name, text) for name, text in edits.items()}
        for line in self.query(ProblemLine):
            line.show_problem(problems.get(str(line.id).removesuffix("-problem"), ""))
        if wrong := [name for name, problem in problems.items() if problem]:
            self.query_one(f"#{wrong[0]}").focus()
        elif edits:
            return self.finish(self._save_unless_overtaken(edits))
        else:
            self.dismiss()
        return None

    async def _save_unless_overtaken(self, edits: dict[str, str]) -> str:
        """Saves, or returns, once for each field, what was written elsewhere meanwhile."""
        progress, words = await self._load(), self._ui.plan
        stored = self._values_in(progress) if progress else self._before
        for name, text in edits.items():
            if stored[name] not in (self._before[name], text):
                self._before[name] = found = stored[name]
                said = fill(words.overtaken, text=collapse_spaces(found))
                return said if found else words.overtaken_by_nothing
        return await self._save(self._values(edits))

    @work(exclusive=True, group="leave")
    async def action_close(self) -> None:
        """Closes the form, unless the reader wants to stay."""
        if await self.may_leave() and self.is_current:
            self.dismiss()

    async def save_what_is_valid(self) -> None:
        """Saves the valid fields."""
        edits = self._changed()
        if valid := {name: text for name, text in edits.items() if not self.problem(name, text)}:
            await self._save(self._values(valid))

    def _values(self, edits: dict[str, str]) -> dict[str, str]:
        return {name: self.value(name, text) for name, text in edits.items()}

    async def may_leave(self) -> bool:
        """Asks if there are unsaved changes; true once they are saved or may be discarded."""
        if not self._changed():
            return True
        words = self._ui.plan
        answers = {"stay": words.stay, "save": words.save, "discard": words.leave}
        answer = await self.app.push_screen_wait(ConfirmDialog(words.unsaved, answers, self._ui))
        if answer == "save":
            saving = self.action_save()
            return saving is not None and await saving.wait()
        return answer == "discard"


async def may_leave_all(screens: Sequence[Screen[Any]]) -> bool:
    """Whether leaving all of these would lose nothing, or the reader accepts the loss.

    If a question is open, it must be answered first.
    """
    for screen in reversed(screens):
        if isinstance(screen, ConfirmDialog):
            return False
        if isinstance(screen, EditDialog) and not await screen.may_leave():
            return False
    return True


async def save_all_valid(screens: Sequence[Screen[Any]]) -> None:
    """Saves the valid part of the input on these screens."""
    for screen in screens:
        if isinstance(screen, EditDialog):
            await screen.save_what_is_valid()
