"""Sets what is read as lines, whole pages for `show` and parts for the tabs: all but the review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.content.ui_text import fill
from stoette_tui.pages.typeset import (
    Sheet,
    joined,
    leading,
    markdown,
    paragraph,
    styled,
    target_style,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoette_tui.content.model import Card, CardGroup, Content, Guldkorn, Link, LinkGroup
    from stoette_tui.content.ui_text import UiText


def fact_sheet(content: Content, ui: UiText, width: int) -> Sheet:
    """The whole fact sheet."""
    return joined(fact_sheet_parts(content, ui, width))


def fact_sheet_parts(content: Content, ui: UiText, width: int) -> Iterator[Sheet]:
    """The fact sheet part by part, each set when it is asked for: lead, sections, source.

    Where a section's advice ends, there is a pointer to the checklist's group.
    """
    sheet = content.fact_sheet
    groups = {group.id: group for group in content.checklist.groups}
    title = styled(paragraph(sheet.title, width), "title")
    yield Sheet([Text(), *title, Text(), *styled(markdown(sheet.lead, width), "lead"), Text()])
    for section in sheet.sections:
        lines = [Text(), *styled(paragraph(section.title, width), "heading"), Text()]
        lines += markdown(section.body, width)
        if section.checklist:
            pointer = fill(ui.fact_sheet.to_checklist, group=groups[section.checklist].title)
            style = target_style(f"group:{section.checklist}")
            linked = paragraph(Text(pointer, "link"), width, "→ ")
            lines += [Text(), *(leading(line, style) for line in linked)]
        yield Sheet([*lines, Text()], {section.id: 0})
    lines = [Text(), Text("─" * width, "rule")]
    lines += styled(paragraph(ui.fact_sheet.source, width), "muted")
    yield Sheet([*lines, *styled(markdown(sheet.source, width), "muted"), Text()])


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
    title = styled(paragraph(overview.title, width), "title")
    return [*title, Text(), *styled(markdown(overview.intro, width), "lead")]


def overview_foot(overview: Guldkorn, ui: UiText, width: int) -> list[Text]:
    """Which of the statements come from where."""
    heading = styled(paragraph(ui.guldkorn.sources, width), "strong")
    return styled([*heading, *markdown(overview.sources, width)], "muted")


def card_group_head(group: CardGroup, width: int) -> list[Text]:
    """The title of the diamonds or the guldkorn, and what they have in common."""
    return [*styled(paragraph(group.title, width), "heading"), *markdown(group.intro, width)]


def card_head(card: Card, ui: UiText, width: int) -> list[Text]:
    """A card's title, with how high it should be, and its summary."""
    lines = [*paragraph(Text(card.title, "strong"), width), *paragraph(card.summary, width)]
    if card.level:
        level = ui.guldkorn.high if card.level == "high" else ui.guldkorn.suitable
        lines += styled(paragraph(level, width), "level")
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
        *styled(paragraph(origin, width), "muted"),
        *(leading(line, target) for line in linked),
    ]


def card_target(card: Card, content: Content) -> str:
    """Where the card leads: `section:ID` or an address."""
    if card.link:
        return content.links.find(card.link).address
    return f"section:{card.section}"


def links(content: Content, ui: UiText, width: int) -> list[Text]:
    """The links with their addresses whole, so that they can be copied from a printout."""
    lines = styled(paragraph(content.links.title, width), "title")
    lines += [Text(), *markdown(content.links.intro, width)]
    for group in content.links.groups:
        lines += [Text(), *link_group_head(group, width)]
        for link in group.links:
            lines += [Text(), *link_row(link, ui, width)]
            lines += [Text("  ") + Text(link.address, target_style(link.address))]
    return lines


def link_group_head(group: LinkGroup, width: int) -> list[Text]:
    """The title of a group of links."""
    return styled(paragraph(group.title, width), "heading")


def link_row(link: Link, ui: UiText, width: int) -> list[Text]:
    """A link's label, its host, and what to know about it."""
    lines = styled(paragraph(link.label, width), "strong")
    lines += paragraph(Text(link.host, "link"), width, "  ")
    if link.former_address:
        former = fill(ui.links.formerly, host=link.former_address.split("/")[2])
        lines += styled(paragraph(former, width, "  "), "muted")
    if link.note:
        lines += styled(paragraph(link.note, width, "  "), "muted")
    return lines
