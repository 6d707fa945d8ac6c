"""The plan as a form: the labels and hints of its fields, and how to parse input."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from stoette_tui.review.progress import PLAN, Answer, Helped

if TYPE_CHECKING:
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import ItemState


def label(name: str, state: ItemState, ui: UiText) -> str:
    """The label of a field; the note of an item is not always a problem it has now."""
    if name == "note" and state.has_former_problem:
        name = "former_problem"
    elif name == "note" and state.answer in (Answer.IN_PLACE, Answer.NOT_RELEVANT):
        name = "remark"
    found: str = getattr(ui.plan, name)
    return found


def hint(name: str, ui: UiText) -> str:
    """What a field accepts; empty for a long field, which accepts anything."""
    found: str = "" if PLAN[name].kind == "text" else getattr(ui.plan, f"{name}_hint")
    return found


def problem(name: str, text: str, ui: UiText) -> str:
    """What is wrong with a field; empty if it is valid."""
    is_wrong = _read(name, text, ui) is None
    return getattr(ui.plan, f"{name}_wrong") if is_wrong else ""


def value(name: str, text: str, ui: UiText) -> str:
    """A valid field as the log stores it: dates in ISO 8601, the rest verbatim."""
    return _read(name, text, ui) or ""


def _read(name: str, text: str, ui: UiText) -> str | None:
    """The value of a field; None if it is invalid."""
    kind, entered = PLAN[name].kind, text.strip()
    if kind in ("text", "line"):
        return text
    if not entered:
        return ""
    if kind == "date":
        day = read_date(name, text, ui)
        return day.isoformat() if day else None
    if kind == "priority":
        return entered if entered in tuple("123456789") else None
    if kind == "helped":
        fits = (
            each for each in Helped if ui.helped[each].casefold().startswith(entered.casefold())
        )
        return next(fits, None)
    raise ValueError(kind)


def read_date(name: str, text: str, ui: UiText) -> date | None:
    """The date a field means; without a year, `done` is in the past, `due` in the future."""
    return ui.read_date(text, date.today(), past=name == "done")
