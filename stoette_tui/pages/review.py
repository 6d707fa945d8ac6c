"""Layout of the checklist, its items and their plans, and of the items that are due."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces, sanitize, sanitize_line
from stoette_tui.content.ui_text import fill
from stoette_tui.pages.layout import (
    MEASURE,
    bar,
    linked,
    mark,
    markdown,
    paragraph,
    styled,
)
from stoette_tui.review.plans import due_items
from stoette_tui.review.progress import count

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from stoette_tui.content.model import Checklist, Content, Item, ItemGroup
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Change, Counts, ItemState, Progress


SOON = 30
"""Days before its due date from which an item is due soon."""


def checklist(
    content: Content, ui: UiText, progress: Progress, width: int, ascii_only: bool
) -> list[Text]:
    """The whole checklist, with answers and counts."""
    lines = styled(paragraph(content.checklist.title, width), "title")
    lines += [Text(), *markdown(content.checklist.intro, min(width, MEASURE)), Text()]
    return [*lines, *status(content.checklist, ui, progress, width, ascii_only)]


def status(
    checklist: Checklist,
    ui: UiText,
    progress: Progress,
    width: int,
    ascii_only: bool,
    with_ids: bool = False,
) -> list[Text]:
    """The counts of the round, then the groups with their items, and their ids if `with_ids`."""
    column = max(map(len, checklist.item_ids)) + 2 if with_ids else 0
    total = count(progress, checklist.item_ids)
    lines = paragraph(round_line(ui, progress, total), width)
    lines += styled(paragraph(Text(counts_line(ui, total, ascii_only)), width), "muted")
    for group in checklist.groups:
        counts = count(progress, [item.id for item in group.items])
        lines += [Text(), *group_head(group, ui, counts, width, ascii_only)]
        for item in group.items:
            lines += item_row(item, progress.state(item.id), width, ascii_only, id_column=column)
    return lines


def round_line(ui: UiText, progress: Progress, counts: Counts) -> str:
    """The name of the round and its progress."""
    if progress.round is None:
        return ui.progress.no_round
    return f"{sanitize_line(progress.round.name)} · {share(ui, counts)}"


def share(ui: UiText, counts: Counts) -> str:
    """The progress in words: how many are in place out of those relevant."""
    return fill(ui.progress.of_relevant, in_place=counts.in_place, relevant=counts.relevant)


def counts_line(ui: UiText, counts: Counts, ascii_only: bool) -> str:
    """The four counts, each with the symbol of its answer."""
    return "   ".join(
        f"{mark(name, ascii_only)} {getattr(counts, name)} {getattr(ui.answers, name)}"
        for name in counts.__struct_fields__
    )


def group_head(
    group: ItemGroup, ui: UiText, counts: Counts, width: int, ascii_only: bool
) -> list[Text]:
    """A group's title, progress and bar on one line, or on two if there is no room."""
    title = Text(group.title, "heading")
    state = Text(share(ui, counts))
    state.append("  " + bar(counts.in_place, counts.relevant, 9, ascii_only), "bar")
    gap = width - title.cell_len - state.cell_len
    if gap >= 2:
        head = [Text.assemble(title, " " * gap, state)]
    else:
        head = [*paragraph(title, width), *paragraph(state, width)]
    return [*head, *styled(paragraph(group.intro, width), "muted")]


def item_row(
    item: Item,
    state: ItemState,
    width: int,
    ascii_only: bool,
    *,
    id_column: int = 0,
    ui: UiText | None = None,
) -> list[Text]:
    """An item with the symbol of its answer, and its id if `id_column` gives it a width in cells.

    With `ui`, a summary of the plan follows on the same line, or below if there is no room.
    """
    symbol = mark(state.answer, ascii_only)
    shown_id = item.id.ljust(id_column) if id_column else ""
    text = Text(collapse_spaces(item.text), state.answer if state.answer == "not_relevant" else "")
    head = f"{symbol} {shown_id}"
    below: list[Text] = []
    if ui and (summary := _plan_summary(state, ui)):
        beside = Text.assemble(text, ("  " + summary, "muted"))
        if len(head) + beside.cell_len <= width:
            text = beside
        else:
            below = paragraph(Text(summary, "muted"), width, " " * len(head))
    lines = [*paragraph(text, width, head), *below]
    lines[0].stylize(state.answer, 0, len(symbol))
    return lines


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


def describe_carried_plans(before: Progress, after: Progress, ui: UiText) -> str:
    """How many plans a new round has taken over from the one before, and how many it has not."""
    plans, carried = (
        sum(state.has_plan for state in progress.items.values()) for progress in (before, after)
    )
    name = before.round.name if before.round else ""
    text = fill(ui.rounds.carried_plans, count=carried)
    if plans > carried:
        text += " " + fill(ui.rounds.closed_plans, count=plans - carried, round=name)
    return sanitize_line(text)


def shorten_item(item_id: str, checklist: Checklist) -> str:
    """The start of an item's text, without its full stop; the id of an unknown item."""
    texts = {item.id: item.text for item in checklist.items}
    text = sanitize_line(texts.get(item_id, item_id)).removesuffix(".")
    return textwrap.shorten(text, 50, placeholder=" …")


def describe_change(change: Change, checklist: Checklist, ui: UiText) -> str:
    """The state of an item that an undo or redo has restored."""
    item = shorten_item(change.item, checklist)
    if change.field == "answer":
        answer = getattr(ui.answers, change.value)
        return fill(ui.messages.answer_is, item=item, answer=answer)
    return fill(ui.messages.plan_is, item=item, field=getattr(ui.plan, change.field))


def urgent(progress: Progress, item_ids: Iterable[str], today: date) -> list[str]:
    """The ids of the items that are overdue, then due soon, then without a responsible."""
    due = due_items(progress, item_ids, today, SOON)
    return list(dict.fromkeys([*due.overdue, *due.soon, *due.unassigned]))


def due_head(ui: UiText, width: int) -> list[Text]:
    """The title above the urgent items."""
    return [Text(), *paragraph(Text(ui.due.title, "missing"), width)]


def due_row(item: Item, state: ItemState, ui: UiText, today: date, width: int) -> list[Text]:
    """An urgent item, and why it is."""
    texts, due = ui.due, state.due
    reasons = []
    if due:
        days, shown = (due - today).days, ui.long_date(due)
        if days < 0:
            reasons.append(fill(texts.overdue, date=shown))
        elif days == 0:
            reasons.append(texts.today)
        elif days == 1:
            reasons.append(texts.tomorrow)
        elif days <= SOON:
            reasons.append(fill(texts.soon, date=shown, days=days))
    if not state.responsible.strip():
        reasons.append(texts.unassigned)
    text = Text.assemble((", ".join(reasons), "strong"), ": ", collapse_spaces(item.text))
    return paragraph(text, width, "! ")


def item_detail(
    item: Item,
    content: Content,
    ui: UiText,
    state: ItemState,
    width: int,
    ascii_only: bool,
    with_explanation: bool,
) -> list[Text]:
    """An item in full: its text, the answers to choose from, a link to the fact sheet, its plan.

    With the explanation there are also empty lines between the parts.
    """
    gap = [Text()] if with_explanation else []
    statement = paragraph(Text(collapse_spaces(item.text), "strong"), width)
    choices = []
    for answer in ("in_place", "missing", "not_relevant"):
        label = f"{mark(answer, ascii_only)} {getattr(ui.answers, answer)}"
        chosen = Text(label, answer if state.answer == answer else "muted")
        chosen.stylize("strong" if state.answer == answer else "muted")
        choices.append(linked(chosen, f"answer:{answer}"))
    to_plan = ui.checklist.change_plan if state.has_plan else ui.checklist.to_plan
    choices.append(linked(Text(to_plan, "link"), "plan:"))
    one_row = Text("   ").join(choices)
    section = content.sections[item.explains]
    why = Text(fill(ui.checklist.explained_in, section=section.title), "link")
    reason = [linked(line, f"section:{item.explains}") for line in paragraph(why, width, "→ ")]
    if with_explanation:
        first = markdown(section.body.split("\n\n")[0], width - 2)
        reason += styled([Text.assemble("  ", line) for line in first], "muted")
    answers = [one_row] if one_row.cell_len <= width else choices
    parts = [statement, answers, reason, _plan_lines(state, ui, width)]
    return [line for part in parts if part for line in (*part, *gap)]


def _plan_lines(state: ItemState, ui: UiText, width: int) -> list[Text]:
    """The filled-in fields of the plan, each beside its name, or below it if there is no room."""
    fields = {
        "note": state.note,
        "action": state.action,
        "responsible": state.responsible,
        "due": ui.long_date(state.due) if state.due else "",
        "priority": str(state.priority or ""),
    }
    lines: list[Text] = []
    for name, text in fields.items():
        if text.strip():
            first, *more = sanitize(text).splitlines()
            label = Text(getattr(ui.plan, name), "muted")
            line = Text.assemble(label, "  ", first)
            if line.cell_len <= width:
                lines.append(line)
            else:
                lines += [*paragraph(label, width), *paragraph(Text(first), width, "  ")]
            for text_line in more:
                lines += paragraph(Text(text_line), width, "  ")
    return lines
