"""The baseline of all figures: an app with a header, a footer, and four tabs with nothing in them.

With the argument `tick`, it has a mark to tick; with `toggle`, Textual's own list of marks.
Neither saves anything.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Footer, Header, SelectionList, Static, TabbedContent, TabPane

if TYPE_CHECKING:
    from textual.app import ComposeResult


class EmptyApp(App[None]):
    """Four tabs."""

    def compose(self) -> ComposeResult:
        """Header, tabs, footer."""
        yield Header()
        with TabbedContent():
            for number in range(1, 5):
                with TabPane(f"Tab {number}"):
                    yield Static(f"Text {number}", id=f"text-{number}")
        yield Footer()


class TickApp(EmptyApp):
    """Space sets and clears a tick."""

    ticked = False

    def key_space(self) -> None:
        """Toggles the tick."""
        self.ticked = not self.ticked
        self.query_one("#text-1", Static).update(f"{'☑' if self.ticked else '☐'} Text 1")


class ToggleApp(App[None]):
    """As many marks as we ship items, in Textual's own widget."""

    def compose(self) -> ComposeResult:
        """Header, tabs, footer."""
        yield Header()
        with TabbedContent(), TabPane("Tab 1"):
            yield SelectionList(*((f"Item {number}", number) for number in range(1, 19)))
        yield Footer()

    def on_mount(self) -> None:
        """Focuses the list."""
        self.query_one(SelectionList).focus()


APPS: dict[str, type[App[None]]] = {"": EmptyApp, "tick": TickApp, "toggle": ToggleApp}

if __name__ == "__main__":
    APPS[sys.argv[1] if sys.argv[1:] else ""]().run()
