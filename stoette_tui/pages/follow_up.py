"""Layout of what needs attention: actions that are done, dates, and plans without a responsible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.ui_text import fill
from stoette_tui.pages.layout import paragraph
from stoette_tui.review.plans import due_items

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from stoette_tui.content.model import Item
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.plans import DueItems
    from stoette_tui.review.progress import ItemState, Progress

SOON = 30
"""Days before its due date from which an item is due soon."""


def urgent(progress: Progress, item_ids: Iterable[str], today: date) -> DueItems:
    """The items that need attention today."""
    return due_items(progress, item_ids, today, SOON)


def head(ui: UiText, width: int) -> list[Text]:
    """The title above the rows."""
    return [Text(), *paragraph(Text(ui.due.title, "missing"), width)]


def row(item: Item, state: ItemState, ui: UiText, today: date, width: int) -> list[Text]:
    """An item, and why it needs attention."""
    statement = collapse_spaces(item.text).removesuffix(".")
    reason = ", ".join(_reasons(state, ui, today))
    return paragraph(Text.assemble(statement, " – ", (reason, "strong")), width, "! ")


def _reasons(state: ItemState, ui: UiText, today: date) -> Iterable[str]:
    texts = ui.due
    if state.done:
        yield fill(texts.done, date=ui.long_date(state.done))
        return
    if state.due:
        days, shown = (state.due - today).days, ui.long_date(state.due)
        if days < 0:
            yield fill(texts.overdue, date=shown)
        elif days == 0:
            yield texts.today
        elif days == 1:
            yield texts.tomorrow
        elif days <= SOON:
            yield ui.count(texts.soon, days, date=shown)
    if not state.responsible.strip():
        yield texts.unassigned


def unassigned_row(number: int, is_unfolded: bool, ui: UiText, width: int) -> list[Text]:
    """How many items have nobody responsible, in place of a row for each."""
    template = ui.due.hide_unassigned if is_unfolded else ui.due.show_unassigned
    return paragraph(ui.count(template, number), width, "! ")
