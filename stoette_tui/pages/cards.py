"""Layout of the overview: all cards in a field, and the text of one card beside or below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len
from rich.region import Region
from rich.text import Text

from stoette_tui.pages.layout import MEASURE, Layout, markdown, paragraph, side_by_side, styled
from stoette_tui.pages.reading import SIGNS, THIS_ONE, card_facts, card_foot, origin, overview_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoette_tui.content.model import Card, Content, Guldkorn
    from stoette_tui.content.ui_text import UiText

TITLES, SUMMARIES, SPACED, INTRODUCED, EXPLAINED, AIRY = LEVELS = range(6)
"""How much fits in the field, each level including the ones before it: titles, summaries, blank
lines, the introduction, those of the groups, and more space."""
_RULE = "│"
_COLUMNS = 3


class Field(Struct, frozen=True):
    """The cards, with their places by id; `passages` has the first line of each passage."""

    lines: list[Text]
    places: dict[str, Region]
    passages: dict[str, int]


def card_field(overview: Guldkorn, ui: UiText, width: int, level: int) -> Field:
    """All cards at once, in three columns if their titles fit, else in one."""
    field = Field([], {}, {})
    measure = min(width, MEASURE)
    subjects = {"diamonds": ui.guldkorn.workplace, "guldkorn": ui.guldkorn.job}
    wide = (width + 1) // _COLUMNS - 1
    widths = [wide, wide, width - 2 * (wide + 1)]
    words = (word for card in overview.cards for word in _title(card).plain.split())
    if max(map(cell_len, words)) > wide - 2:
        widths = [width]
    if level >= INTRODUCED:
        field.passages["intro"] = 0
        field.lines.extend([Text(), *overview_head(overview, measure)])
    for name, group in overview.groups.items():
        if level >= SPACED or (level == SUMMARIES and not field.lines):
            field.lines.extend([Text()] * (2 if level == AIRY and field.lines else 1))
        if level >= EXPLAINED:
            field.passages[name] = len(field.lines)
        title = Text.assemble((group.title, "heading"), (f"  {subjects[name]}", "muted"))
        head = paragraph(title, width)
        if len(widths) > 1:
            head = _with_signs(head, group.cards, ui, width)
        field.lines.extend(head)
        if level >= EXPLAINED:
            field.lines.extend(styled(markdown(group.intro, measure), "muted"))
        for first in range(0, len(group.cards), len(widths)):
            if level >= EXPLAINED or (level >= SPACED and first):
                field.lines.append(Text())
            _add_row(field, group.cards[first : first + len(widths)], ui, widths, level)
    return field


def _with_signs(head: list[Text], cards: Sequence[Card], ui: UiText, width: int) -> list[Text]:
    """The head of a group, and a legend for the signs of its cards: beside it, or below."""
    levels = dict.fromkeys(card.level for card in cards if card.level)
    signs = [f"{SIGNS[each]} {getattr(ui.guldkorn, f'short_{each}')}" for each in levels]
    if any(card.section for card in cards):
        signs.append(f"{THIS_ONE} {ui.guldkorn.this_one}")
    if not signs:
        return head
    legend = Text("  ".join(signs), "muted")
    gap = width - head[0].cell_len - legend.cell_len
    if gap >= 2 and len(head) == 1:
        return [Text.assemble(head[0], " " * gap, legend)]
    return [*head, *paragraph(legend, width)]


def _add_row(
    field: Field, cards: Sequence[Card], ui: UiText, widths: Sequence[int], level: int
) -> None:
    """Appends a row of cards below the existing lines."""
    left, top = 0, len(field.lines)
    alone = len(widths) == 1
    texts = [_card(card, ui, wide, level, alone) for card, wide in zip(cards, widths, strict=False)]
    height = max(map(len, texts))
    field.lines.extend(Text() for _ in range(height))
    for card, text, wide in zip(cards, texts, widths, strict=False):
        for number, line in enumerate(field.lines[top:]):
            line.append(" " * (left - line.cell_len))
            line.append(*((_RULE, "rule") if number else (SIGNS[card.level], "level")))
            if number < len(text):
                line.append(" ").append_text(text[number])
        field.places[card.id] = Region(left, top, wide, height)
        left += wide + 1


def _card(card: Card, ui: UiText, width: int, level: int, alone: bool) -> list[Text]:
    """The lines of a card in the field, without its sign."""
    room = width - 2
    lines = paragraph(_title(card), room)
    if alone and card.level:
        words = Text(getattr(ui.guldkorn, f"short_{card.level}"), "muted")
        gap = room - lines[0].cell_len - words.cell_len
        if gap >= 2:
            lines[0] = Text.assemble(lines[0], " " * gap, words)
    if level >= SUMMARIES:
        lines += styled(paragraph(card.summary, room), "muted")
    return lines


def _title(card: Card) -> Text:
    if card.section:
        return Text(f"{card.title} {THIS_ONE}", "title")
    return Text(card.title, "strong")


def card_page(card: Card, content: Content, ui: UiText, width: int, airy: bool) -> list[Text]:
    """A card in full; unless `airy`, in as few lines as possible."""
    facts = [line for fact in card_facts(card, ui) for line in paragraph(fact, width)]
    said, body = styled(facts, "muted"), markdown(card.body, width)
    link, source = card_foot(card, content, ui, width)
    if airy:
        head = [Text(), *paragraph(Text(card.title, "title"), width)]
        head += styled(paragraph(card.summary, width), "lead")
        return [*head, *said, Text(), *body, Text(), *link, *source]
    head = side_by_side([*paragraph(Text(card.title, "title"), width), *said], width)
    return [*head, *body, *side_by_side([*link, *source], width)]


def about(overview: Guldkorn, ui: UiText, width: int, level: int) -> Layout:
    """What does not fit in the field at that level, and the sources."""
    parts: list[tuple[str, str, str]] = []
    if level < INTRODUCED:
        parts.append(("intro", overview.title, overview.intro))
    if level < EXPLAINED:
        parts += [(name, each.title, each.intro) for name, each in overview.groups.items()]
    lines, sections = [Text(), Text("─" * width, "rule")], dict[str, int]()
    for name, title, text in parts:
        sections[name] = len(lines)
        lines += styled(paragraph(title, width), "heading")
        lines += [*styled(markdown(text, width), "muted"), Text()]
    sections["sources"] = len(lines)
    lines += origin(ui.guldkorn.sources, overview.sources, width)
    return Layout(lines, sections)
