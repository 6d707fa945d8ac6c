"""Layout of what needs attention: actions that are done, due dates, and incomplete plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.phrases import due_reasons
from stoette_tui.pages.layout import MEASURE, fold_sign, mark, paragraph
from stoette_tui.review.progress import Answer, ItemState

if TYPE_CHECKING:
    from datetime import date

    from stoette_tui.content.model import Item
    from stoette_tui.content.ui_text import UiText


def head(ui: UiText, reminder: str, width: int) -> list[Text]:
    """The title above the rows, and below it a reminder, if there is any."""
    lines = [Text(), *paragraph(Text(ui.due.title, "heading"), width)]
    return [*lines, *paragraph(reminder, min(width, MEASURE))] if reminder else lines


def row(
    item: Item, state: ItemState, ui: UiText, today: date, width: int, is_unfolded: bool
) -> list[Text]:
    """An item with the mark of its answer, and why it needs attention, if it still does.

    `is_unfolded` is whether the incomplete plans are listed below a line that says so.
    """
    line, texts = Text(collapse_spaces(item.text).removesuffix(".")), ui.due
    reasons = [Text(each) for each in due_reasons(state, ui, today, ui.short_date)]
    reason = Text(", ").join(reasons)
    is_incomplete = reason.plain in (texts.unassigned, texts.undated, texts.unplanned)
    is_below_line = is_unfolded and is_incomplete
    is_said_by_line = is_below_line and reason.plain == texts.unplanned
    if reasons and state.answer == Answer.MISSING and not is_said_by_line:
        if state.is_overdue(today):
            reason.stylize("overdue", 0, len(reasons[0]))
        reason.stylize_before("strong")
        line = Text.assemble(line, " – ", reason)
    indent = "  " if is_below_line else ""
    sign = (mark(state.answer), state.answer)
    return paragraph(line, width, Text.assemble(indent, sign, " "))


def incomplete_row(number: int, is_unfolded: bool, ui: UiText, width: int) -> list[Text]:
    """The number of items with incomplete plans, in place of a row for each."""
    template = ui.due.hide_incomplete if is_unfolded else ui.due.show_incomplete
    return paragraph(ui.count(template, number), width, f"{fold_sign(is_unfolded)} ")
