"""Sets the review as lines: the checklist, its items and their plans, and what cannot wait."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces, sanitize, sanitize_line
from stoette_tui.content.ui_text import fill
from stoette_tui.pages.typeset import (
    MEASURE,
    bar,
    leading,
    mark,
    markdown,
    paragraph,
    styled,
    target_style,
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
"""Days before a date from which it is due soon."""


def checklist(
    content: Content, ui: UiText, progress: Progress, width: int, ascii_only: bool
) -> list[Text]:
    """The checklist with its marks and counts."""
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
    """The round's number and counts, then the groups with their items."""
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
    """The round's name and its one number."""
    if progress.round is None:
        return ui.progress.no_round
    return f"{sanitize_line(progress.round.name)} · {number(ui, counts)}"


def number(ui: UiText, counts: Counts) -> str:
    """The one number: in place out of relevant."""
    return fill(ui.progress.of_relevant, in_place=counts.in_place, relevant=counts.relevant)


def counts_line(ui: UiText, counts: Counts, ascii_only: bool) -> str:
    """The four counts beside each other."""
    return "   ".join(
        f"{mark(name, ascii_only)} {getattr(counts, name)} {getattr(ui.answers, name)}"
        for name in counts.__struct_fields__
    )


def group_head(
    group: ItemGroup, ui: UiText, counts: Counts, width: int, ascii_only: bool
) -> list[Text]:
    """A group's title with its number and bar to the right, or below where there is no room."""
    title = Text(group.title, "heading")
    state = Text(number(ui, counts))
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
    """An item with its mark before it, and its id where the column for ids has a width.

    With the words of the interface, what is written in its plan stands after it, short, or, where
    that leaves the line, below it.
    """
    sign = mark(state.answer, ascii_only)
    shown_id = item.id.ljust(id_column) if id_column else ""
    text = Text(collapse_spaces(item.text), state.answer if state.answer == "not_relevant" else "")
    head = f"{sign} {shown_id}"
    below: list[Text] = []
    if ui and (summary := _plan_summary(state, ui)):
        beside = Text.assemble(text, ("  " + summary, "muted"))
        if len(head) + beside.cell_len <= width:
            text = beside
        else:
            below = paragraph(Text(summary, "muted"), width, " " * len(head))
    lines = [*paragraph(text, width, head), *below]
    lines[0].stylize(state.answer, 0, len(sign))
    return lines


def _plan_summary(state: ItemState, ui: UiText) -> str:
    """Who, when and in which order; else the beginning of what is written."""
    words = ui.plan
    parts = [sanitize_line(state.responsible)] if state.responsible.strip() else []
    if state.due:
        parts.append(fill(words.short_due, date=ui.short_date(state.due)))
    if state.priority:
        parts.append(fill(words.short_priority, priority=state.priority))
    written = sanitize_line(state.action or state.note)
    return " · ".join(parts) or (written and textwrap.shorten(written, 40, placeholder=" …"))


def carried(before: Progress, after: Progress, ui: UiText) -> str:
    """How many plans a new round took along from the one before, and how many it did not."""
    plans, kept = (
        sum(state.has_plan for state in progress.items.values()) for progress in (before, after)
    )
    name = before.round.name if before.round else ""
    closed = fill(ui.rounds.closed_plans, count=plans - kept, round=name) if plans > kept else ""
    return sanitize_line(f"{fill(ui.rounds.carried_plans, count=kept)} {closed}")


def short_item(item_id: str, checklist: Checklist) -> str:
    """The beginning of an item's statement, without its full stop; its id where it is unknown."""
    texts = {item.id: item.text for item in checklist.items}
    text = sanitize_line(texts.get(item_id, item_id)).removesuffix(".")
    return textwrap.shorten(text, 50, placeholder=" …")


def change_told(change: Change, checklist: Checklist, ui: UiText) -> str:
    """What an item says again, after a change of it was taken back or put back."""
    item = short_item(change.item, checklist)
    if change.field == "answer":
        answer = getattr(ui.answers, change.value)
        return fill(ui.messages.answer_is, item=item, answer=answer)
    return fill(ui.messages.plan_is, item=item, field=getattr(ui.plan, change.field))


def urgent(progress: Progress, item_ids: Iterable[str], today: date) -> list[str]:
    """The items that cannot wait: overdue, due soon, then those nobody is responsible for."""
    due = due_items(progress, item_ids, today, SOON)
    return list(dict.fromkeys([*due.overdue, *due.soon, *due.unassigned]))


def due_head(ui: UiText, width: int) -> list[Text]:
    """The title above what cannot wait."""
    return [Text(), *paragraph(Text(ui.due.title, "missing"), width)]


def due_row(item: Item, state: ItemState, ui: UiText, today: date, width: int) -> list[Text]:
    """An item that cannot wait, and why."""
    words, due = ui.due, state.due
    reasons = []
    if due:
        days, shown = (due - today).days, ui.long_date(due)
        if days < 0:
            reasons.append(fill(words.overdue, date=shown))
        elif days == 0:
            reasons.append(words.today)
        elif days == 1:
            reasons.append(words.tomorrow)
        elif days <= SOON:
            reasons.append(fill(words.soon, date=shown, days=days))
    if not state.responsible.strip():
        reasons.append(words.unassigned)
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
    """The item in focus: its statement, the answers to choose between, why, and its plan.

    With the explanation there is also air between them.
    """
    air = [Text()] if with_explanation else []
    statement = paragraph(Text(collapse_spaces(item.text), "strong"), width)
    choices = []
    for answer in ("in_place", "missing", "not_relevant"):
        label = f"{mark(answer, ascii_only)} {getattr(ui.answers, answer)}"
        chosen = Text(label, answer if state.answer == answer else "muted")
        chosen.stylize("strong" if state.answer == answer else "muted")
        choices.append(leading(chosen, target_style(f"answer:{answer}")))
    to_plan = ui.checklist.change_plan if state.has_plan else ui.checklist.to_plan
    choices.append(leading(Text(to_plan, "link"), target_style("plan:")))
    beside = Text("   ").join(choices)
    section = content.sections[item.explains]
    why = Text(fill(ui.checklist.explained_in, section=section.title), "link")
    linked = paragraph(why, width, "→ ")
    reason = [leading(line, target_style(f"section:{item.explains}")) for line in linked]
    if with_explanation:
        first = markdown(section.body.split("\n\n")[0], width - 2)
        reason += styled([Text.assemble("  ", line) for line in first], "muted")
    chosen_from = [beside] if beside.cell_len <= width else choices
    parts = [statement, chosen_from, reason, _plan_lines(state, ui, width)]
    return [line for part in parts if part for line in (*part, *air)]


def _plan_lines(state: ItemState, ui: UiText, width: int) -> list[Text]:
    """All that is written in the plan, each field beside its name, or under it where it is long."""
    written = {
        "note": state.note,
        "action": state.action,
        "responsible": state.responsible,
        "due": ui.long_date(state.due) if state.due else "",
        "priority": str(state.priority or ""),
    }
    lines: list[Text] = []
    for name, text in written.items():
        if text.strip():
            first, *more = sanitize(text).splitlines()
            asked = Text(getattr(ui.plan, name), "muted")
            told = Text.assemble(asked, "  ", first)
            if told.cell_len <= width:
                lines.append(told)
            else:
                lines += [*paragraph(asked, width), *paragraph(Text(first), width, "  ")]
            for line in more:
                lines += paragraph(Text(line), width, "  ")
    return lines
