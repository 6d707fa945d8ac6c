"""Finds words in everything there is to read, also when Danish letters are typed without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from stoette_tui.inert import one_line
from stoette_tui.typeset import markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stoette_tui.content import Content
    from stoette_tui.progress import Progress
    from stoette_tui.ui_text import UiText

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
    tabs = ui.tabs
    for section in content.fact_sheet.sections:
        where = f"{tabs.fact_sheet} · {section.title}"
        for line in [section.title, *_paragraphs(section.body)]:
            yield Place(f"section:{section.id}", where, line)
    overview = content.guldkorn
    for card in (*overview.diamonds.cards, *overview.guldkorn.cards):
        where = f"{tabs.guldkorn} · {card.title}"
        for line in [card.title, card.summary, *_paragraphs(card.body)]:
            yield Place(f"card:{card.id}", where, line)
    for group in content.checklist.groups:
        for item in group.items:
            target = f"item:{item.id}"
            yield Place(target, f"{tabs.checklist} · {group.title}", one_line(item.text))
            state = progress.state(item.id)
            for name in ("note", "action", "responsible"):
                if written := one_line(getattr(state, name)):
                    where = f"{tabs.checklist} · {one_line(item.text)}"
                    yield Place(target, where, f"{getattr(ui.plan, name)} {written}")
    for link_group in content.links.groups:
        for link in link_group.links:
            where = f"{tabs.links} · {link.host}"
            for line in filter(None, [link.label, link.note, link.address]):
                yield Place(f"link:{link.id}", where, one_line(line))


def _paragraphs(body: str) -> list[str]:
    lines = (line.plain.strip() for line in markdown(body, _ONE_LINE))
    return [" ".join(line.split()) for line in lines if line.strip("─")]


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
