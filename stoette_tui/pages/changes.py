"""What a change was, in one sentence: for undo, redo, and a new round that takes plans over."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import is_map_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_sections import AnswerTexts, TakenBackTexts
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Change, Progress


def describe_taken_back(
    changes: Sequence[Change], checklist: Checklist, answers: AnswerTexts, words: TakenBackTexts
) -> str:
    """One sentence for an undo or redo, however many fields have changed.

    `changes` are those of one action, which is about one item or about the map.
    """
    change = changes[0]
    if is_map_cell(change.item):
        return words.map
    item = shorten_item(change.item, checklist)
    if change.field == "answer":
        return fill(words.answer, item=item, answer=getattr(answers, change.value))
    return fill(words.plan, item=item)


def shorten_item(item_id: str, checklist: Checklist) -> str:
    """The start of an item's text, without its full stop; the id of an unknown item."""
    if is_map_cell(item_id):
        return checklist.map.title
    texts = {item.id: item.text for item in checklist.items}
    text = sanitize_line(texts.get(item_id, item_id)).removesuffix(".")
    return textwrap.shorten(text, 50, placeholder=" …")


def describe_carried_plans(before: Progress, after: Progress, ui: UiText) -> str:
    """How many plans a new round has taken over from the one before, and how many it has not."""
    plans, carried = (
        sum(state.has_plan and not is_map_cell(each) for each, state in progress.items.items())
        for progress in (before, after)
    )
    name = before.round.name if before.round else ""
    template = ui.rounds.carried_plans if plans == carried else ui.rounds.carried_some_plans
    return sanitize_line(fill(template, count=carried, closed=plans - carried, round=name))
