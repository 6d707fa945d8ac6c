"""Textual's tabs, with as much of their names as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Tab, Tabs

if TYPE_CHECKING:
    from collections.abc import Mapping

_GAP = 2
"""Cells between two names."""


class TabBar(Tabs, can_focus=False):
    """Numbers and names, names, or the name of the open tab alone."""

    def __init__(self, names: Mapping[str, str], active: str) -> None:
        """`names` is what the tabs are called, by id; they are numbered from 1, as are the keys."""
        self._names = names
        self._numbered = {
            tab: f"{number} {name}" for number, (tab, name) in enumerate(names.items(), 1)
        }
        tabs = (Tab(label, id=tab) for tab, label in self._numbered.items())
        super().__init__(*tabs, active=active)

    @on(Tab.Clicked)
    def _clicked(self, message: Tab.Clicked) -> None:
        """A click on the open one counts as well: it gives the focus back to the tab."""
        if message.tab.id == self.active:
            self.post_message(self.TabActivated(self, message.tab))

    def on_resize(self) -> None:
        """Fits the names to the width."""
        room = self.content_size.width
        labels = self._numbered if _width(self._numbered) <= room else self._names
        self.set_class(_width(labels) > room, "-only-active")
        for tab in self.query(Tab):
            if tab.label_text != labels[tab.id or ""]:
                tab.label = labels[tab.id or ""]


def _width(labels: Mapping[str, str]) -> int:
    return sum(len(label) + _GAP for label in labels.values())
