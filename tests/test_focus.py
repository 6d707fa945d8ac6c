"""The terminal's own cursor stands where the focus is, for whoever or whatever follows it."""

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


def rests_on(text: str) -> Callable[[Display], bool]:
    """Whether the cursor stands where the text begins, or at the mark before it."""

    def is_there(screen: Display) -> bool:
        rest = screen.lines[screen.cursor.y][screen.cursor.x :]
        return rest[:1] not in ("", " ") and re.sub(r"^\W+", "", rest).startswith(text)

    return is_there


def has_focus_bar(text: str) -> Callable[[Display], bool]:
    """Whether a bar stands before the row with that text, and before no other."""

    def is_only(screen: Display) -> bool:
        barred = [y for y, line in enumerate(screen.lines) if line.strip().startswith(BAR)]
        together = list(range(barred[0], barred[0] + len(barred))) if barred else []
        return bool(barred) and barred == together and text in screen.lines[barred[0]]

    return is_only


@pytest.mark.parametrize("size", [(120, 40), (40, 12)], ids=str)
def test_the_cursor_is_on_the_item_in_focus_and_so_is_a_bar(size: tuple[int, int]) -> None:
    first, second = (each.text[:20] for each in ITEMS[:2])
    with Terminal(size=size) as terminal:
        terminal.press("3")
        terminal.wait_for(rests_on(first))
        terminal.wait_for(has_focus_bar(first))
        terminal.press("down")
        terminal.wait_for(rests_on(second))
        terminal.wait_for(has_focus_bar(second))
        terminal.press("space")
        terminal.wait_for(lambda screen: f"☑ {second}" in screen and rests_on(second)(screen))
        terminal.press("end", "up")
        terminal.wait_for(rests_on(ITEMS[-1].text[:20]))
        terminal.press("home")
        terminal.wait_for(rests_on(first))


def test_the_cursor_is_on_the_section_in_focus_below_titles_that_are_wrapped() -> None:
    with Terminal(size=(28, 24)) as terminal:
        terminal.press("o", "end")
        terminal.wait_for(rests_on(SHIPPED.fact_sheet.sections[-1].title[:15]))


def test_the_cursor_is_on_the_card_the_link_and_the_section_in_focus() -> None:
    with Terminal(size=(120, 40)) as terminal:
        terminal.press("2")
        terminal.wait_for(rests_on(CARDS[0].title))
        terminal.press("right")
        terminal.wait_for(rests_on(CARDS[1].title))
        terminal.press("4")
        terminal.wait_for(rests_on(LINKS[0].label))
        terminal.press("down")
        terminal.wait_for(rests_on(LINKS[1].label))
        terminal.press("1", "o")
        sections = SHIPPED.fact_sheet.sections
        terminal.wait_for(rests_on(sections[0].title))
        terminal.press("down")
        terminal.wait_for(rests_on(sections[1].title))
        terminal.press("o", "end")
        terminal.wait_for(SHIPPED.fact_sheet.source.strip()[-30:-1])
        terminal.press("tab")
        terminal.wait_for(lambda screen: screen.cell(screen.cursor).text == "→")


def test_the_cursor_is_in_the_field_in_focus_of_each_dialog() -> None:
    with Terminal(size=(100, 40)) as terminal:
        terminal.press("3")
        terminal.wait_for(rests_on(ITEMS[0].text[:20]))
        terminal.press("x", "enter")
        terminal.wait_for(UI.plan.note)

        def types_after(text: str) -> Callable[[Display], bool]:
            def is_after(screen: Display) -> bool:
                return screen.lines[screen.cursor.y][: screen.cursor.x].endswith(text)

            return is_after

        terminal.press("abc")
        terminal.wait_for(types_after("abc"))
        terminal.press("tab", "def")
        terminal.wait_for(types_after("def"))
        terminal.press("tab", "ghi")
        terminal.wait_for(types_after("ghi"))
        terminal.press("left")
        terminal.wait_for(types_after("gh"))
        terminal.press("ctrl+s")
        terminal.wait_for(rests_on(ITEMS[0].text[:20]))
        terminal.press("e")
        terminal.wait_for(rests_on("Markdown"))
        terminal.press("tab")
        terminal.wait_for(types_after(".md"))
        terminal.press("tab")
        terminal.wait_for(rests_on(UI.export.write))
        terminal.press("escape")
        terminal.wait_for(lambda screen: UI.export.file not in screen)
        terminal.press("/")
        terminal.wait_for(UI.search.search)
        terminal.press("støtte")
        terminal.wait_for(types_after("støtte"))
        terminal.press("down", "down")
        terminal.wait_for(lambda screen: any(line.count(BAR) for line in screen.lines))


def test_nothing_moves_by_degrees_where_that_is_not_wanted() -> None:
    """One page further at once, which with animations takes some steps."""
    [read] = turn_page({"TEXTUAL_ANIMATIONS": "none"}, "")
    steps = turn_page({"TEXTUAL_ANIMATIONS": "full"}, read)
    assert len(steps) > 1
    assert steps[-1] == read


def turn_page(env: dict[str, str], until: str) -> list[str]:
    """How much is read in each of the steps of turning one page, in per cent, until as much."""
    steps: list[str] = []

    def look() -> None:
        for percent in re.findall(r" (\d+) %$", display.lines[-2]):
            if percent not in ("0", *steps):
                steps.append(percent)

    with Terminal(env=env) as terminal:
        display = terminal.wait_for(" 0 %")
        display.when_drawn = look
        terminal.press("pagedown")
        terminal.wait_for(lambda _: until in steps if until else steps)
    return steps
