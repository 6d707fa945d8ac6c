"""Search in all content and plans; Danish letters match their ASCII spellings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from stoette_tui.base.sanitize import collapse_spaces, sanitize_line
from stoette_tui.pages.layout import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stoette_tui.content.model import Checklist, Content, FactSheet, Guldkorn, Links
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Progress

_SPELLINGS = {
    "ae": "(?:ae|æ)",
    "o": "(?:oe|ø|ö|o)",
    "a": "(?:aa|å|a)",
    **dict.fromkeys("eéè", "[eéè]"),
}
_TO_PLAIN = (("æ", "ae"), ("ø", "o"), ("ö", "o"), ("oe", "o"), ("å", "a"), ("aa", "a"))
_UNLIMITED = 10_000
"""Cells in a line that holds any paragraph or row of a table."""
_EXCERPT = 60
"""Characters in the excerpt around a match."""


class Entry(Struct, frozen=True):
    """A searchable text, where it is in words, and the target of a link to it."""

    target: str
    where: str
    text: str


class Match(Struct, frozen=True):
    """An entry with every word of the query; `spans` are those of the words in `excerpt`.

    `score` is higher for a better match, up to 1.
    """

    entry: Entry
    excerpt: str
    spans: list[tuple[int, int]]
    score: float


def patterns(query: str) -> list[re.Pattern[str]]:
    """A pattern for each word of the query, which matches its Danish and ASCII spellings."""
    return [re.compile(_pattern(word), re.IGNORECASE) for word in query.split()]


def _pattern(word: str) -> str:
    plain = word.casefold()
    for letters, other in _TO_PLAIN:
        plain = plain.replace(letters, other)
    parts = re.findall("ae|.", plain)
    return "".join(_SPELLINGS.get(part, re.escape(part)) for part in parts)


def entries(content: Content, ui: UiText, progress: Progress) -> Iterator[Entry]:
    """All that can be found: fact sheet, guldkorn, checklist with its plans, links."""
    yield from _fact_sheet(content.fact_sheet, ui)
    yield from _guldkorn(content.guldkorn, ui)
    yield from _checklist(content.checklist, ui, progress)
    yield from _links(content.links, ui)


def _entries(target: str, where: str, *texts: str) -> Iterator[Entry]:
    return (Entry(target, where, sanitize_line(text)) for text in texts)


def _fact_sheet(sheet: FactSheet, ui: UiText) -> Iterator[Entry]:
    tab = ui.tabs.fact_sheet
    yield from _entries("section:", tab, sheet.title, *_paragraphs(sheet.lead))
    for section in sheet.sections:
        where = f"{tab} · {section.title}"
        body = _paragraphs(section.body)
        yield from _entries(f"section:{section.id}", where, section.title, *body)
    # The page takes its end as part of the last section.
    last = f"section:{sheet.sections[-1].id}"
    yield from _entries(last, tab, ui.fact_sheet.source, *_paragraphs(sheet.source))


def _guldkorn(overview: Guldkorn, ui: UiText) -> Iterator[Entry]:
    tab = ui.tabs.guldkorn
    yield from _entries("passage:intro", tab, overview.title, *_paragraphs(overview.intro))
    for name, group in (("diamonds", overview.diamonds), ("guldkorn", overview.guldkorn)):
        target = f"passage:{name}"
        yield from _entries(target, tab, group.title)
        yield from _entries(target, f"{tab} · {group.title}", *_paragraphs(group.intro))
        for card in group.cards:
            texts = [card.title, card.summary, *_paragraphs(card.body)]
            yield from _entries(f"card:{card.id}", f"{tab} · {card.title}", *texts)
    sources = _paragraphs(overview.sources)
    yield from _entries("passage:sources", tab, ui.guldkorn.sources, *sources)


def _checklist(checklist: Checklist, ui: UiText, progress: Progress) -> Iterator[Entry]:
    tab = ui.tabs.checklist
    yield from _entries("item:intro", tab, *_paragraphs(checklist.intro))
    for group in checklist.groups:
        yield from _entries(f"group:{group.id}", tab, group.title)
        yield from _entries(f"group:{group.id}", f"{tab} · {group.title}", group.intro)
        for item in group.items:
            target = f"item:{item.id}"
            yield from _entries(target, f"{tab} · {group.title}", item.text)
            state = progress.state(item.id)
            for name in ("note", "action", "responsible"):
                if written := sanitize_line(getattr(state, name)):
                    words = f"{getattr(ui.plan, name)} {written}"
                    yield from _entries(target, f"{tab} · {sanitize_line(item.text)}", words)


def _links(links: Links, ui: UiText) -> Iterator[Entry]:
    tab = ui.tabs.links
    yield from _entries("link:", tab, *_paragraphs(links.intro))
    for group in links.groups:
        yield from _entries(f"link:group:{group.id}", tab, group.title)
        for link in group.links:
            texts = filter(None, (link.label, link.note, link.address))
            yield from _entries(f"link:{link.id}", f"{tab} · {link.host}", *texts)


def _paragraphs(body: str) -> list[str]:
    lines = (line.plain.strip() for line in markdown(body, _UNLIMITED))
    return [collapse_spaces(line) for line in lines if line.strip("─")]


def search(entries: Iterable[Entry], query: str, limit: int) -> list[Match]:
    """The entries that match every word of the query, best first, at most `limit`.

    A match is better at the start of a word, near the start of the text, and in a short text, such
    as a title.
    """
    words = patterns(query)
    matches = []
    for entry in entries if words else ():
        found = [word.search(entry.text) for word in words]
        if all(found):
            starts = [match.start() for match in found if match]
            word_starts = sum(at == 0 or not entry.text[at - 1].isalnum() for at in starts)
            score = word_starts / len(starts) + 1 / (1 + min(starts)) + 1 / (1 + len(entry.text))
            matches.append((score, entry, min(starts)))
    matches.sort(key=lambda each: -each[0])
    return [_match(entry, at, words, score / 3) for score, entry, at in matches[:limit]]


def _match(entry: Entry, at: int, words: Sequence[re.Pattern[str]], score: float) -> Match:
    """The match with an excerpt of whole words around `at`."""
    start = max(min(at - _EXCERPT // 3, len(entry.text) - _EXCERPT), 0)
    if start:
        start = entry.text.find(" ", start, at) + 1 or at
    text = entry.text[start : start + _EXCERPT]
    if start + _EXCERPT < len(entry.text):
        text = text.rpartition(" ")[0] or text
    is_cut = start + len(text) < len(entry.text)
    excerpt = f"{'… ' if start else ''}{text}{' …' if is_cut else ''}"
    spans = [match.span() for word in words for match in word.finditer(excerpt)]
    return Match(entry, excerpt, spans, score)
