"""Search and command palette: a field, and below it the matches, updated with each letter.

Textual's `CommandPalette` matches letters in their order, and so finds no other spelling or form
of a word; its hits have no groups.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input

from stoette_tui.base.sanitize import capitalize
from stoette_tui.content import cldr
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.layout import paragraph, styled
from stoette_tui.pages.search import (
    Entry,
    Index,
    SearchHit,
    SearchResults,
    SearchTarget,
    group_head,
    hit_lines,
)
from stoette_tui.tui import commands, themes
from stoette_tui.tui.dialog import Dialog
from stoette_tui.tui.widgets.keys import active_commands
from stoette_tui.tui.widgets.line_input import LineInput
from stoette_tui.tui.widgets.row_list import Row, RowList

Run = Callable[[], object]
Show = Callable[[str, SearchTarget], object]


class HitList(RowList, can_focus=False):
    """The matches, group by group. The field above it forwards its keys."""

    def __init__(self, nothing: str) -> None:
        """`nothing` is shown if there is no match."""
        super().__init__()
        self._nothing = nothing
        self.found = SearchResults({}, [])
        self._hits: list[SearchHit] = []

    def show(self, found: SearchResults) -> None:
        """Lists the matches, with the cursor on the first one."""
        self.found = found
        self._hits = [hit for hits in found.groups.values() for hit in hits]
        self.cursor = 0
        self.reset()
        self.scroll_home(animate=False)

    def layout_rows(self, width: int) -> Iterator[Row]:
        """A head for each named group, and a row for each hit."""
        found, number = self.found, 0
        if found.marks and not self._hits:
            yield Row("nothing", styled(paragraph(self._nothing, width), "muted"), head=True)
        for group, hits in found.groups.items():
            if group:
                space = [Text()] if number else []
                yield Row(f"group:{group}", [*space, *group_head(group, len(hits))], head=True)
            for hit in hits:
                yield Row(str(number), hit_lines(hit, found.marks, width))
                number += 1

    @property
    def chosen(self) -> Entry | None:
        """The entry the cursor is on."""
        return self._hits[int(self.row_id)].entry if self.row_id else None

    def clicked(self, row: Row, x: int) -> None:
        """A click chooses at once, as nothing is lost by that."""
        self.put_cursor(row.id)
        self.action_select()


class Field(LineInput):
    """Where the query is typed, and whose keys choose among the matches."""

    BINDINGS = commands.bindings("field")


class SearchDialog(Dialog[None]):
    """A field and its matches; runs the chosen one after the dialog has closed."""

    BINDINGS = commands.bindings("finder")

    def __init__(
        self,
        ui: UiText,
        runs: Mapping[Entry, Run],
        texts: Iterable[Entry] = (),
        show: Show | None = None,
    ) -> None:
        """Lists `texts`, which `show` shows with the matches highlighted, above what `runs` has.

        Without them, it is the palette, which lists everything while the field is empty.
        """
        super().__init__(capitalize(ui.commands["search" if show else "palette"].label), ui)
        self._runs = runs
        self._show = show
        self._indexes = [Index(each, ui.search) for each in ((texts, runs) if show else (runs,))]
        self._list = HitList(ui.search.nothing)

    def parts(self) -> ComposeResult:
        words = self._ui.search
        placeholder = words.search if self._show else words.commands
        yield Field(placeholder=placeholder, select_on_focus=False, compact=True)
        yield self._list

    def on_mount(self) -> None:
        """Lists the entries for an empty field."""
        self._find("")

    def _find(self, query: str) -> None:
        is_asked = bool(query.strip())
        each = [index.find(query) for index in self._indexes if is_asked or not self._show]
        groups = {name: hits for found in each for name, hits in found.groups.items()}
        found = SearchResults(groups, each[0].marks if each else [])
        count = self._ui.count(self._ui.search.found, found.count) if is_asked else ""
        self.query_one(".dialog").border_subtitle = count
        self._list.show(found)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._find(message.value)

    @on(Input.Submitted)
    @on(RowList.Selected)
    def _choose(self, message: Input.Submitted | RowList.Selected) -> None:
        message.stop()
        if self.is_active and (entry := self._list.chosen):
            self.dismiss()
            if self._show and entry not in self._runs:
                sought = SearchTarget(self._list.found.marks, entry.text)
                self.app.call_later(self._show, entry.target, sought)
            else:
                self.app.call_later(self._runs[entry])

    def action_move(self, move: str) -> None:
        """Moves the cursor of the list, while the field has the focus."""
        getattr(self._list, f"action_{move}")()

    @on(events.Click)
    def _clicked_beside(self, event: events.Click) -> None:
        if self.get_widget_at(event.screen_x, event.screen_y)[0] is self:
            self.dismiss()


def search_dialog(
    screen: Screen[Any], ui: UiText, languages: Collection[str], texts: Iterable[Entry], show: Show
) -> SearchDialog:
    """A search for texts and commands; shows the chosen text with the matches highlighted."""
    title = ui.search.commands_title
    runs = _commands(screen, ui, title) | _languages(screen, ui, languages, title)
    return SearchDialog(ui, runs, texts, show)


def command_dialog(screen: Screen[Any], ui: UiText, languages: Collection[str]) -> SearchDialog:
    """A palette of the commands that work where the focus is, the languages, and the themes."""
    runs = _commands(screen, ui) | _languages(screen, ui, languages) | _themes(screen, ui)
    return SearchDialog(ui, runs)


def _commands(screen: Screen[Any], ui: UiText, group: str = "") -> dict[Entry, Run]:
    """The commands that work where the focus is, except moves, which nobody looks for here."""
    app, found = screen.app, active_commands(screen)
    runs: dict[Entry, Run] = {}
    for name in commands.NAMES:
        if name in found and name not in ("palette", *commands.MOVES):
            node, binding = found[name][0]
            text = ui.commands[name]
            words = (text.label, *text.words)
            key = app.get_key_display(binding)
            entry = Entry(f"command:{name}", group, "", text.help, words=words, key=key)
            runs[entry] = partial(app.run_action, binding.action, node)
    return runs


def _languages(
    screen: Screen[Any], ui: UiText, codes: Collection[str], group: str = ""
) -> dict[Entry, Run]:
    """The languages to switch to, by their own names, if there are several."""
    words, app = ui.search, screen.app
    if len(screen.app.screen_stack) > 1 or len(codes) < 2:
        return {}
    return {
        Entry(
            f"language:{code}",
            group,
            "",
            fill(words.language, name=cldr.display_name(code)),
            words=words.language_words,
        ): partial(app.run_action, f"switch_language({code!r})")
        for code in codes
    }


def _themes(screen: Screen[Any], ui: UiText) -> dict[Entry, Run]:
    app = screen.app
    return {
        Entry(f"theme:{name}", "", "", fill(ui.search.theme, name=name)): partial(
            setattr, app, "theme", name
        )
        for name in themes.names(app)
    }
