"""The terminal's cursor follows the focus, for screen readers, magnifiers and input methods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from terminal import Terminal
from test_cli import SHIPPED, UI

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal import Display

ITEMS = list(SHIPPED.checklist.items)
CARDS = [*SHIPPED.guldkorn.diamonds.cards, *SHIPPED.guldkorn.guldkorn.cards]
LINKS = [link for group in SHIPPED.links.groups for link in group.links]
BAR = "┃"


def cursor_is_at(text: str) -> Callable[[Display], bool]:
    """Whether the cursor is where the text begins, or at the mark before it."""

    def is_met(screen: Display) -> bool:
        rest = screen.lines[screen.cursor.y][screen.cursor.x :]
        return rest[:1] not in ("", " ") and re.sub(r"^\W+", "", rest).startswith(text)

    return is_met


def has_focus_bar(text: str) -> Callable[[Display], bool]:
    """Whether the focus bar is at the row with that text, and at no other."""

    def is_met(screen: Display) -> bool:
        barred = [y for y, line in enumerate(screen.lines) if line.strip().startswith(BAR)]
        together = list(range(barred[0], barred[0] + len(barred))) if barred else []
        return bool(barred) and barred == together and text in screen.lines[barred[0]]

    return is_met


@pytest.mark.parametrize("size", [(120, 40), (40, 12)], ids=str)
def test_cursor_and_bar_are_at_the_focused_item(size: tuple[int, int]) -> None:
    first, second = (each.text[:20] for each in ITEMS[:2])
    with Terminal(size=size) as terminal:
        terminal.press("3")
        terminal.wait_for(cursor_is_at(first))
        terminal.wait_for(has_focus_bar(first))
        terminal.press("down")
        terminal.wait_for(cursor_is_at(second))
        terminal.wait_for(has_focus_bar(second))
        terminal.press("space")
        terminal.wait_for(lambda screen: f"☑ {second}" in screen and cursor_is_at(second)(screen))
        terminal.press("end", "up")
        terminal.wait_for(cursor_is_at(ITEMS[-1].text[:20]))
        terminal.press("home")
        terminal.wait_for(cursor_is_at(first))


def test_the_cursor_is_at_the_focused_section_below_wrapped_titles() -> None:
    with Terminal(size=(28, 24)) as terminal:
        terminal.press("o", "end")
        terminal.wait_for(cursor_is_at(SHIPPED.fact_sheet.sections[-1].title[:15]))


def test_the_cursor_is_at_the_focused_card_link_and_section() -> None:
    with Terminal(size=(120, 40)) as terminal:
        terminal.press("2")
        terminal.wait_for(cursor_is_at(CARDS[0].title))
        terminal.press("right")
        terminal.wait_for(cursor_is_at(CARDS[1].title))
        terminal.press("4")
        terminal.wait_for(cursor_is_at(LINKS[0].label))
        terminal.press("down")
        terminal.wait_for(cursor_is_at(LINKS[1].label))
        terminal.press("1", "o")
        sections = SHIPPED.fact_sheet.sections
        terminal.wait_for(cursor_is_at(sections[0].title))
        terminal.press("down")
        terminal.wait_for(cursor_is_at(sections[1].title))
        terminal.press("o", "end")
        terminal.wait_for(SHIPPED.fact_sheet.source.strip()[-30:-1])
        terminal.press("tab")
        terminal.wait_for(lambda screen: screen.cell(screen.cursor).text == "→")


def test_the_cursor_is_in_the_focused_field_of_every_dialog() -> None:
    with Terminal(size=(100, 40)) as terminal:
        terminal.press("3")
        terminal.wait_for(cursor_is_at(ITEMS[0].text[:20]))
        terminal.press("x", "enter")
        terminal.wait_for(UI.plan.note)

        def cursor_is_after(text: str) -> Callable[[Display], bool]:
            def is_met(screen: Display) -> bool:
                return screen.lines[screen.cursor.y][: screen.cursor.x].endswith(text)

            return is_met

        terminal.press("abc")
        terminal.wait_for(cursor_is_after("abc"))
        terminal.press("tab", "def")
        terminal.wait_for(cursor_is_after("def"))
        terminal.press("tab", "ghi")
        terminal.wait_for(cursor_is_after("ghi"))
        terminal.press("left")
        terminal.wait_for(cursor_is_after("gh"))
        terminal.press("ctrl+s")
        terminal.wait_for(cursor_is_at(ITEMS[0].text[:20]))
        terminal.press("e")
        terminal.wait_for(cursor_is_at(UI.export.html))
        terminal.press("tab")
        terminal.wait_for(cursor_is_after(".html"))
        terminal.press("tab")
        terminal.wait_for(cursor_is_at(UI.export.write))
        terminal.press("escape")
        terminal.wait_for(lambda screen: UI.export.file not in screen)
        terminal.press("/")
        terminal.wait_for(UI.search.search)
        terminal.press("støtte")
        terminal.wait_for(cursor_is_after("støtte"))
        terminal.press("down", "down")
        terminal.wait_for(lambda screen: any(line.count(BAR) for line in screen.lines))


def test_scrolling_is_animated_only_with_animations_on() -> None:
    [share_read] = turn_page({"TEXTUAL_ANIMATIONS": "none"})
    steps = turn_page({"TEXTUAL_ANIMATIONS": "full"}, until=share_read)
    assert len(steps) > 1
    assert steps[-1] == share_read


def turn_page(env: dict[str, str], until: str = "") -> list[str]:
    """The percentages shown while scrolling one page, until the given one appears."""
    steps: list[str] = []

    def collect() -> None:
        for percent in re.findall(r" (\d+) %$", display.lines[-2]):
            if percent not in ("0", *steps):
                steps.append(percent)

    with Terminal(env=env) as terminal:
        display = terminal.wait_for(" 0 %")
        display.when_drawn = collect
        terminal.press("pagedown")
        terminal.wait_for(lambda _: until in steps if until else steps)
    return steps
