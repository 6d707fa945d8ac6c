"""Layout of what needs attention: actions that are done, dates, and unassigned plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.phrases import due_reasons
from stoette_tui.pages.layout import paragraph

if TYPE_CHECKING:
    from datetime import date

    from stoette_tui.content.model import Item
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import ItemState


def head(ui: UiText, width: int) -> list[Text]:
    """The title above the rows."""
    return [Text(), *paragraph(Text(ui.due.title, "overdue"), width)]


def row(item: Item, state: ItemState, ui: UiText, today: date, width: int) -> list[Text]:
    """An item, and why it needs attention."""
    statement = collapse_spaces(item.text).removesuffix(".")
    is_overdue = state.done is None and state.due is not None and state.due < today
    reasons = [Text(each) for each in due_reasons(state, ui, today)]
    if is_overdue:
        reasons[0].stylize("overdue")
    reason = Text(", ").join(reasons)
    reason.stylize_before("strong")
    return paragraph(Text.assemble(statement, " – ", reason), width, "! ")


def unassigned_row(number: int, is_unfolded: bool, ui: UiText, width: int) -> list[Text]:
    """The number of unassigned items, in place of a row for each."""
    template = ui.due.hide_unassigned if is_unfolded else ui.due.show_unassigned
    return paragraph(ui.count(template, number), width, "! ")
