"""Text is readable for everyone: the contrast of every letter, as rendered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from app_driver import opened
from terminal import Place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from app_driver import Reader
    from terminal import Cell, Display

MIN_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3: the minimum contrast of text."""
THEMES = (
    *("guldkorn-dark", "guldkorn-light", "textual-dark", "textual-light"),
    *("nord", "catppuccin-latte", "solarized-dark", "solarized-light"),
)
"""Ours, Textual's defaults, and its themes with the lowest contrast."""


@cache
def luminance(colour: str) -> float:
    """Relative luminance of six hexadecimal digits, from 0 to 1, as WCAG defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(cell: Cell) -> float:
    """The contrast ratio of a letter to its background, from 1 to 21."""
    darker, lighter = sorted((luminance(cell.foreground), luminance(cell.background)))
    return (lighter + 0.05) / (darker + 0.05)


def is_text(cell: Cell) -> bool:
    """Whether it is no space, rule, frame or bar."""
    return bool(cell.text.strip()) and not "\u2500" <= cell.text <= "\u259f"


def faint(display: Display) -> dict[str, tuple[str, str, float]]:
    """The colours and contrast of letters that are too faint, by the text of their row."""
    return {
        "".join(cell.text for cell in row): (cell.foreground, cell.background, contrast(cell))
        for row in display.rows
        for cell in row
        if is_text(cell) and contrast(cell) < MIN_CONTRAST
    }


async def themed_displays(reader: Reader) -> AsyncIterator[Display]:
    """The screen in every theme in turn."""
    backgrounds = set()
    for theme in THEMES:
        reader.app.theme = theme
        await reader.rests()
        backgrounds.add(reader.display.cell(Place(0, 0)).background)
        yield reader.display
    assert len(backgrounds) == len(THEMES)


@pytest.mark.parametrize("tab", "1234")
async def test_all_text_of_the_tabs_has_enough_contrast(tab: str, data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        await reader.press("3", "space", "down", "x", "down", "i", "down", tab)
        async for display in themed_displays(reader):
            assert not faint(display)


async def test_search_matches_have_enough_contrast(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("slash")
        await reader.paste("apvportalen")
        await reader.press("enter", "n")
        async for display in themed_displays(reader):
            assert any(cell.reverse and cell.text.isalpha() for row in display.rows for cell in row)
            assert not faint(display)


@pytest.mark.parametrize("key", ["question_mark", "enter", "r", "c", "slash", "ctrl+p"])
async def test_all_text_of_the_dialogs_has_enough_contrast(key: str, data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        await reader.press("3", "x", key)
        if key == "slash":
            await reader.paste("stotte")
        async for display in themed_displays(reader):
            # What is behind the dialog is dimmed on purpose: its backgrounds are those at the edge.
            rows = display.rows[:-1]  # the key bar has a background of the tabs
            behind = {cell.background for row in rows for cell in row[:2]}
            words = [c for row in rows for c in row if is_text(c) and c.background not in behind]
            assert words
            assert not [cell for cell in words if contrast(cell) < MIN_CONTRAST]


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_ansi_themes_mark_the_tab_the_field_and_the_focused_button(
    theme: str, data_dir: Path
) -> None:
    async with opened(data_dir, size=(80, 24), theme=theme) as reader:
        tabs = reader.ui.tabs
        names = [tabs.fact_sheet, tabs.guldkorn, tabs.checklist, tabs.links]
        await reader.press("3")
        assert reader.chosen(names) == tabs.checklist
        await reader.press("enter")
        field = reader.display.row(reader.display.find(reader.ui.plan.responsible).y)
        assert sum(cell.underline for cell in field) > 30  # while it is empty
        await reader.press("a", "escape")
        focused = reader.display.find(reader.ui.plan.stay)
        assert reader.display.cell(focused).reverse
        assert reader.display.lines[focused.y].count("│") > 4  # the frame has 2, each button, too
