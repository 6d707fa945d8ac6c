"""Which of the app's commands work where the focus is, and by which keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import Binding

from stoette_tui.tui.commands import COMMANDS, NAMES

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode
    from textual.screen import Screen

    from stoette_tui.content.ui_text import UiText


def active_commands(screen: Screen[object]) -> dict[str, list[tuple[DOMNode, Binding]]]:
    """The bindings in force of each command of ours with their nodes, nearest the focus first."""
    found: dict[str, list[tuple[DOMNode, Binding]]] = {}
    for active in screen.active_bindings.values():
        if active.enabled and active.binding.description in NAMES:
            found.setdefault(active.binding.description, []).append((active.node, active.binding))
    return found


def key_displays(screen: Screen[object]) -> dict[str, str]:
    """All keys of each command of ours that works, as they are shown."""
    display = screen.app.get_key_display
    return {
        name: "  ".join(dict.fromkeys(display(binding) for _, binding in found))
        for name, found in active_commands(screen).items()
    }


def key_hints(app: App[Any], ui: UiText, *places: str) -> str:
    """The commands of these places on one line: the first key of each, and its short name."""
    shown = [each for place in places for each in COMMANDS[place] if each.shown]
    keys = (next(iter(Binding.make_bindings([each.binding]))) for each in shown)
    return "  ".join(
        f"{app.get_key_display(key)} {ui.commands[each.name].label}"
        for key, each in zip(keys, shown, strict=True)
    )
