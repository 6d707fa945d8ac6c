"""Finds words in everything there is to read, also when Danish letters are typed without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from stoette_tui.base.sanitize import collapse_spaces, sanitize_line
from stoette_tui.pages.typeset import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stoette_tui.content.model import Checklist, Content, FactSheet, Guldkorn, Links
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Progress

_SAME_LETTERS = {"ae": "(?:ae|æ)", "o": "(?:oe|ø|ö|o)", "a": "(?:aa|å|a)", "e": "[eéè]"}
_TO_PLAIN = (("æ", "ae"), ("ø", "o"), ("ö", "o"), ("oe", "o"), ("å", "a"), ("aa", "a"))
_ONE_LINE = 10_000
"""Cells: so wide that a paragraph or a row of a table is one line."""
_EXCERPT = 60
"""Characters shown around what was found."""


class Place(Struct, frozen=True):
    """A piece of text, where it stands in words, and the target that leads there."""

    target: str
    where: str
    text: str


class Found(Struct, frozen=True):
    """A place with the words that were looked for; `spans` are theirs in `excerpt`."""

    place: Place
    excerpt: str
    spans: list[tuple[int, int]]
    score: float


def patterns(query: str) -> list[re.Pattern[str]]:
    """A pattern for each word of the query; it matches with and without Danish letters."""
    return [re.compile(_pattern(word), re.IGNORECASE) for word in query.split()]


def _pattern(word: str) -> str:
    plain = word.casefold()
    for letters, other in _TO_PLAIN:
        plain = plain.replace(letters, other)
    parts = re.findall("ae|.", plain)
    return "".join(_SAME_LETTERS.get(part, re.escape(part)) for part in parts)


def places(content: Content, ui: UiText, progress: Progress) -> Iterator[Place]:
    """All there is to read: fact sheet, guldkorn, checklist with its plans, links."""
    yield from _on_fact_sheet(content.fact_sheet, ui)
    yield from _on_guldkorn(content.guldkorn, ui)
    yield from _on_checklist(content.checklist, ui, progress)
    yield from _on_links(content.links, ui)


def _lines(target: str, where: str, *texts: str) -> Iterator[Place]:
    return (Place(target, where, sanitize_line(text)) for text in texts)


def _on_fact_sheet(sheet: FactSheet, ui: UiText) -> Iterator[Place]:
    tab = ui.tabs.fact_sheet
    yield from _lines("section:", tab, sheet.title, *_paragraphs(sheet.lead))
    for section in sheet.sections:
        where = f"{tab} · {section.title}"
        body = _paragraphs(section.body)
        yield from _lines(f"section:{section.id}", where, section.title, *body)
    # What stands last belongs to the last section, as far as the page is concerned.
    last = f"section:{sheet.sections[-1].id}"
    yield from _lines(last, tab, ui.fact_sheet.source, *_paragraphs(sheet.source))


def _on_guldkorn(overview: Guldkorn, ui: UiText) -> Iterator[Place]:
    tab = ui.tabs.guldkorn
    yield from _lines("passage:intro", tab, overview.title, *_paragraphs(overview.intro))
    for name, group in (("diamonds", overview.diamonds), ("guldkorn", overview.guldkorn)):
        target = f"passage:{name}"
        yield from _lines(target, tab, group.title)
        yield from _lines(target, f"{tab} · {group.title}", *_paragraphs(group.intro))
        for card in group.cards:
            texts = [card.title, card.summary, *_paragraphs(card.body)]
            yield from _lines(f"card:{card.id}", f"{tab} · {card.title}", *texts)
    sources = _paragraphs(overview.sources)
    yield from _lines("passage:sources", tab, ui.guldkorn.sources, *sources)


def _on_checklist(checklist: Checklist, ui: UiText, progress: Progress) -> Iterator[Place]:
    tab = ui.tabs.checklist
    yield from _lines("item:intro", tab, *_paragraphs(checklist.intro))
    for group in checklist.groups:
        yield from _lines(f"group:{group.id}", tab, group.title)
        yield from _lines(f"group:{group.id}", f"{tab} · {group.title}", group.intro)
        for item in group.items:
            target = f"item:{item.id}"
            yield from _lines(target, f"{tab} · {group.title}", item.text)
            state = progress.state(item.id)
            for name in ("note", "action", "responsible"):
                if written := sanitize_line(getattr(state, name)):
                    words = f"{getattr(ui.plan, name)} {written}"
                    yield from _lines(target, f"{tab} · {sanitize_line(item.text)}", words)


def _on_links(links: Links, ui: UiText) -> Iterator[Place]:
    tab = ui.tabs.links
    yield from _lines("link:", tab, *_paragraphs(links.intro))
    for group in links.groups:
        yield from _lines(f"link:group:{group.id}", tab, group.title)
        for link in group.links:
            texts = filter(None, (link.label, link.note, link.address))
            yield from _lines(f"link:{link.id}", f"{tab} · {link.host}", *texts)


def _paragraphs(body: str) -> list[str]:
    lines = (line.plain.strip() for line in markdown(body, _ONE_LINE))
    return [collapse_spaces(line) for line in lines if line.strip("─")]


def search(known: Iterable[Place], query: str, most: int) -> list[Found]:
    """The places in which every word of the query stands, the best first, at most `most`.

    Better is what begins a word and stands near the beginning, as titles do.
    """
    wanted = patterns(query)
    found = []
    for place in known if wanted else ():
        matches = [pattern.search(place.text) for pattern in wanted]
        if all(matches):
            starts = [match.start() for match in matches if match]
            whole = sum(at == 0 or not place.text[at - 1].isalnum() for at in starts)
            score = whole / len(starts) + 1 / (1 + min(starts)) + 1 / (1 + len(place.text))
            found.append((score, place, min(starts)))
    found.sort(key=lambda each: -each[0])
    return [_excerpt(place, at, wanted, score) for score, place, at in found[:most]]


def _excerpt(place: Place, at: int, wanted: Sequence[re.Pattern[str]], score: float) -> Found:
    start = max(min(at - _EXCERPT // 3, len(place.text) - _EXCERPT), 0)
    if start:
        start = place.text.find(" ", start, at) + 1 or at
    text = place.text[start : start + _EXCERPT]
    if start + _EXCERPT < len(place.text):
        text = text.rpartition(" ")[0] or text
    cut = start + len(text) < len(place.text)
    excerpt = f"{'… ' if start else ''}{text}{' …' if cut else ''}"
    spans = [match.span() for pattern in wanted for match in pattern.finditer(excerpt)]
    return Found(place, excerpt, spans, score / 3)
