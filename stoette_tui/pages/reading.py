"""Layout of the fact sheet, the guldkorn and the links: pages for `show`, parts for the tabs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.content.phrases import card_level
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.layout import Layout, linked, markdown, paragraph, pointer, styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoette_tui.content.model import Card, Content, Guldkorn, Link, LinkGroup

SIGNS = {"high": "↑", "suitable": "≈", None: "◆"}
"""The sign of a guldkorn by the level it should have, or of a diamond."""
THIS_ONE = "★"
"""The sign of the card that the program is about."""
_KEYS = re.compile(r"(?<!\w)[3?/q](?!\w)")
"""The keys that the welcome names."""


def fact_sheet(content: Content, ui: UiText, width: int) -> list[Text]:
    return [line for part in fact_sheet_parts(content, ui, width) for line in part.lines]


def fact_sheet_parts(
    content: Content, ui: UiText, width: int, *, is_welcome: bool = False
) -> Iterator[Layout]:
    """The parts of the fact sheet, laid out lazily: lead, sections, source.

    `is_welcome` adds a short introduction above the lead, for readers who have not answered yet.

    A section about guldkorn, or with a group of the checklist, ends with links to them.
    """
    sheet, checklist, overview = content.fact_sheet, content.checklist, content.guldkorn
    titles = {group.id: group.title for group in checklist.groups}
    titles[checklist.map.id] = checklist.map.title
    cards = {each.id: each.title for each in overview.cards}
    title = styled(paragraph(sheet.title, width), "title")
    welcome: list[Text] = []
    if is_welcome:
        to_checklist, to_keys = map(Text, ui.fact_sheet.welcome)
        for line in (to_checklist, to_keys):
            line.highlight_regex(_KEYS, "heading")
        linked(to_checklist, f"group:{checklist.groups[0].id}")
        welcome = [*paragraph(to_checklist, width), *paragraph(to_keys, width), Text()]
    lead = styled(markdown(sheet.lead, width), "lead")
    yield Layout([Text(), *title, Text(), *welcome, *lead, Text()])
    for section in sheet.sections:
        lines = [Text(), *styled(paragraph(section.title, width), "heading"), Text()]
        lines += markdown(section.body, width)
        if section.cards or section.checklist:
            lines.append(Text())
        for card_id in section.cards:
            label = fill(ui.fact_sheet.to_card, card=cards[card_id])
            lines += pointer(label, f"card:{card_id}", width)
        if section.checklist:
            label = fill(ui.fact_sheet.to_checklist, group=titles[section.checklist])
            lines += pointer(label, f"group:{section.checklist}", width)
        yield Layout([*lines, Text()], {section.id: 0})
    rule = Text("─" * width, "rule")
    yield Layout([Text(), rule, *origin(ui.fact_sheet.source, sheet.source, width), Text()])


def origin(title: str, text: str, width: int) -> list[Text]:
    """Where the text of a page is from."""
    heading = styled(paragraph(title, width), "heading")
    return [*heading, Text(), *styled(markdown(text, width), "muted")]


def guldkorn(content: Content, ui: UiText, width: int) -> list[Text]:
    """The whole overview: the diamonds, the guldkorn, and their sources."""
    overview = content.guldkorn
    lines = overview_head(overview, width)
    for group in overview.groups.values():
        heading = styled(paragraph(group.title, width), "heading")
        lines += [Text(), *heading, *markdown(group.intro, width)]
        for card in group.cards:
            title = paragraph(Text(card.title, "strong"), width)
            lines += [Text(), *title, *paragraph(card.summary, width)]
            for fact in card_facts(card, ui):
                lines += styled(paragraph(fact, width), "level")
            lines += markdown(card.body, width)
            link, source = card_foot(card, content, ui, width)
            lines += [*source, *link]
    return [*lines, Text(), *origin(ui.guldkorn.sources, overview.sources, width)]


def overview_head(overview: Guldkorn, width: int) -> list[Text]:
    """The title and introduction of the overview."""
    title = styled(paragraph(overview.title, width), "title")
    return [*title, Text(), *styled(markdown(overview.intro, width), "lead")]


def card_facts(card: Card, ui: UiText) -> list[str]:
    """The level a card's subject should be at, and whether the program is about it."""
    facts = [f"{SIGNS[card.level]} {card_level(card, ui)}"] if card.level else []
    return [*facts, f"{THIS_ONE} {ui.guldkorn.this_one}"] if card.section else facts


def card_foot(
    card: Card, content: Content, ui: UiText, width: int
) -> tuple[list[Text], list[Text]]:
    """A card's link, and where its text is from."""
    research = card.origin == "research"
    source = ui.guldkorn.from_research if research else ui.guldkorn.from_fact_sheet
    label = ui.guldkorn.to_fact_sheet
    if card.link:
        label = fill(ui.guldkorn.to_page, host=content.links.find(card.link).host)
    link = pointer(label, card_target(card, content), width)
    return link, styled(paragraph(source, width), "muted")


def card_target(card: Card, content: Content) -> str:
    """The target of a card's link: `section:ID` or an address."""
    if card.link:
        return content.links.find(card.link).address
    return f"section:{card.section}"


def links(content: Content, ui: UiText, width: int) -> list[Text]:
    """The whole page of links, with full addresses, so that they can be copied."""
    lines = styled(paragraph(content.links.title, width), "title")
    lines += [Text(), *markdown(content.links.intro, width)]
    for group in content.links.groups:
        lines += [Text(), *link_group_head(group, width)]
        for link in group.links:
            address = Text("  ") + linked(Text(link.address), link.address)
            lines += [Text(), *link_row(link, [address], ui, width)]
    return lines


def link_group_head(group: LinkGroup, width: int) -> list[Text]:
    return styled(paragraph(group.title, width), "heading")


def short_address(link: Link, width: int) -> list[Text]:
    """One line: the host of a link, and what distinguishes it from others on that host."""
    line = Text.assemble("  ", (link.host + link.page, "link"))
    line.truncate(width, overflow="ellipsis")
    return [line]


def link_row(link: Link, address: list[Text], ui: UiText, width: int) -> list[Text]:
    """A link's label, the lines of its address, its former host, and a note."""
    lines = [*styled(paragraph(link.label, width), "strong"), *address]
    if link.former_address:
        former = fill(ui.links.formerly, host=link.former_address.split("/")[2])
        lines += styled(paragraph(former, width, "  "), "muted")
    if link.note:
        lines += styled(paragraph(link.note, width, "  "), "muted")
    return lines
