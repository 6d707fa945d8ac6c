"""The app: it holds the progress, hands it down to the tabs, and does what they ask for."""

from __future__ import annotations

import contextlib
import gc
import re
import threading
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from stoette_tui.base.encoding import transliterate
from stoette_tui.content.ui_text import fill
from stoette_tui.pages.review import describe_carried_plans
from stoette_tui.review.progress import Answer, Progress
from stoette_tui.tui import commands, themes, view_state
from stoette_tui.tui.browser import open_in_browser
from stoette_tui.tui.key_queue import ASIDE, KeyQueue
from stoette_tui.tui.progress_service import KEEPING, Keeper, NewRound, OlderChange
from stoette_tui.tui.tabs.messages import AnswerGiven, Copy, GoTo, PlanWanted, SectionRead
from stoette_tui.tui.widgets.key_bar import KeyBar
from stoette_tui.tui.widgets.keys import active_commands
from stoette_tui.tui.widgets.tab_bar import TabBar
from stoette_tui.tui.widgets.text_filter import TextFilter
from stoette_tui.tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import Binding, BindingType
    from textual.driver import Driver
    from textual.filter import LineFilter

    from stoette_tui.content.model import Content
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import RoundSummary
    from stoette_tui.store import Store
    from stoette_tui.tui.driver import Terminated
    from stoette_tui.tui.progress_service import Wish
    from stoette_tui.tui.tabs.checklist import ChecklistTab
    from stoette_tui.tui.tabs.fact_sheet import FactSheetTab
    from stoette_tui.tui.tabs.guldkorn import GuldkornTab
    from stoette_tui.tui.tabs.links import LinksTab

    AnyTab = FactSheetTab | GuldkornTab | ChecklistTab | LinksTab

TAB_OF_PLACE = {
    "section": "fact-sheet",
    "card": "guldkorn",
    "passage": "guldkorn",
    "group": "checklist",
    "item": "checklist",
    "link": "links",
}
FRAME = 1 / 60
"""Seconds. Textual writes in a thread, which gets to it when the app has nothing to do."""
NEWS_SECONDS = 30
"""How long a notice about the log stays, as it takes a while to read."""
TABS = ("fact-sheet", "guldkorn", "checklist", "links")
SIGNS = {"slash": "/", "question_mark": "?", "shift+u": "U"}
"""Keys by their names, with the signs on them."""


class Front(Screen[None]):
    """The screen below all dialogs. Each tab says itself where its focus is."""

    AUTO_FOCUS = ""


class StoetteApp(KeyQueue):
    """Four tabs over one progress. What the screen shows as answered is on the disk."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("app")]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable to Textual's type
        (0, "-narrow"),
        (60, "-medium"),
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-low"),
        (18, "-high"),
    ]

    progress: reactive[Progress] = reactive(Progress(), repaint=False)
    drawn: reactive[Progress] = reactive(Progress(), repaint=False)
    """The progress whose marks have been drawn: what is told and counted of it comes after them."""
    opened: reactive[str] = reactive(TABS[0], repaint=False)
    """The tab that is open."""

    def __init__(
        self,
        content: Content,
        ui: UiText,
        store: Store,
        progress: Progress,
        *,
        theme: str = "",
        ascii_only: bool = False,
        notice: str = "",
    ) -> None:
        """`theme` is the name of the reader's choice; empty for the one used last.

        `notice` is what the screen says until something has been saved.
        """
        super().__init__()
        self._content = transliterate(content)
        self._ui = transliterate(ui)
        self._store = store
        self._ascii_only = ascii_only
        self._first_notice = transliterate(notice)
        self._keeper = Keeper(store, content.checklist, ui, progress, self._show_progress)
        self._tabs: dict[str, AnyTab] = {}
        self._trail: list[str] = []
        self._text_filter = TextFilter()
        self._notice_said = ""
        self._days_to_undo: set[date] = set()
        self._view = view_state.load(store.path.parent)
        self._saving_view = threading.Lock()
        if self._view.tab in TABS:
            self.set_reactive(StoetteApp.opened, self._view.tab)
        self.title = self._ui.title
        self.set_reactive(StoetteApp.progress, transliterate(progress))
        self.set_reactive(StoetteApp.drawn, self.progress)
        colours = self.console.color_system  # "standard" are the 16 of the terminal itself
        self.add_class(f"-colours-{colours}")
        for own in themes.OWN_IN_16 if colours == "standard" else themes.OWN:
            self.register_theme(own)
        chosen = next(
            name
            for name in (theme, self._view.theme, themes.DARK.name)
            if name in self.available_themes
        )
        if chosen in [own.name for own in themes.OWN]:
            # Before the styles are read: Textual's own watcher would have them read once more.
            self.set_reactive(StoetteApp.theme, chosen)
            self.stylesheet.set_variables(self.get_css_variables())
        else:
            self.theme = chosen

    def get_driver_class(self) -> type[Driver]:
        """Our own in place of Textual's for Unix terminals; any other as Textual has it."""
        found = super().get_driver_class()
        if found.__name__ != "LinuxDriver":
            return found
        from stoette_tui.tui.driver import TerminalDriver

        return TerminalDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and last the gate that keeps text from steering the terminal."""
        return [*super().get_line_filters(), self._text_filter]

    def get_default_screen(self) -> Screen[None]:
        """The screen of the tabs."""
        return Front(id="_default")

    def compose(self) -> ComposeResult:
        """Title, tabs, keys. A tab is built when it is first shown."""
        words = self._ui.tabs
        names = (words.fact_sheet, words.guldkorn, words.checklist, words.links)
        title = TitleBar(self._ui, self._ascii_only, self._content.checklist.item_ids)
        yield title.data_bind(progress=StoetteApp.drawn)
        yield TabBar(dict(zip(TABS, names, strict=True))).data_bind(active=StoetteApp.opened)
        self._tabs[self.opened] = self._make_tab(self.opened)
        yield self._tabs[self.opened]
        yield KeyBar(self._ui)
        yield Static(id="notice", markup=False)

    def on_ready(self) -> None:
        """The first screen is drawn: what starting left behind is cleared away, once."""
        if not gc.isenabled():
            gc.collect()
            gc.freeze()
            gc.enable()

    def on_mount(self) -> None:
        """Looks now and then whether another window has changed something, and after the log."""
        self.screen.set_focus(self._tabs[self.opened].entry, scroll_visible=False)
        self._say_until_mended(self._first_notice)
        self.set_interval(1, self._look)
        self.set_interval(1, self._look_after_now_and_then)

    # The tabs.

    async def _open_tab(self, tab: str) -> AnyTab:
        """Shows a tab and gives it the focus, before the next key is looked at."""
        screen = self.screen_stack[0]
        self._tabs[self.opened].display = False
        self.opened = tab
        if tab in self._tabs:
            self._tabs[tab].display = True
        else:
            self._tabs[tab] = self._make_tab(tab)
            await screen.mount(self._tabs[tab], before="KeyBar")
            await self._tabs[tab].wait_for_refresh()  # not laid out, it would find nothing for keys
        screen.set_focus(self._tabs[tab].entry, scroll_visible=False)
        self._remember(tab=tab)
        return self._tabs[tab]

    def _make_tab(self, name: str) -> AnyTab:
        # What a tab is made of is imported with it: the first screen waits for none of the others.
        if name == "fact-sheet":
            from stoette_tui.tui.tabs.fact_sheet import FactSheetTab

            return FactSheetTab(self._content, self._ui, self._view.section)
        if name == "guldkorn":
            from stoette_tui.tui.tabs.guldkorn import GuldkornTab

            return GuldkornTab(self._content, self._ui)
        if name == "checklist":
            from stoette_tui.tui.tabs.checklist import ChecklistTab

            tab = ChecklistTab(self._content, self._ui, self._ascii_only, self.progress)
            return tab.data_bind(StoetteApp.progress, StoetteApp.drawn)
        from stoette_tui.tui.tabs.links import LinksTab

        return LinksTab(self._content, self._ui)

    async def action_show_tab(self, tab: str) -> None:
        """Shows a tab and gives it the focus."""
        await self._open_tab(tab)

    @on(TabBar.Chosen)
    async def _tab_chosen(self, message: TabBar.Chosen) -> None:
        await self._open_tab(message.tab)

    async def action_go_back(self) -> None:
        """Shows the tab the reader was led away from."""
        if self._trail:
            await self._open_tab(self._trail.pop())

    @on(GoTo)
    async def _go_to(self, message: GoTo) -> None:
        kind, _, name = message.target.partition(":")
        tab = TAB_OF_PLACE.get(kind)
        if tab is None:
            if self._driver and self._driver.is_web:
                self.open_url(message.target)
            else:
                self._open(message.target)
            return
        self._trail.append(self.opened)
        body = await self._open_tab(tab)
        await body.wait_for_refresh()
        body.go_to(kind, name, message.query)

    # What is kept: the keeper has it on the disk before it hands the new progress down.

    def _show_progress(self, progress: Progress) -> None:
        self.progress = transliterate(progress)
        self.set_timer(FRAME, self._tell)  # the mark is to be on the terminal first

    def _tell(self) -> None:
        self.drawn = self.progress

    async def _look(self) -> None:
        problem = await self._keeper.look()
        if problem is not None:
            self._say_until_mended(problem)

    def watch_drawn(self, progress: Progress) -> None:
        """Names the window after the round; the driver follows the title."""
        words, round_ = self._ui, progress.round
        self.title = fill(words.window_title, round=round_.name) if round_ else words.title

    def _look_after_now_and_then(self) -> None:
        if self._keeper.is_upkeep_due:
            self._look_after()

    @work(group=ASIDE)
    async def _look_after(self) -> None:
        """In a worker, as no key is to wait for it."""
        for problem in await self._keeper.look_after():
            self.notify(problem, markup=False, severity="warning", timeout=NEWS_SECONDS)

    def _say_kept(self, problem: str) -> None:
        """Says above the keys what was not saved, until something is again."""
        words = fill(self._ui.messages.not_saved, problem=problem) if problem else ""
        self._say_until_mended(words)

    def _say_until_mended(self, words: str) -> None:
        if words != self._notice_said:
            self._notice_said = words
            notice = self.screen_stack[0].query_one("#notice", Static)
            notice.update(words)
            notice.display = bool(words)

    @on(AnswerGiven)
    def _answer_given(self, message: AnswerGiven) -> None:
        self._answer(message.item_id, Answer(message.answer))

    @work(group=KEEPING)
    async def _answer(self, item_id: str, answer: Answer) -> bool:
        problem = await self._keeper.answer(item_id, answer)
        self._say_kept(problem)
        return not problem

    @on(PlanWanted)
    def _open_plan(self, message: PlanWanted) -> None:
        from stoette_tui.tui.dialogs.plan import PlanDialog

        if not self._is_still_at("checklist"):
            return
        item = next(each for each in self._content.checklist.items if each.id == message.item_id)
        save = partial(self._keeper.plan, item.id)
        self.push_screen(PlanDialog(item, self._keeper.progress.state(item.id), self._ui, save))

    @work(group=KEEPING)
    async def action_undo(self) -> bool:
        """Takes back the newest change of the round."""
        done = await self._keeper.undo({date.today(), *self._days_to_undo})
        if isinstance(done, OlderChange):
            self._ask_to_undo(done)
            return True
        return self._say_taken_back(*done)

    @work(exclusive=True, group="dialog")
    async def _ask_to_undo(self, change: OlderChange) -> None:
        """Asks once for each day before today; nobody has to wait for the answer."""
        from stoette_tui.tui.dialogs.confirm import ConfirmDialog

        words, day = self._ui.messages, self._ui.long_date(change.day)
        question = fill(words.undo_older, date=day, item=change.item)
        answers = {"keep": words.undo_not, "undo": words.undo_it}
        if await self.push_screen_wait(ConfirmDialog(question, answers)) == "undo":
            self._days_to_undo.add(change.day)
            self.action_undo()

    @work(group=KEEPING)
    async def action_redo(self) -> bool:
        """Puts back what was taken back last."""
        return self._say_taken_back(*await self._keeper.redo())

    def _say_taken_back(self, problem: str, done: str) -> bool:
        self._say_kept(problem)
        if not problem:
            self.notify(done, markup=False)
        return not problem

    # Rounds, comparison, export.

    async def _rounds(self) -> Sequence[RoundSummary]:
        """All rounds; none, and said, when they cannot be read."""
        rounds, problem = await self._keeper.rounds()
        if problem:
            self.notify(problem, markup=False, severity="error")
        return rounds

    def _is_still_at(self, tab: str) -> bool:
        """Whether the reader has not gone on to another tab or dialog in the meantime."""
        return self.opened == tab and len(self.screen_stack) == 1

    @work(exclusive=True, group="dialog")
    async def action_show_rounds(self) -> None:
        """Opens the list of rounds."""
        from stoette_tui.tui.dialogs.rounds import RoundsDialog

        tab, rounds = self.opened, await self._rounds()
        if not self._is_still_at(tab):
            return
        ids = self._content.checklist.item_ids
        name = self._keeper.round_name([each.round.name for each in rounds])
        fulfil = self._fulfil
        self.push_screen(RoundsDialog(rounds, ids, self._ui, self._ascii_only, name, fulfil))

    async def _fulfil(self, wish: Wish) -> tuple[Sequence[RoundSummary], str]:
        """Does what is asked of the rounds, and says how many plans came along."""
        before = self.progress
        rounds, problem = await self._keeper.fulfil(wish)
        if not problem and isinstance(wish, NewRound) and wish.carry_from:
            self.notify(describe_carried_plans(before, self.progress, self._ui), markup=False)
        return rounds, problem

    @work(exclusive=True, group="dialog")
    async def action_compare(self) -> None:
        """Compares the round that is open with another one."""
        from stoette_tui.tui.dialogs.compare import CompareDialog

        tab, rounds = self.opened, await self._rounds()
        if not self._is_still_at(tab):
            return
        if len(rounds) < 2:
            self.notify(self._ui.rounds.none_to_compare, markup=False)
            return
        checklist = self._content.checklist
        self.push_screen(
            CompareDialog(transliterate(rounds), checklist, self._ui, self._ascii_only)
        )

    def action_export(self) -> None:
        """Takes the round out of the program, into a file."""
        from stoette_tui.tui.dialogs.export import ExportDialog

        if self.progress.round is None:
            self.notify(self._ui.rounds.none_yet, markup=False)
            return
        name = "-".join(re.findall(r"\w+", self.progress.round.name.lower()))
        try:
            folder = Path.cwd()
        except FileNotFoundError:  # it was removed while the program is open
            folder = Path.home()
        suggested = folder / f"{self._ui.export.file_name}-{name}"
        self.push_screen(ExportDialog(suggested, self._ui, self._write_export))

    async def _write_export(self, format_: str, file: Path, replace: bool) -> str:
        problem = await self._keeper.export(format_, file, replace)
        if not problem:
            self.notify(fill(self._ui.export.written, file=file), markup=False)
        return problem

    # Links, keys, and the way out.

    @work(thread=True, group=ASIDE)
    def _open(self, address: str) -> None:
        """Opens the address in the reader's own browser, or says that there is none."""
        opened = open_in_browser(address)
        words = self._ui.messages
        message = fill(words.opened if opened else words.no_browser, address=address)
        self.call_from_thread(self.notify, message, markup=False)

    @on(Copy)
    def _copy(self, message: Copy) -> None:
        self.copy_to_clipboard(message.text)
        self.notify(fill(self._ui.messages.copied, text=message.text), markup=False)

    def action_search(self) -> None:
        """Searches in everything; what is chosen is shown."""
        from textual.command import CommandPalette

        from stoette_tui.pages.search import entries
        from stoette_tui.tui.palette import search_provider

        words = self._ui.search
        known = list(entries(self._content, self._ui, self.progress))
        provider = search_provider(known, self._show_found, words.nothing)
        self.push_screen(CommandPalette(providers=[provider], placeholder=words.search))

    def _show_found(self, target: str, query: str) -> None:
        self.post_message(GoTo(target, query))

    def action_command_palette(self) -> None:
        """Shows every command that works where the focus is, with its key, and the themes."""
        from textual.command import CommandPalette

        from stoette_tui.tui.palette import command_provider

        words = self._ui
        offered: list[tuple[str, str, Callable[[], object]]] = []
        found = active_commands(self.screen)
        for name in commands.NAMES:
            if name in found and name != "palette":
                node, binding = found[name][0]
                run = partial(self.run_action, binding.action, node)
                text = words.commands[name].help
                offered.append((text, self.get_key_display(binding), run))
        for theme in sorted(self.available_themes):
            text = fill(words.search.theme, name=theme)
            offered.append((text, "", partial(setattr, self, "theme", theme)))
        provider = command_provider(offered, words.search.nothing)
        self.push_screen(CommandPalette(providers=[provider], placeholder=words.search.commands))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours a theme of others is given for what Textual has no name for."""
        return themes.INK_ON_DARK if self.current_theme.dark else themes.INK_ON_LIGHT

    def watch_theme(self, theme: str) -> None:
        """Remembers the theme the reader has chosen."""
        if self.is_running:
            self._remember(theme=theme)

    def action_show_help(self) -> None:
        """Shows the keys that work where the focus is."""
        from stoette_tui.tui.dialogs.help import HelpDialog

        keys = {
            name: "  ".join(dict.fromkeys(self.get_key_display(binding) for _, binding in found))
            for name, found in active_commands(self.screen).items()
        }
        self.push_screen(HelpDialog(keys, self._ui))

    async def action_quit(self) -> None:
        """Closes the program, unless the reader would lose something and stays."""
        self._quit()

    async def on_terminated(self, message: Terminated) -> None:
        """Closes the program for the system, as `q` does for the reader."""
        await self.act_in_turn(partial(self._end, message.status))

    async def _end(self, status: int) -> None:
        """Ends without a question: a plan that is being written is saved as far as it goes."""
        if len(self.screen_stack) > 1:
            from stoette_tui.tui.dialogs.form import FormDialog

            for screen in self.screen_stack:
                if isinstance(screen, FormDialog):
                    await screen.keep()
        await self._is_all_kept()
        self.exit(return_code=status)

    @work(exclusive=True, group="quit")
    async def _quit(self) -> None:
        """Stays when it turns out only now that something cannot be kept, or the reader says so."""
        if not await self._is_all_kept():
            return
        if len(self.screen_stack) > 1:
            from stoette_tui.tui.dialogs.confirm import ConfirmDialog
            from stoette_tui.tui.dialogs.form import FormDialog

            for screen in reversed(self.screen_stack):
                is_asking = isinstance(screen, ConfirmDialog)
                if is_asking or (isinstance(screen, FormDialog) and not await screen.may_leave()):
                    return
        if await self._is_all_kept():
            self.exit()

    async def _is_all_kept(self) -> bool:
        """Waits for what is being written; true, too, where it is known already that it fails."""
        was_told = bool(self._notice_said)
        keeping = [each for each in self.workers if each.group == KEEPING and not each.is_finished]
        return all([await each.wait() for each in keeping]) or was_told

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers to suspend the process only where something can continue it."""
        if action == "suspend_process":
            return bool(self._driver and self._driver.can_suspend)
        return super().check_action(action, parameters)

    def action_help_quit(self) -> None:
        """Says which key closes the program, to those who press Ctrl+C."""
        self.notify(fill(self._ui.messages.how_to_quit, key="q"), markup=False)

    def get_key_display(self, binding: Binding) -> str:
        """The key as the reader knows it."""
        words, key = self._ui.keys, binding.key
        if key in words:
            return words[key]
        # Textual would look for these in the names of all of Unicode.
        return SIGNS.get(key) or (key if len(key) == 1 else super().get_key_display(binding))

    # Where the reader is.

    @on(SectionRead)
    def _section_read(self, message: SectionRead) -> None:
        self._remember(section=message.section)

    def _remember(self, **changes: str) -> None:
        view = replace(self._view, **changes)
        if view != self._view:
            self._view = view
            self._save_view()

    @work(thread=True, group=ASIDE)
    def _save_view(self) -> None:
        # One after the other, each with the newest: the last one to write must not be an old one.
        with self._saving_view, contextlib.suppress(OSError):  # where the reader was is no loss
            view_state.save(self._store.path.parent, self._view)
