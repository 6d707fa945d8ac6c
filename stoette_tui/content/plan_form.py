"""The plan as a form: what each of its fields is called, and how what is typed is read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from stoette_tui.review.progress import PLAN, Answer, Helped, ItemState

if TYPE_CHECKING:
    from stoette_tui.content.ui_text import UiText


def label(name: str, answer: Answer, ui: UiText) -> str:
    """What a field is called. The note of an item that is not missing is a mere remark."""
    is_remark = name == "note" and answer in (Answer.IN_PLACE, Answer.NOT_RELEVANT)
    found: str = getattr(ui.plan, "remark" if is_remark else name)
    return found


def hint(name: str, ui: UiText) -> str:
    """What can be typed into a field; empty for a long one, which takes anything."""
    found: str = "" if PLAN[name].kind == "text" else getattr(ui.plan, f"{name}_hint")
    return found


def typed(state: ItemState, ui: UiText) -> dict[str, str]:
    """Each field as it would be typed."""
    values = {name: getattr(state, name) for name in PLAN}
    dates = {name: ui.short_date(day) for name, day in values.items() if isinstance(day, date)}
    return ui.plan_texts(state) | dates


def problem(name: str, text: str, ui: UiText) -> str:
    """What is wrong with a field; empty when it is as it should be."""
    is_wrong = _read(name, text, ui) is None
    return getattr(ui.plan, f"{name}_wrong") if is_wrong else ""


def value(name: str, text: str, ui: UiText) -> str:
    """A valid field as the log keeps it: dates in ISO 8601, the rest letter by letter."""
    return _read(name, text, ui) or ""


def _read(name: str, text: str, ui: UiText) -> str | None:
    """The value of a field; None for what is wrong."""
    kind, entered = PLAN[name].kind, text.strip()
    if kind in ("text", "line"):
        return text
    if not entered:
        return ""
    if kind == "date":
        day = read_date(name, text, ui)
        return day.isoformat() if day else None
    if kind == "helped":
        fits = (
            each for each in Helped if ui.helped[each].casefold().startswith(entered.casefold())
        )
        return next(fits, None)
    return entered if entered in tuple("123456789") else None


def read_date(name: str, text: str, ui: UiText) -> date | None:
    """The day that is meant; what is done lies behind, what is due ahead."""
    return ui.read_date(text, date.today(), past=name == "done")
