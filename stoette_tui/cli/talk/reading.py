"""The content as passages, read one after another."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from stoette_tui.base.programs import open_in_browser
from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.cli.talk.asking import Back, Conversation, Prompt, sentence
from stoette_tui.content.markdown import blocks
from stoette_tui.content.phrases import card_level
from stoette_tui.content.ui_text import UiText, fill

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.tree import SyntaxTreeNode

    from stoette_tui.content.model import Content, Link

CONTENTS, OPEN = "contents", "open"


class Passage:
    """A part of a text read in one go, and the links in it that can be opened."""

    def __init__(self, title: str, lines: Iterable[str], links: Sequence[Link] = ()) -> None:
        self.title = collapse_spaces(title)
        self.links = links
        # An address stays verbatim, to be copied.
        self.lines = [
            line if "://" in line.split()[0] else sentence(collapse_spaces(line))
            for line in lines
            if line.strip()
        ]


def read(talk: Conversation) -> None:
    """Asks what to read, and reads it."""
    tabs = talk.ui.tabs
    texts = {"fact_sheet": fact_sheet, "guldkorn": guldkorn, "links": links}
    choices = {name: getattr(tabs, name) for name in texts}
    words = talk.words
    given = Prompt(words.menu["read"], lambda: [words.read_what], choices, empty=tabs.fact_sheet)
    chosen = talk.ask(given).choice or "fact_sheet"
    _read_passages(talk, choices[chosen], list(texts[chosen](talk.content, talk.ui)))


def _read_passages(talk: Conversation, title: str, passages: Sequence[Passage]) -> None:
    words, at, last = talk.words, 0, len(passages) - 1
    numbers = {str(number): each.title for number, each in enumerate(passages)}
    contents = _numbered(each.title for each in passages)
    chosen = ""
    while True:
        place = fill(words.passage, number=at + 1, count=len(passages), title=passages[at].title)
        place = sentence(place)
        unread = () if chosen == OPEN else passages[at].lines
        lines = contents if chosen == CONTENTS else [place, *unread]
        openable = {OPEN: talk.ui.commands["open_link"].label} if passages[at].links else {}
        chosen = talk.ask(
            Prompt(
                f"{title}. {place}",
                partial(list, lines),
                numbers,
                {CONTENTS: words.contents, **openable},
                fill(words.read_invitation, count=len(passages)),
                words.next_passage if at < last else words.end_of_text,
                [words.read_help],
            )
        ).choice
        if chosen == OPEN:
            _open(talk, title, passages[at].links)
        elif not chosen and at == last:
            return
        elif chosen != CONTENTS:
            at = int(chosen or at + 1)


def _numbered(titles: Iterable[str]) -> list[str]:
    return [sentence(f"{number} {title}") for number, title in enumerate(titles, 1)]


def _open(talk: Conversation, place: str, links: Sequence[Link]) -> None:
    """Asks which link is meant, and opens it in the reader's browser."""
    names = {link.address: link.label for link in links}
    lines = [talk.words.which_link, *_numbered(names.values())]
    with suppress(Back):
        if address := talk.choose(place, lines, names):
            words = talk.ui.messages
            opened = open_in_browser(address)
            talk.say(fill(words.opened if opened else words.no_browser, address=address))


def fact_sheet(content: Content, ui: UiText) -> Iterator[Passage]:
    """The lead, the sections, and the source."""
    sheet = content.fact_sheet
    yield Passage(sheet.title, spoken(sheet.lead, ui))
    for section in sheet.sections:
        yield Passage(section.title, spoken(section.body, ui))
    yield Passage(ui.fact_sheet.source, spoken(sheet.source, ui))


def guldkorn(content: Content, ui: UiText) -> Iterator[Passage]:
    """The introduction, then each card, and the sources."""
    overview = content.guldkorn
    yield Passage(overview.title, spoken(overview.intro, ui))
    for group in overview.groups.values():
        yield Passage(group.title, spoken(group.intro, ui))
        for card in group.cards:
            lines = [card.summary, card_level(card, ui), *spoken(card.body, ui)]
            yield Passage(card.title, lines)
    yield Passage(ui.guldkorn.sources, spoken(overview.sources, ui))


def links(content: Content, ui: UiText) -> Iterator[Passage]:
    """The introduction, then each group with its links."""
    yield Passage(content.links.title, spoken(content.links.intro, ui))
    for group in content.links.groups:
        lines = [fill(ui.talk.links, count=len(group.links))]
        for link in group.links:
            lines += [link.label, link.note or "", link.address]
        yield Passage(group.title, lines, group.links)


def spoken(text: str, ui: UiText) -> Iterator[str]:
    """Markdown as lines: lists and tables with their numbers first."""
    return _lines(blocks(text), ui)


def _lines(nodes: Iterable[SyntaxTreeNode], ui: UiText) -> Iterator[str]:
    for node in nodes:
        match node.type:
            case "bullet_list" | "ordered_list":
                yield fill(ui.talk.points, count=len(node.children))
                for item in node.children:
                    yield from _lines(item.children, ui)
            case "table":
                yield from _table(node, ui)
            case "blockquote":
                yield from _lines(node.children, ui)
            case _:
                yield collapse_spaces(_plain(node))


def _table(node: SyntaxTreeNode, ui: UiText) -> Iterator[str]:
    rows = [row for part in node.children for row in part.children]
    head, *body = [[collapse_spaces(_plain(cell)) for cell in row.children] for row in rows]
    yield fill(ui.talk.rows, count=len(body))
    for row in body:
        yield " ".join(
            sentence(fill(ui.talk.labelled, label=label, text=text))
            for label, text in zip(head, row, strict=True)
        )


def _plain(node: SyntaxTreeNode) -> str:
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return node.content if not node.children else "".join(map(_plain, node.children))
