"""The commands of the app that work where the focus is, and their keys."""

from __future__ import annotations

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from stoette_tui.content.ui_sections import KeyTexts
from stoette_tui.tui.commands import FIRST_KEYS, NAMES

_SIGNS = {"slash": "/", "question_mark": "?", "shift+n": "N", "shift+u": "U"}
"""The characters of keys, by key name; Textual would search all Unicode names for them."""


def key_in_words(key: str, words: KeyTexts) -> str:
    """A key as the reader knows it; empty if it has no name of ours."""
    parts = key.split("+")
    names = {part: words[part] for part in parts if part in words}
    if key not in _SIGNS and all(part in names or len(part) == 1 for part in parts):
        return "+".join(names.get(part, part) for part in parts)
    return _SIGNS.get(key, "")


def active_commands(screen: Screen[object]) -> dict[str, list[tuple[DOMNode, Binding]]]:
    """The active bindings of each of our commands, with their nodes: first keys first.

    Of these, those nearest the focus come first.
    """
    found: dict[str, list[tuple[DOMNode, Binding]]] = {}
    for active in screen.active_bindings.values():
        if active.enabled and active.binding.description in NAMES:
            found.setdefault(active.binding.description, []).append((active.node, active.binding))
    for each in found.values():
        each.sort(key=lambda bound: (bound[1].description, bound[1].key) not in FIRST_KEYS)
    return found
