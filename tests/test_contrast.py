"""Text can be read by every eye: the colours of every letter, as they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from app_driver import opened

if TYPE_CHECKING:
    from pathlib import Path

    from terminal import Cell, Display

LEAST = 4.5
"""WCAG 2.2, success criterion 1.4.3: contrast of text to what is behind it."""
THEMES = (
    *("guldkorn-dark", "guldkorn-light", "textual-dark", "textual-light"),
    *("nord", "catppuccin-latte", "solarized-dark", "solarized-light"),
)
"""Ours, Textual's usual ones, and the faintest of those it brings besides."""


def luminance(colour: str) -> float:
    """Relative luminance of six hexadecimal digits, from 0 to 1, as WCAG defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(cell: Cell) -> float:
    """How much a letter stands out from what is behind it, from 1 to 21."""
    darker, lighter = sorted((luminance(cell.foreground), luminance(cell.background)))
    return (lighter + 0.05) / (darker + 0.05)


def is_text(cell: Cell) -> bool:
    """Not a space, a rule, a frame or a bar."""
    return bool(cell.text.strip()) and not "\u2500" <= cell.text <= "\u259f"


def faint(display: Display) -> dict[str, tuple[str, str, float]]:
    """The letters that are too faint, by the row they stand in: colours and contrast."""
    return {
        "".join(cell.text for cell in row): (cell.foreground, cell.background, contrast(cell))
        for row in display.rows
        for cell in row
        if is_text(cell) and contrast(cell) < LEAST
    }


@pytest.mark.parametrize("theme", THEMES)
async def test_every_letter_of_the_tabs_stands_out(theme: str, data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40), theme=theme) as reader:
        await reader.press("3", "space", "down", "x", "down", "i", "down")
        for tab in "1234":
            await reader.press(tab)
            await reader.rests()
            assert not faint(reader.display)


DIALOGS = (("question_mark",), ("enter",), ("r",), ("c",), ("slash", *"stotte"), ("ctrl+p",))


@pytest.mark.parametrize("theme", THEMES)
async def test_every_letter_of_the_dialogs_stands_out(theme: str, data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40), theme=theme) as reader:
        await reader.press("3", "x")
        await reader.rests()
        for keys in DIALOGS:
            await reader.press(*keys)
            await reader.rests()
            # What the dialog stands on is dimmed on purpose: the grounds there are at the edge.
            rows = reader.display.rows[:-1]  # the line of keys is one of the grounds of the tabs
            behind = {cell.background for row in rows for cell in row[:2]}
            words = [c for row in rows for c in row if is_text(c) and c.background not in behind]
            assert words
            assert not [cell for cell in words if contrast(cell) < LEAST]
            await reader.press("escape", "escape")
