"""Layout of an item in full, and of the map of support."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces, sanitize
from stoette_tui.content import phrases, plan_form
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.layout import (
    linked,
    mark,
    markdown,
    paragraph,
    pointer,
    side_by_side,
    styled,
)
from stoette_tui.review.progress import Answer, ItemState, Progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stoette_tui.content.model import Content, Item, SupportMap


def detail(
    item: Item,
    content: Content,
    ui: UiText,
    progress: Progress,
    width: int,
    is_spacious: bool,
    height: int,
) -> list[Text]:
    """An item in full: its text, the answers to choose from, its plan, and its background.

    The plan of an archived round is not offered for editing.
    `is_spacious` separates its parts by blank lines. The section that explains the item follows
    them if all of it fits in `height` lines.
    """
    gap, state = [Text()] if is_spacious else [], progress.state(item.id)
    section = content.sections[item.explains]
    label = fill(ui.checklist.explained_in, section=section.title)
    parts = (
        paragraph(Text(collapse_spaces(item.text), "strong"), width),
        _choices(state, ui, width, progress.is_archived),
        plan_lines(state, ui, width),
        _reasons(item, content, ui, state, width),
        pointer(label, f"section:{item.explains}", width),
    )
    lines = [line for part in parts if part for line in (*part, *gap)]
    if height <= len(lines):
        return lines
    whole = [*lines, Text("─" * width, "rule"), *gap, *_explanation(section.body, width)]
    return whole if len(whole) <= height else lines


@lru_cache(maxsize=1)
def _explanation(body: str, width: int) -> tuple[Text, ...]:
    """A section as shown below an item; cached, as each answer lays the item out again."""
    return tuple(styled(markdown(body, width), "muted"))


def _choices(state: ItemState, ui: UiText, width: int, is_archived: bool) -> list[Text]:
    """The clickable answers and plan: on one line, or on one line each if there is no room."""
    choices = list[Text]()
    for answer in ("in_place", "missing", "not_relevant"):
        label = f"{mark(answer)} {getattr(ui.answers, answer)}"
        chosen = Text(label, answer if state.answer == answer else "muted")
        if state.answer == answer:
            chosen.stylize(Style(bold=True))
        choices.append(linked(chosen, f"answer:{answer}"))
    to_plan = ui.checklist.change_plan if state.has_plan else ui.checklist.to_plan
    if not is_archived:
        choices.append(linked(Text(to_plan, "link"), "plan:"))
    return side_by_side(choices, width)


def _reasons(item: Item, content: Content, ui: UiText, state: ItemState, width: int) -> list[Text]:
    """Why the item matters, what to talk about, and what may help if it is missing."""
    texts = ui.checklist
    lines = paragraph(item.why, width)
    lines += _labelled(texts.question, collapse_spaces(item.question), width)
    ideas = content.checklist.ideas_for(item)
    if ideas and state.answer == Answer.MISSING:
        lines += _labelled(texts.ideas, ", ".join(idea.text for idea in ideas), width)
    return lines


def _labelled(label: str, text: str, width: int) -> list[Text]:
    return paragraph(Text.assemble((label, "muted"), " ", text), width)


def plan_lines(state: ItemState, ui: UiText, width: int) -> list[Text]:
    """The non-blank fields of the plan, each beside its name, or below it if there is no room."""
    fields = ui.plan_texts(state)
    rows = ((plan_form.label(name, state, ui), text) for name, text in fields.items())
    return list(_fields(rows, width))


def _fields(rows: Iterable[tuple[str, str]], width: int) -> Iterator[Text]:
    """Each text beside its name, in the column where most have room; the others below theirs."""
    texts = [
        (Text(name, "muted"), sanitize(text).splitlines()) for name, text in rows if text.strip()
    ]

    def is_beside(name: Text, lines: list[str], column: int) -> bool:
        has_room = name.cell_len + 2 <= column <= width - cell_len(lines[0])
        return has_room and len(lines) == 1

    columns = sorted(name.cell_len + 2 for name, _ in texts)
    column = max(columns, key=lambda at: sum(is_beside(*each, at) for each in texts), default=0)
    for name, lines in texts:
        if is_beside(name, lines, column):
            yield Text.assemble(name, " " * (column - name.cell_len), lines[0])
        else:
            yield from paragraph(name, width)
            for line in lines:
                yield from paragraph(Text(line), width, "  ")


def map_lines(support_map: SupportMap, ui: UiText, progress: Progress, width: int) -> list[Text]:
    """The map of support: for each kind, who gives it, in which way, and the text entered."""
    lines = list[Text]()
    for kind in support_map.kinds:
        lines += [*([Text()] if lines else []), *styled(paragraph(kind.title, width), "heading")]
        notes = (
            (phrases.map_cell(cell, ui), progress.state(cell.id).note or ui.checklist.map_blank)
            for cell in support_map.cells_of(kind)
        )
        lines += _fields(notes, width)
    return lines


def map_pointer(support_map: SupportMap, ui: UiText, progress: Progress, width: int) -> list[Text]:
    """The line that opens the map, to fill it in or to change it; in an archived round, a label."""
    if progress.is_archived:
        return paragraph(Text(ui.checklist.see_map, "muted"), width)
    label = ui.checklist.change_map if _filled(support_map, progress) else ui.checklist.to_map
    return paragraph(Text(label, "link"), width, "→ ")


def map_share(support_map: SupportMap, ui: UiText, progress: Progress) -> str:
    """How much of the map is filled in, in words."""
    filled, cells = _filled(support_map, progress), len(support_map.cells)
    return fill(ui.checklist.map_share, filled=filled, all=cells)


def _filled(support_map: SupportMap, progress: Progress) -> int:
    return sum(bool(progress.state(cell.id).note.strip()) for cell in support_map.cells)
