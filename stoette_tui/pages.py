"""Sets each of the four subjects as lines: the whole page for `show`, its parts for the tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.progress import count
from stoette_tui.typeset import MEASURE, Sheet, bar, mark, markdown, paragraph, target_style
from stoette_tui.ui_text import fill

if TYPE_CHECKING:
    from rich.style import Style

    from stoette_tui.content import (
        Card,
        CardGroup,
        Checklist,
        Content,
        Guldkorn,
        Item,
        ItemGroup,
        Link,
        LinkGroup,
    )
    from stoette_tui.progress import Counts, ItemState, Progress
    from stoette_tui.ui_text import UiText


WIDEST = MEASURE + 20
"""Cells in the longest line of a page; running text keeps to its measure within it."""


def fact_sheet(content: Content, ui: UiText, width: int) -> Sheet:
    """The fact sheet, with a pointer to the checklist's group where a section's advice ends."""
    sheet = content.fact_sheet
    groups = {group.id: group for group in content.checklist.groups}
    lines = [Text(), *_styled(paragraph(sheet.title, width), "title"), Text()]
    lines += _styled(markdown(sheet.lead, width), "lead")
    starts: dict[str, int] = {}
    for section in sheet.sections:
        lines.append(Text())
        starts[section.id] = len(lines)
        lines += [Text(), *_styled(paragraph(section.title, width), "heading"), Text()]
        lines += markdown(section.body, width)
        if section.checklist:
            pointer = fill(ui.fact_sheet.to_checklist, group=groups[section.checklist].title)
            style = target_style(f"group:{section.checklist}")
            linked = paragraph(Text(pointer, "link"), width, "→ ")
            lines += [Text(), *(_leading(line, style) for line in linked)]
    lines += [Text(), Text(), Text("─" * width, "rule")]
    lines += _styled(paragraph(ui.fact_sheet.source, width), "muted")
    lines += [*_styled(markdown(sheet.source, width), "muted"), Text()]
    return Sheet(lines, starts)


def guldkorn(content: Content, ui: UiText, width: int) -> list[Text]:
    """The overview: the diamonds above, the guldkorn below, and where it all comes from."""
    overview = content.guldkorn
    lines = overview_head(overview, width)
    for group in (overview.diamonds, overview.guldkorn):
        lines += [Text(), *card_group_head(group, width)]
        for card in group.cards:
            lines += [Text(), *card_head(card, ui, width), *markdown(card.body, width)]
            lines += card_foot(card, content, ui, width)
    return [*lines, Text(), *overview_foot(overview, ui, width)]


def overview_head(overview: Guldkorn, width: int) -> list[Text]:
    """What guldkorn and diamonds are."""
    title = _styled(paragraph(overview.title, width), "title")
    return [*title, Text(), *_styled(markdown(overview.intro, width), "lead")]


def overview_foot(overview: Guldkorn, ui: UiText, width: int) -> list[Text]:
    """Which of the statements come from where."""
    heading = _styled(paragraph(ui.guldkorn.sources, width), "strong")
    return _styled([*heading, *markdown(overview.sources, width)], "muted")


def card_group_head(group: CardGroup, width: int) -> list[Text]:
    """The title of the diamonds or the guldkorn, and what they have in common."""
    return [*_styled(paragraph(group.title, width), "heading"), *markdown(group.intro, width)]


def card_head(card: Card, ui: UiText, width: int) -> list[Text]:
    """A card's title, with how high it should be, and its summary."""
    lines = [*paragraph(Text(card.title, "strong"), width), *paragraph(card.summary, width)]
    if card.level:
        level = ui.guldkorn.high if card.level == "high" else ui.guldkorn.suitable
        lines += _styled(paragraph(level, width), "muted")
    return lines


def card_foot(card: Card, content: Content, ui: UiText, width: int) -> list[Text]:
    """Where the card's statements come from, and where it leads."""
    research = card.origin == "research"
    origin = ui.guldkorn.from_research if research else ui.guldkorn.from_fact_sheet
    leads = ui.guldkorn.to_fact_sheet
    if card.link:
        leads = fill(ui.guldkorn.to_page, host=content.links.find(card.link).host)
    linked = paragraph(Text(leads, "link"), width, "→ ")
    target = target_style(card_target(card, content))
    return [
        *_styled(paragraph(origin, width), "muted"),
        *(_leading(line, target) for line in linked),
    ]


def card_target(card: Card, content: Content) -> str:
    """Where the card leads: `section:ID` or an address."""
    if card.link:
        return content.links.find(card.link).address
    return f"section:{card.section}"


def checklist(
    content: Content, ui: UiText, progress: Progress, width: int, ascii_only: bool
) -> list[Text]:
    """The checklist with its marks and counts."""
    lines = _styled(paragraph(content.checklist.title, width), "title")
    lines += [Text(), *markdown(content.checklist.intro, width), Text()]
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
    lines += _styled(paragraph(counts_line(ui, total, ascii_only), width), "muted")
    for group in checklist.groups:
        counts = count(progress, [item.id for item in group.items])
        lines += [Text(), *group_head(group, ui, counts, width, ascii_only)]
        for item in group.items:
            lines += item_row(item, progress.state(item.id), width, ascii_only, column)
    return lines


def round_line(ui: UiText, progress: Progress, counts: Counts) -> str:
    """The round's name and its one number."""
    if progress.round is None:
        return ui.progress.no_round
    return f"{progress.round.name} · {number(ui, counts)}"


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
    head = [Text.assemble(title, " " * gap, state)] if gap >= 2 else [title, state]
    return [*head, *_styled(paragraph(group.intro, width), "muted")]


def item_row(
    item: Item, state: ItemState, width: int, ascii_only: bool, id_column: int = 0
) -> list[Text]:
    """An item with its mark before it, and its id where the column for ids has a width."""
    sign = mark(state.answer, ascii_only)
    shown_id = item.id.ljust(id_column) if id_column else ""
    lines = paragraph(item.text, width, f"{sign} {shown_id}")
    if state.answer == "not_relevant":
        lines = _styled(lines, "not_relevant")
    lines[0].stylize(state.answer, 0, len(sign))
    return lines


def item_detail(
    item: Item, content: Content, ui: UiText, state: ItemState, width: int, ascii_only: bool
) -> list[Text]:
    """The item in focus: its statement, the answers to choose between, where it is explained."""
    lines = _styled(paragraph(item.text, width), "strong")
    answers = Text()
    for answer in ("in_place", "missing", "not_relevant"):
        label = f"{mark(answer, ascii_only)} {getattr(ui.answers, answer)}"
        chosen = Text(label, answer if state.answer == answer else "muted")
        if state.answer == answer:
            chosen.stylize("strong")
        chosen.stylize(target_style(f"answer:{answer}"))
        answers.append_text(chosen).append("   ")
    lines += paragraph(answers, width)
    why = fill(ui.checklist.explained_in, section=content.sections[item.explains].title)
    linked = paragraph(Text(why, "link"), width, "→ ")
    return [*lines, *(_leading(line, target_style(f"section:{item.explains}")) for line in linked)]


def links(content: Content, ui: UiText, width: int) -> list[Text]:
    """The links with their addresses whole, so that they can be copied from a printout."""
    lines = _styled(paragraph(content.links.title, width), "title")
    lines += [Text(), *markdown(content.links.intro, width)]
    for group in content.links.groups:
        lines += [Text(), *link_group_head(group, width)]
        for link in group.links:
            lines += [Text(), *link_row(link, ui, width)]
            lines += [Text("  ") + Text(link.address, target_style(link.address))]
    return lines


def link_group_head(group: LinkGroup, width: int) -> list[Text]:
    """The title of a group of links."""
    return _styled(paragraph(group.title, width), "heading")


def link_row(link: Link, ui: UiText, width: int) -> list[Text]:
    """A link's label, its host, and what to know about it."""
    lines = _styled(paragraph(link.label, width), "strong")
    lines += paragraph(Text(link.host, "link"), width, "  ")
    if link.former_address:
        former = fill(ui.links.formerly, host=link.former_address.split("/")[2])
        lines += _styled(paragraph(former, width, "  "), "muted")
    if link.note:
        lines += _styled(paragraph(link.note, width, "  "), "muted")
    return lines


def _styled(lines: list[Text], style: str) -> list[Text]:
    for line in lines:
        line.stylize_before(style)
    return lines


def _leading(line: Text, style: Style) -> Text:
    line.stylize(style)
    return line
