"""Search in all content, plans and commands, and the layout of the results."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content import plan_form
from stoette_tui.content.phrases import answer_in_words
from stoette_tui.pages import spelling
from stoette_tui.pages.layout import mark, markdown, paragraph, plain_text, styled
from stoette_tui.review.progress import Answer, Progress, plan_fields

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

    from stoette_tui.content.model import Checklist, Content, FactSheet, Guldkorn, Links
    from stoette_tui.content.ui_sections import SearchTexts
    from stoette_tui.content.ui_text import UiText

_UNLIMITED = 10_000
"""Cells of a line long enough for any paragraph or table row."""
_WIDE_ENOUGH = 60
"""Cells of a line that has room for a hit and its place."""
_UNDERLINED = Style(underline=True)


class Entry(Struct, frozen=True):
    """A searchable text: its tab or other group, its place there, its target.

    `words` are searched as well, but not shown. An item has its `answer`, a command its `key`.
    """

    target: str
    group: str
    place: str
    text: str
    words: tuple[str, ...] = ()
    answer: str = ""
    key: str = ""


class SearchHit(Struct, frozen=True):
    """An entry that matches every word of the query; `at` is the offset of the first match.

    `rank` orders hits: exact matches first, then better ones before others.
    """

    entry: Entry
    at: int
    rank: tuple[bool, float]


class SearchResults(Struct, frozen=True):
    """The hits, best first in each group, and the patterns to highlight in the texts."""

    groups: dict[str, list[SearchHit]]
    marks: list[re.Pattern[str]]

    @property
    def count(self) -> int:
        return sum(map(len, self.groups.values()))


class SearchTarget(Struct, frozen=True):
    """A query, and the text it was found in."""

    marks: Sequence[re.Pattern[str]]
    text: str


class _Word(Struct, frozen=True):
    """A word of the query as spelled, and the entries that have another form of it."""

    spelled: re.Pattern[str]
    marked: re.Pattern[str]
    inflected: set[int]


class Index:
    """Entries indexed for search: each distinct word in them is stemmed once."""

    def __init__(self, entries: Iterable[Entry], language: SearchTexts) -> None:
        """`language` has Snowball's algorithm for the texts, and the spellings of letters."""
        self._entries = list(entries)
        self._texts = [" ".join((entry.text, *entry.words)) for entry in self._entries]
        self._spelling = spelling.Spelling(language.letters, self._texts)
        self._stem = spelling.stemming(language.stemmer)
        self._forms: dict[str, set[str]] = defaultdict(set)
        self._places: dict[str, set[int]] = defaultdict(set)
        for number, text in enumerate(self._texts):
            for form in spelling.words(text):
                self._places[form].add(number)
        for form in self._places:
            self._forms[self._stem(self._spelling.key(form))].add(form)

    def find(self, query: str) -> SearchResults:
        """The entries that match every word of the query, as spelled or in another form.

        A hit ranks higher at the start of a word, near the start of the text, and in a short text
        such as a title. Groups are in order of their best hits. An empty query matches everything.
        """
        words = [self._word(word) for word in query.split()]
        hits = list(filter(None, (self._match(n, words) for n in range(len(self._entries)))))
        if words:
            hits.sort(key=lambda hit: hit.rank, reverse=True)
        groups: dict[str, list[SearchHit]] = {}
        for hit in hits:
            groups.setdefault(hit.entry.group, []).append(hit)
        return SearchResults(groups, [word.marked for word in words])

    def _word(self, word: str) -> _Word:
        spelled = self._spelling.expression(word)
        forms = {
            form
            for key, letters in self._spelling.keys(word).items()
            for form in self._forms.get(self._stem(key), ())
            if not letters or letters & set(form)
        }
        others = "|".join(map(self._spelling.expression, sorted(forms)))
        return _Word(
            spelling.ignoring_case(spelled),
            spelling.ignoring_case(rf"{spelled}|\b(?:{others})\b" if forms else spelled),
            set().union(*(self._places[form] for form in forms)),
        )

    def _match(self, number: int, words: list[_Word]) -> SearchHit | None:
        entry, text = self._entries[number], self._texts[number]
        found = [word.spelled.search(text) for word in words]
        is_exact = all(found)
        if not is_exact:
            both = zip(found, words, strict=True)
            if any(not match and number not in word.inflected for match, word in both):
                return None
            found = [word.marked.search(text) for word in words]
        starts = [match.start() for match in found if match] or [0]
        word_starts = sum(at == 0 or not text[at - 1].isalnum() for at in starts)
        score = word_starts / len(starts) + 1 / (1 + min(starts)) + 1 / (1 + len(entry.text))
        return SearchHit(entry, min(starts), (is_exact, score))


def entries(content: Content, ui: UiText, progress: Progress) -> Iterator[Entry]:
    """Everything that can be found: fact sheet, guldkorn, checklist with its plans, links."""
    yield from _fact_sheet(content.fact_sheet, ui)
    yield from _guldkorn(content.guldkorn, ui)
    yield from _checklist(content.checklist, ui, progress)
    yield from _links(content.links, ui)


def _entries(
    target: str, group: str, place: str, *texts: str, words: tuple[str, ...] = (), answer: str = ""
) -> Iterator[Entry]:
    place = sanitize_line(place)
    for text in map(sanitize_line, texts):
        yield Entry(target, group, "" if text == place else place, text, words, answer)


def _fact_sheet(sheet: FactSheet, ui: UiText) -> Iterator[Entry]:
    tab = ui.tabs.fact_sheet
    yield from _entries("section:", tab, "", sheet.title, *_paragraphs(sheet.lead))
    for section in sheet.sections:
        texts = section.title, *_paragraphs(section.body)
        yield from _entries(f"section:{section.id}", tab, section.title, *texts)
    # The page treats its end as part of the last section.
    last, source = f"section:{sheet.sections[-1].id}", ui.fact_sheet.source
    yield from _entries(last, tab, source, source, *_paragraphs(sheet.source))


def _guldkorn(overview: Guldkorn, ui: UiText) -> Iterator[Entry]:
    tab = ui.tabs.guldkorn
    yield from _entries("passage:intro", tab, "", overview.title, *_paragraphs(overview.intro))
    for name, group in overview.groups.items():
        texts = group.title, *_paragraphs(group.intro)
        yield from _entries(f"passage:{name}", tab, group.title, *texts)
        for card in group.cards:
            texts = card.title, card.summary, *_paragraphs(card.body)
            yield from _entries(f"card:{card.id}", tab, card.title, *texts)
    sources = ui.guldkorn.sources
    yield from _entries("passage:sources", tab, sources, sources, *_paragraphs(overview.sources))


def _checklist(checklist: Checklist, ui: UiText, progress: Progress) -> Iterator[Entry]:
    tab = ui.tabs.checklist
    yield from _entries("item:intro", tab, "", *_paragraphs(checklist.intro))
    for group in checklist.groups:
        yield from _entries(f"group:{group.id}", tab, group.title, group.title, group.intro)
        for item in group.items:
            target, state = f"item:{item.id}", progress.state(item.id)
            answer = state.answer.value
            said = answer_in_words(state.answer, Answer.UNANSWERED, ui)
            in_group, in_item = (
                f"{said} · {place}" if said else place for place in (group.title, item.text)
            )
            yield from _entries(target, tab, in_group, item.text, words=item.words, answer=answer)
            for name in plan_fields("text", "line"):  # what people write: also who is responsible
                if written := sanitize_line(getattr(state, name)):
                    words = f"{plan_form.label(name, state, ui)} {written}"
                    yield from _entries(target, tab, in_item, words, answer=answer)
            yield from _entries(target, tab, in_item, item.why, item.question, answer=answer)
    support_map = checklist.map
    texts = [progress.state(cell.id).note for cell in support_map.cells]
    texts = [support_map.title, support_map.intro, *filter(None, map(sanitize_line, texts))]
    yield from _entries(f"group:{support_map.id}", tab, support_map.title, *texts)


def _links(links: Links, ui: UiText) -> Iterator[Entry]:
    tab = ui.tabs.links
    yield from _entries("link:", tab, "", *_paragraphs(links.intro))
    for group in links.groups:
        yield from _entries(f"link:group:{group.id}", tab, "", group.title)
        for link in group.links:
            yield from _entries(f"link:{link.id}", tab, link.host, link.label)
            texts = filter(None, (link.note, link.address))
            yield from _entries(f"link:{link.id}", tab, link.label, *texts)


def _paragraphs(body: str) -> list[str]:
    """Each paragraph, and each row of a table, its cells apart."""
    lines = map(plain_text, markdown(body, _UNLIMITED))
    return [line for line in lines if line.strip("─")]


def group_head(group: str, count: int) -> list[Text]:
    """The title of a group of hits, and how many there are."""
    return [Text.assemble((group, "heading"), "  ", (str(count), "muted"))]


def hit_lines(hit: SearchHit, marks: Sequence[re.Pattern[str]], width: int) -> list[Text]:
    """A hit, with the mark of an item, and on the right its place, or the key of a command.

    In a narrow window, the place goes below the hit.
    """
    entry = hit.entry
    sign = mark(entry.answer) + " " if entry.answer else "  " if entry.group else ""
    room = width - len(sign)
    if entry.key:
        key = _synonym(entry, marks, width // 2).append(entry.key, "level")
        first, *rest = paragraph(_marked(entry.text, marks), max(width - key.cell_len - 2, 1), sign)
        return [_with_right(first, key, width), *rest]
    place = _synonym(entry, marks, width // 4).append(entry.place, "muted")
    is_beside = width >= _WIDE_ENOUGH and bool(entry.place)
    room -= min(place.cell_len, width // 3) + 2 if is_beside else 0
    at = hit.at if hit.at < len(entry.text) else 0
    line = Text.assemble((sign, entry.answer), _marked(_excerpt(entry.text, at, room), marks))
    line.truncate(width, overflow="ellipsis")
    if is_beside:
        return [_with_right(line, place, width)]
    below = Text.assemble("    ", place)
    below.truncate(width, overflow="ellipsis")
    return [line, below] if entry.place else [line]


def _synonym(entry: Entry, marks: Sequence[re.Pattern[str]], room: int) -> Text:
    """The word an entry was found by, if its text does not have it, and space after it."""
    if any(pattern.search(entry.text) for pattern in marks):
        return Text()
    for word in entry.words:
        if cell_len(word) <= room and any(pattern.search(word) for pattern in marks):
            return Text.assemble(*styled([_marked(word, marks)], "muted"), "   ")
    return Text()


def _with_right(line: Text, right: Text, width: int) -> Text:
    """The line with as much of another text at its right end as fits."""
    room = width - line.cell_len - 2
    if room > 0:
        right.truncate(room, overflow="ellipsis")
        line.append(" " * (width - line.cell_len - right.cell_len))
        line.append_text(right)
    line.rstrip()
    return line


def _marked(text: str, marks: Iterable[re.Pattern[str]]) -> Text:
    line = Text(text)
    for pattern in marks:
        line.highlight_regex(pattern, "heading")
        line.highlight_regex(pattern, _UNDERLINED)
    return line


def _excerpt(text: str, at: int, room: int) -> str:
    """Whole words of the text around an offset, about as many as fit."""
    if len(text) <= room:
        return text
    room = max(room - len("… " + " …"), 1)
    start = max(min(at - room // 3, len(text) - room), 0)
    if start:
        start = text.find(" ", start, at) + 1 or at
    part = text[start : start + room]
    if start + room < len(text):
        part = part.rpartition(" ")[0] or part
    is_cut = start + len(part) < len(text)
    return f"{'… ' if start else ''}{part}{' …' if is_cut else ''}"
