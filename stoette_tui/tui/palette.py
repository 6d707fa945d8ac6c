"""Search and commands, both in Textual's command palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Provider
from textual.content import Content

from stoette_tui.content.ui_text import fill
from stoette_tui.pages.search import patterns, search
from stoette_tui.tui.commands import NAMES
from stoette_tui.tui.widgets.keys import active_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.command import Hits
    from textual.screen import Screen

    from stoette_tui.content.ui_text import UiText
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


def system_commands(screen: Screen[Any], ui: UiText) -> Iterator[SystemCommand]:
    """Every command that works where the focus is, with its key as help, and the themes."""
    app, found = screen.app, active_commands(screen)
    for name in NAMES:
        if name in found and name != "palette":
            node, binding = found[name][0]
            run = partial(app.run_action, binding.action, node)
            yield SystemCommand(ui.commands[name].help, app.get_key_display(binding), run)
    for theme in sorted(app.available_themes):
        text = fill(ui.search.theme, name=theme)
        yield SystemCommand(text, "", partial(setattr, app, "theme", theme))


def command_provider(commands: Sequence[SystemCommand], nothing: str) -> type[Provider]:
    """Finds commands, shown with their keys; in Textual's own provider *o* does not find *ø*.

    `nothing` is said when nothing is found.
    """

    class CommandProvider(Provider):
        async def discover(self) -> Hits:
            for each in commands:
                shown = _with_key(Content(each.title), each.help)
                yield DiscoveryHit(shown, each.callback, each.title)

        async def search(self, query: str) -> Hits:
            wanted, found = patterns(query), False
            for each in commands:
                matches = [pattern.search(each.title) for pattern in wanted]
                if all(matches):
                    found = True
                    shown = Content(each.title)
                    for match in filter(None, matches):
                        shown = shown.stylize(self.match_style or "", *match.span())
                    score = 1 / (1 + len(each.title)) + 0.1
                    yield Hit(score, _with_key(shown, each.help), each.callback, each.title)
            if not found:
                yield Hit(0.01, Content(nothing), lambda: None, nothing)

    return CommandProvider


def _with_key(text: Content, key: str) -> Content:
    return Content.assemble(text, "  ", (key, "$text-primary")) if key else text
