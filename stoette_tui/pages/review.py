"""Layout of the checklist: the groups with their counts, and a row for each item."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces, sanitize_line
from stoette_tui.content.phrases import share
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.item import map_lines, map_share
from stoette_tui.pages.layout import MEASURE, at_both_ends, mark, markdown, paragraph, styled
from stoette_tui.pages.pictures import bar
from stoette_tui.review.progress import Answer, Counts, ItemState, Progress, count

if TYPE_CHECKING:
    from stoette_tui.content.model import Checklist, Content, Item, ItemGroup, SupportMap

_ROOM_FOR_COLUMN = 60
"""Cells from which a column at the right is kept free for what was answered last time."""
_ROOM_FOR_PLAN = 24
"""Cells from which the beginning of what is written in a plan says something beside its item."""
_PRINTED_STYLES = {Answer.NOT_RELEVANT: "not_relevant"}
_ROW_STYLES = {Answer.IN_PLACE: "muted", Answer.MISSING: "bright", **_PRINTED_STYLES}


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
    """The round with its progress, then the four counts with the symbols of the answers."""
    total, line = count(progress, checklist.item_ids), ui.progress.no_round
    if progress.round:
        line = f"{sanitize_line(progress.round.name)} · {share(total, ui)}"
    counted = "   ".join(
        f"{mark(name, ascii_only)} {getattr(ui.answers, name)}: {getattr(total, name)}"
        for name in total.__struct_fields__
    )
    return [*paragraph(line, width), *styled(paragraph(Text(counted), width), "muted")]


def _group(
    group: ItemGroup, ui: UiText, progress: Progress, width: int, ascii_only: bool
) -> list[Text]:
    counts = count(progress, group.item_ids)
    return [Text(), *group_head(group, ui, counts, width, ascii_only)]


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
    head = at_both_ends(Text(title, "heading"), state, width)
    return [*head, *styled(paragraph(intro, width), "muted")]


def item_row(
    item: Item,
    state: ItemState,
    width: int,
    ascii_only: bool,
    *,
    id_column: int = 0,
    ui: UiText | None = None,
    last: Answer | None = None,
) -> list[Text]:
    """An item with the symbol of its answer, and its id if `id_column` gives it a width in cells.

    With `ui`, as on the screen: a summary of the plan stands at the right, or below if there is
    no room, and what is in place is dimmer than what is missing. To the right of that stands what
    was answered `last` time, if anything; None keeps no room for it.
    """
    symbol = mark(state.answer, ascii_only)
    shown_id = item.id.ljust(id_column) if id_column else ""
    style = (_ROW_STYLES if ui else _PRINTED_STYLES).get(state.answer, "")
    text = Text(collapse_spaces(item.text), style)
    head = f"{symbol} {shown_id}"
    if ui is None:
        lines = paragraph(text, width, head)
    else:
        last_time = fill(ui.checklist.last_time, answer=mark(last or state.answer, ascii_only))
        has_column = last is not None and width >= _ROOM_FOR_COLUMN
        room = width - (cell_len(last_time) + 2 if has_column else 0)
        was_answered = last not in (None, Answer.UNANSWERED)
        lines = paragraph(text, room if was_answered else width, head)
        _add_plan(lines, state, ui, room, " " * len(head))
        if was_answered:
            _put_right(lines, Text(last_time, "muted"), width)
    lines[0].stylize(state.answer, 0, len(symbol))
    return lines


def _add_plan(lines: list[Text], state: ItemState, ui: UiText, width: int, indent: str) -> None:
    """Adds the plan in short at the right, where the last line has room for it, or below."""
    free = width - lines[-1].cell_len - 2
    below = width - len(indent)
    summary = _plan_summary(state, ui, free if free >= _ROOM_FOR_PLAN else below)
    if summary.cell_len <= below:
        if summary:
            _put_right(lines, summary, width)
    else:
        lines += paragraph(summary, width, indent)


def _put_right(lines: list[Text], text: Text, width: int) -> None:
    """Adds the text at the right of the first line that has room for it, or of one more."""
    for line in lines:
        gap = width - line.cell_len - text.cell_len
        if gap >= 2:
            line.append(" " * gap).append_text(text)
            return
    lines.append(Text.assemble(" " * max(width - text.cell_len, 0), text))


def _plan_summary(state: ItemState, ui: UiText, room: int) -> Text:
    """Responsible, due date and priority; without these, as much as fits of what is written.

    A date that has passed stands out, unless the action is done.
    """
    texts, parts = ui.plan, list[Text]()
    if state.responsible.strip():
        parts.append(Text(sanitize_line(state.responsible)))
    if state.due:
        is_late = state.due < date.today() and not state.done
        shown = fill(texts.short_due, date=ui.short_date(state.due))
        parts.append(Text(shown, "missing" if is_late else ""))
    if state.priority:
        parts.append(Text(fill(texts.short_priority, priority=state.priority)))
    written = sanitize_line(state.action or state.note)
    if written and not parts:
        parts.append(Text(textwrap.shorten(written, room, placeholder=" …")))
    summary = Text(" · ").join(parts)
    summary.stylize_before("muted")
    return summary
