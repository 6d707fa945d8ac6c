"""Which of the app's commands work where the focus is, and by which keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoette_tui.commands import NAMES

if TYPE_CHECKING:
    from textual.binding import Binding
    from textual.screen import Screen


def active_commands(screen: Screen[object]) -> dict[str, list[Binding]]:
    """The bindings in force of each command of ours, those nearest the focus first."""
    found: dict[str, list[Binding]] = {}
    for active in screen.active_bindings.values():
        if active.enabled and active.binding.description in NAMES:
            found.setdefault(active.binding.description, []).append(active.binding)
    return found
