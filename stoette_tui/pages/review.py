"""Layout of the checklist: the groups with their counts, and a row for each item."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces, sanitize_line
from stoette_tui.content.phrases import share
from stoette_tui.content.ui_text import fill
from stoette_tui.pages.item import map_lines, map_share
from stoette_tui.pages.layout import (
    MEASURE,
    mark,
    markdown,
    paragraph,
    styled,
)
from stoette_tui.pages.pictures import bar
from stoette_tui.review.progress import Answer, count

if TYPE_CHECKING:
    from stoette_tui.content.model import Checklist, Content, Item, ItemGroup, SupportMap
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Counts, ItemState, Progress

_ROOM_FOR_COLUMN = 60
"""Cells from which a column at the right is kept free for what was answered last time."""


def checklist(
    content: Content, ui: UiText, progress: Progress, width: int, ascii_only: bool
) -> list[Text]:
    """The whole checklist: what is behind each item, the answers and counts, and the map."""
    support_map = content.checklist.map
    lines = styled(paragraph(content.checklist.title, width), "title")
    lines += [Text(), *markdown(content.checklist.intro, min(width, MEASURE)), Text()]
    lines += _counts(content.checklist, ui, progress, width, ascii_only)
    for group in content.checklist.groups:
        lines += _group(group, ui, progress, width, ascii_only)
        for item in group.items:
            row = item_row(item, progress.state(item.id), width, ascii_only)
            indent = " " * (len(mark(Answer.UNANSWERED, ascii_only)) + 1)
            lines += [Text(), *row]
            for text in (item.why, f"{ui.checklist.question} {item.question}"):
                lines += styled(paragraph(collapse_spaces(text), width, indent), "muted")
    lines += [Text(), *map_head(support_map, ui, progress, width), Text()]
    return [*lines, *map_lines(support_map, ui, progress, width)]


def status(
    checklist: Checklist, ui: UiText, progress: Progress, width: int, ascii_only: bool
) -> list[Text]:
    """The counts of the round, then the groups with their items and the ids of these."""
    column = max(map(len, checklist.item_ids)) + 2
    lines = _counts(checklist, ui, progress, width, ascii_only)
    for group in checklist.groups:
        lines += _group(group, ui, progress, width, ascii_only)
        for item in group.items:
            lines += item_row(item, progress.state(item.id), width, ascii_only, id_column=column)
    if unknown := progress.unknown_items(checklist.known_ids):
        items = ", ".join(map(sanitize_line, unknown))
        lines += [Text(), *paragraph(fill(ui.command_line.unknown_items, items=items), width)]
    return lines


def _counts(
    checklist: Checklist, ui: UiText, progress: Progress, width: int, ascii_only: bool
) -> list[Text]:
    total = count(progress, checklist.item_ids)
    lines = paragraph(round_line(ui, progress, total), width)
    return lines + styled(paragraph(Text(counts_line(ui, total, ascii_only)), width), "muted")


def _group(
    group: ItemGroup, ui: UiText, progress: Progress, width: int, ascii_only: bool
) -> list[Text]:
    counts = count(progress, [item.id for item in group.items])
    return [Text(), *group_head(group, ui, counts, width, ascii_only)]


def round_line(ui: UiText, progress: Progress, counts: Counts) -> str:
    """The name of the round and its progress."""
    if progress.round is None:
        return ui.progress.no_round
    return f"{sanitize_line(progress.round.name)} · {share(counts, ui)}"


def counts_line(ui: UiText, counts: Counts, ascii_only: bool) -> str:
    """The four counts, each with the symbol of its answer."""
    return "   ".join(
        f"{mark(name, ascii_only)} {getattr(ui.answers, name)}: {getattr(counts, name)}"
        for name in counts.__struct_fields__
    )


def group_head(
    group: ItemGroup, ui: UiText, counts: Counts, width: int, ascii_only: bool
) -> list[Text]:
    """A group's title, progress and bar on one line, or on two if there is no room."""
    state = Text.assemble(share(counts, ui), "  ", bar(counts, 9, ascii_only))
    return _head(group.title, state, group.intro, width)


def map_head(support_map: SupportMap, ui: UiText, progress: Progress, width: int) -> list[Text]:
    """The title of the map, and how much of it is filled in."""
    state = Text(map_share(support_map, ui, progress))
    return _head(support_map.title, state, support_map.intro, width)


def _head(title: str, state: Text, intro: str, width: int) -> list[Text]:
    heading = Text(title, "heading")
    gap = width - heading.cell_len - state.cell_len
    if gap >= 2:
        head = [Text.assemble(heading, " " * gap, state)]
    else:
        head = [*paragraph(heading, width), *paragraph(state, width)]
    return [*head, *styled(paragraph(intro, width), "muted")]


def item_row(
    item: Item,
    state: ItemState,
    width: int,
    ascii_only: bool,
    *,
    id_column: int = 0,
    ui: UiText | None = None,
    last: Answer = Answer.UNANSWERED,
) -> list[Text]:
    """An item with the symbol of its answer, and its id if `id_column` gives it a width in cells.

    With `ui`, a summary of the plan follows on the same line, or below if there is no room; and
    at the right what was answered last time, if anything.
    """
    symbol = mark(state.answer, ascii_only)
    shown_id = item.id.ljust(id_column) if id_column else ""
    text = Text(collapse_spaces(item.text), state.answer if state.answer == "not_relevant" else "")
    head = f"{symbol} {shown_id}"
    last_time, room = Text(), width
    if ui and last != Answer.UNANSWERED:
        last_time = Text(fill(ui.checklist.last_time, answer=mark(last, ascii_only)), "muted")
        if width >= _ROOM_FOR_COLUMN:
            room -= last_time.cell_len + 2
    below: list[Text] = []
    if ui and (summary := _plan_summary(state, ui)):
        beside = Text.assemble(text, ("  " + summary, "muted"))
        if len(head) + beside.cell_len <= room:
            text = beside
        else:
            below = paragraph(Text(summary, "muted"), room, " " * len(head))
    lines = [*paragraph(text, room, head), *below]
    lines[0].stylize(state.answer, 0, len(symbol))
    if last_time:
        _put_right(lines, last_time, width)
    return lines


def _put_right(lines: list[Text], text: Text, width: int) -> None:
    """Adds the text at the right of the first line that has room for it, or of one more."""
    for line in lines:
        gap = width - line.cell_len - text.cell_len
        if gap >= 2:
            line.append(" " * gap).append_text(text)
            return
    lines.append(Text.assemble(" " * max(width - text.cell_len, 0), text))


def _plan_summary(state: ItemState, ui: UiText) -> str:
    """Responsible, due date and priority; without these, the start of the action or the note."""
    texts = ui.plan
    parts = [sanitize_line(state.responsible)] if state.responsible.strip() else []
    if state.due:
        parts.append(fill(texts.short_due, date=ui.short_date(state.due)))
    if state.priority:
        parts.append(fill(texts.short_priority, priority=state.priority))
    written = sanitize_line(state.action or state.note)
    return " · ".join(parts) or (written and textwrap.shorten(written, 40, placeholder=" …"))
