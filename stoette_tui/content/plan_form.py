"""The plan as a form: its fields in order, what each is called, and how what is typed is read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from stoette_tui.review.progress import Answer, Helped

if TYPE_CHECKING:
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import ItemState

FIELDS: Final = ("note", "action", "responsible", "due", "priority", "done", "helped")
LONG: Final = ("note", "action")
"""The fields that have room for several lines."""
DATES: Final = ("due", "done")


def label(name: str, answer: Answer, ui: UiText) -> str:
    """What a field is called. The note of an item that is not missing is a mere remark."""
    is_remark = name == "note" and answer in (Answer.IN_PLACE, Answer.NOT_RELEVANT)
    found: str = getattr(ui.plan, "remark" if is_remark else name)
    return found


def hint(name: str, ui: UiText) -> str:
    """What can be typed into a field; empty for a long one, which takes anything."""
    found: str = "" if name in LONG else getattr(ui.plan, f"{name}_hint")
    return found


def typed(state: ItemState, ui: UiText) -> dict[str, str]:
    """Each field as it would be typed."""

    def shown(day: date | None) -> str:
        return ui.short_date(day) if day else ""

    return ui.plan_texts(state) | {"due": shown(state.due), "done": shown(state.done)}


def problem(name: str, text: str, ui: UiText) -> str:
    """What is wrong with a field; empty when it is as it should be."""
    if not (text := text.strip()):
        return ""
    words = ui.plan
    if name in DATES and read_date(name, text, ui) is None:
        return words.done_wrong if name == "done" else words.due_wrong
    if name == "priority" and (len(text) != 1 or text not in "123456789"):
        return words.priority_wrong
    if name == "helped" and not _helped(text, ui):
        return words.helped_wrong
    return ""


def value(name: str, text: str, ui: UiText) -> str:
    """A valid field as the log keeps it: dates in ISO 8601, the rest letter by letter."""
    if name in DATES:
        day = read_date(name, text, ui)
        return day.isoformat() if day else ""
    if name == "helped":
        return _helped(text, ui)
    return text.strip() if name == "priority" else text


def read_date(name: str, text: str, ui: UiText) -> date | None:
    """The day that is meant; what is done lies behind, what is due ahead."""
    return ui.read_date(text, date.today(), past=name == "done")


def _helped(text: str, ui: UiText) -> str:
    """The value whose word begins with the text; empty if none does."""
    start = text.strip().casefold()
    fits = (each for each in Helped if ui.helped[each].casefold().startswith(start))
    return next(fits, "") if start else ""
