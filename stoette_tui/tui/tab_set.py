"""The tabs: each is created when first shown, and receives the progress from then on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stoette_tui.content.model import Content
from stoette_tui.content.ui_text import UiText
from stoette_tui.review.progress import Progress, RoundSummary
from stoette_tui.tui.view_state import RememberedView

if TYPE_CHECKING:
    from stoette_tui.tui.tabs.checklist import ChecklistTab
    from stoette_tui.tui.tabs.fact_sheet import FactSheetTab
    from stoette_tui.tui.tabs.guldkorn import GuldkornTab
    from stoette_tui.tui.tabs.links import LinksTab

    Tab = FactSheetTab | GuldkornTab | ChecklistTab | LinksTab

TAB_OF_PLACE: Final = {
    "section": "fact-sheet",
    "card": "guldkorn",
    "passage": "guldkorn",
    "group": "checklist",
    "item": "checklist",
    "link": "links",
}
"""The tab that has each kind of place; see `GoTo`."""


class TabSet(dict[str, "Tab"]):
    """The tabs created so far, by name.

    They are not data-bound to the screen, as a worker creates them outside its context.
    """

    def __init__(self, content: Content, ui: UiText, view: RememberedView) -> None:
        """`view` has the tab, the section and the checklist row to show first."""
        super().__init__()
        self._content = content
        self._ui = ui
        self._view = view
        self._followers: list[FactSheetTab | ChecklistTab] = []
        self._checklist: ChecklistTab | None = None

    @property
    def titles(self) -> dict[str, str]:
        """The titles of all tabs in order, by name."""
        words = self._ui.tabs
        return {
            "fact-sheet": words.fact_sheet,
            "guldkorn": words.guldkorn,
            "checklist": words.checklist,
            "links": words.links,
        }

    @property
    def first(self) -> str:
        """The name of the tab to show first: the one shown last time, if it is still there."""
        names, last = list(self.titles), self._view.state.tab
        return last if last in names else names[0]

    @property
    def places(self) -> dict[str, str]:
        """Where the reader is in each tab, as a target of `GoTo`."""
        return {name: tab.place for name, tab in self.items()}

    def make(self, name: str, progress: Progress) -> Tab:
        """The tab of that name, to be mounted. Imports its module lazily."""
        tab: Tab
        if name == "fact-sheet":
            from stoette_tui.tui.tabs.fact_sheet import FactSheetTab

            tab = FactSheetTab(self._content, self._ui, self._view.state.section, progress)
            self._followers.append(tab)
        elif name == "guldkorn":
            from stoette_tui.tui.tabs.guldkorn import GuldkornTab

            tab = GuldkornTab(self._content, self._ui)
        elif name == "checklist":
            from stoette_tui.tui.tabs.checklist import ChecklistTab

            row_id = self._view.state.row_in(progress.round)
            tab = ChecklistTab(self._content, self._ui, progress, row_id)
            self._followers.append(tab)
            self._checklist = tab
        else:
            from stoette_tui.tui.tabs.links import LinksTab

            tab = LinksTab(self._content, self._ui)
        self[name] = tab
        return tab

    def show_progress(self, progress: Progress) -> None:
        """Passes the progress down."""
        for tab in self._followers:
            tab.progress = progress

    def show_rounds(self, rounds: Sequence[RoundSummary]) -> None:
        """Passes all rounds down."""
        if self._checklist:
            self._checklist.rounds = rounds
