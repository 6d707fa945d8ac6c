"""Layout of the checklist: the groups with their counts, and a row for each item."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces, sanitize_line
from stoette_tui.content.phrases import answer_in_words, share
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.item import map_lines, map_share
from stoette_tui.pages.layout import (
    MEASURE,
    append_right,
    at_both_ends,
    mark,
    markdown,
    paragraph,
    styled,
)
from stoette_tui.pages.pictures import bar
from stoette_tui.review.progress import Answer, ItemState, Progress, count

if TYPE_CHECKING:
    from stoette_tui.content.model import Checklist, Content, Item, ItemGroup, SupportMap

_ROOM_FOR_TEXT = 40
"""Cells that must remain for an item if a column on the right is reserved for its answer."""
_ROOM_FOR_PLAN = 24
"""Cells below which the start of a plan's text is too short to be useful beside its item."""
_ROOM_FOR_RESPONSIBLE = 40
"""Characters of who is responsible, which a row shows at most."""
_BETWEEN = " · "
_STYLES = {
    Answer.IN_PLACE: "muted",
    Answer.MISSING: "bright",
    Answer.NOT_RELEVANT: "not_relevant",
    Answer.UNANSWERED: "",
}


def checklist(content: Content, ui: UiText, progress: Progress, width: int) -> list[Text]:
    """The whole checklist: the background of each item, the answers and counts, and the map."""
    support_map = content.checklist.map
    lines = styled(paragraph(content.checklist.title, width), "title")
    lines += [Text(), *markdown(content.checklist.intro, min(width, MEASURE)), Text()]
    lines += _counts(content.checklist, ui, progress, width)
    for group in content.checklist.groups:
        lines += [Text(), *group_head(group, ui, progress, width)]
        for item in group.items:
            row = item_row(item, progress.state(item.id), ui, width, dims_settled=False)
            indent = " " * (len(mark(Answer.UNANSWERED)) + 1)
            lines += [Text(), *row]
            for text in (item.why, f"{ui.checklist.question} {item.question}"):
                lines += styled(paragraph(text, width, indent), "muted")
    lines += [Text(), *map_head(support_map, ui, progress, width), Text()]
    return [*lines, *map_lines(support_map, ui, progress, width)]


def status(checklist: Checklist, ui: UiText, progress: Progress, width: int) -> list[Text]:
    """The counts of the round, then the groups with their items and item ids."""
    lines = _counts(checklist, ui, progress, width)
    for group in checklist.groups:
        lines += [Text(), *group_head(group, ui, progress, width)]
        for item in group.items:
            lines += _item_with_id(item, progress.state(item.id).answer, ui, width)
    if unknown := progress.unknown_items(checklist.known_ids):
        items = ", ".join(map(sanitize_line, unknown))
        lines += [Text(), *paragraph(fill(ui.command_line.unknown_items, items=items), width)]
    return lines


def _item_with_id(item: Item, answer: Answer, ui: UiText, width: int) -> list[Text]:
    head = Text(f"{mark(answer)} ", answer)
    words = Text.assemble(item.id, (_BETWEEN + getattr(ui.answers, answer), "muted"))
    return paragraph(words, width, head) + paragraph(item.text, width, " " * len(head))


def _counts(checklist: Checklist, ui: UiText, progress: Progress, width: int) -> list[Text]:
    """The round with its progress, then the four counts with the symbols of the answers."""
    total, line = count(progress, checklist.item_ids), ui.progress.no_round
    if progress.round:
        line = f"{sanitize_line(progress.round.name)} · {share(total, ui)}"
    counted = "   ".join(
        f"{mark(name)} {getattr(ui.answers, name)}: {getattr(total, name)}"
        for name in total.__struct_fields__
    )
    return [*paragraph(line, width), *styled(paragraph(Text(counted), width), "muted")]


def group_head(group: ItemGroup, ui: UiText, progress: Progress, width: int) -> list[Text]:
    """A group's title, progress and bar on one line, or on two if there is no room."""
    counts = count(progress, group.item_ids)
    state = Text.assemble(share(counts, ui), "  ", bar(counts, 9))
    return _head(group.title, state, group.intro, width)


def map_head(support_map: SupportMap, ui: UiText, progress: Progress, width: int) -> list[Text]:
    """The title of the map, and how much of the map is filled in."""
    state = Text(map_share(support_map, ui, progress))
    return _head(support_map.title, state, support_map.intro, width)


def _head(title: str, state: Text, intro: str, width: int) -> list[Text]:
    head = at_both_ends(Text(title, "heading"), state, width)
    return [*head, *styled(paragraph(intro, width), "muted")]


def item_row(
    item: Item,
    state: ItemState,
    ui: UiText,
    width: int,
    *,
    last: Answer = Answer.UNANSWERED,
    dims_settled: bool = True,
) -> list[Text]:
    """An item with the mark of its answer; items in place are dimmed unless that is turned off.

    A summary of its plan and the answer in words, with that of `last` time, are on the right of
    the line; the plan, or in a narrow window both, go below it.
    """
    head = Text(f"{mark(state.answer)} ", state.answer)
    indent = " " * len(head)
    answer = Text(answer_in_words(state.answer, last, ui), "muted")
    column = answer.cell_len + 2
    column = column if answer and width - column >= _ROOM_FOR_TEXT else 0
    style = "" if state.answer == Answer.IN_PLACE and not dims_settled else _STYLES[state.answer]
    lines = paragraph(Text(collapse_spaces(item.text), style), width - column, head)
    beside, below = width - lines[-1].cell_len - 2, width - len(indent)
    taken = answer.cell_len + len(_BETWEEN) if answer else 0
    plan = _plan_summary(
        state, ui, beside - taken if beside - taken >= _ROOM_FOR_PLAN else below - taken
    )
    aside = Text(_BETWEEN, "muted").join(each for each in (plan, answer) if each)
    if column and (len(lines) > 1 or aside.cell_len > beside):
        append_right(lines[:1], answer, width)
        aside = plan
    if aside:
        append_right(lines, aside, width, indent)
    return lines


def _plan_summary(state: ItemState, ui: UiText, room: int) -> Text:
    """Responsible, due date and priority; without these, as much of the plan's text as fits.

    An overdue date stands out.
    """
    texts, parts = ui.plan, list[Text]()
    if state.responsible.strip():
        responsible = sanitize_line(state.responsible)
        parts.append(Text(textwrap.shorten(responsible, _ROOM_FOR_RESPONSIBLE, placeholder=" …")))
    if state.done:
        parts.append(Text(fill(texts.short_done, date=ui.short_date(state.done))))
    elif state.due:
        shown = fill(texts.short_due, date=ui.short_date(state.due))
        parts.append(Text(shown, "overdue" if state.is_overdue(date.today()) else ""))
    if state.priority:
        parts.append(Text(fill(texts.short_priority, priority=state.priority)))
    written = sanitize_line(state.action or state.note)
    if written and not parts and room > 0:
        parts.append(Text(textwrap.shorten(written, room, placeholder=" …")))
    summary = Text(_BETWEEN).join(parts)
    summary.stylize_before("muted")
    return summary
