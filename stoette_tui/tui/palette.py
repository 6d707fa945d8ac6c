"""Search and commands, both in Textual's command palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Provider
from textual.content import Content

from stoette_tui.pages.search import patterns, search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.command import Hits

    from stoette_tui.pages.search import Entry

MOST = 40
"""Hits shown; who finds more types another letter."""


def search_provider(
    places: Sequence[Entry], show: Callable[[str, str], object], nothing: str
) -> type[Provider]:
    """Finds places; a chosen one is shown by its target and what was looked for.

    `nothing` is said when nothing is found.
    """

    class SearchProvider(Provider):
        async def search(self, query: str) -> Hits:
            found = search(places, query, MOST)
            for each in found:
                shown = Content(each.excerpt)
                for start, end in each.spans:
                    shown = shown.stylize(self.match_style or "", start, end)
                command = partial(show, each.entry.target, query)
                yield Hit(each.score, shown, command, each.excerpt, each.entry.where)
            if not found:
                yield Hit(0.01, Content(nothing), lambda: None, nothing)

    return SearchProvider


def command_provider(
    commands: Sequence[tuple[str, str, Callable[[], object]]], nothing: str
) -> type[Provider]:
    """Finds commands, given as what they do, their key, and how to run them."""

    class CommandProvider(Provider):
        async def discover(self) -> Hits:
            for text, key, run in commands:
                yield DiscoveryHit(_with_key(Content(text), key), run, text)

        async def search(self, query: str) -> Hits:
            wanted, found = patterns(query), False
            for text, key, run in commands:
                matches = [pattern.search(text) for pattern in wanted]
                if all(matches):
                    found = True
                    shown = Content(text)
                    for match in filter(None, matches):
                        shown = shown.stylize(self.match_style or "", *match.span())
                    yield Hit(1 / (1 + len(text)) + 0.1, _with_key(shown, key), run, text)
            if not found:
                yield Hit(0.01, Content(nothing), lambda: None, nothing)

    return CommandProvider


def _with_key(text: Content, key: str) -> Content:
    return Content.assemble(text, "  ", (key, "$text-primary")) if key else text
