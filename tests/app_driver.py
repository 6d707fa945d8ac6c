"""Drives the app as its reader does: keys and mouse in, the rendered screen and the disk out.

The app runs in the test's own process, on Textual's pilot, and draws on a `terminal.Display`
through the very sequences a terminal gets. Each test has its own data folder.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING
from unittest.mock import patch

from terminal import Display, Place
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Paste

from stoette_tui.content import loader as contents
from stoette_tui.content import ui_text
from stoette_tui.store import Store
from stoette_tui.tui.app import StoetteApp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from pathlib import Path

    from textual.pilot import Pilot

    from stoette_tui.content.model import Content, Item
    from stoette_tui.content.ui_text import UiText

    Size = tuple[int, int]

PATIENCE = 10.0
"""Timeout in seconds: far more than a slow machine needs."""
POLL_INTERVAL = 0.005
"""Polling interval in seconds."""
FOCUS_BAR = "┃"
MESSAGE_BAR = "▌"
SCROLL_BAR = " ▁▂▃▄▅▆▇█│"
UNANSWERED, IN_PLACE, MISSING, NOT_RELEVANT = MARKS = "☐☑☒⊘"


class Reader:
    """A user of the app: presses keys, clicks, and looks at the screen."""

    def __init__(
        self,
        app: StoetteApp,
        pilot: Pilot[None],
        display: Display,
        store: Store,
        content: Content,
        ui: UiText,
    ) -> None:
        self.app = app
        self.pilot = pilot
        self.display = display
        self.store = store
        self.content = content
        self.ui = ui

    @property
    def items(self) -> list[Item]:
        """The items of the checklist, in order."""
        return list(self.content.checklist.items)

    # In: what the reader does.

    async def press(self, *keys: str) -> None:
        """Presses keys and waits until the app is idle."""
        self.hammer(*keys)
        await self.rests()

    def hammer(self, *keys: str) -> None:
        """Presses keys faster than the app handles them, without waiting."""
        for key in keys:
            self.app.simulate_key(key)

    async def paste(self, text: str) -> None:
        """Pastes a text into the focused widget."""
        self.app.post_message(Paste(text))
        await self.rests()

    async def click(self, target: str | Place) -> None:
        """Clicks a cell, or the first letter of a text on the screen, once the app is idle."""
        await self.rests()
        place = self.display.find(target) if isinstance(target, str) else target
        await self.pilot.click(offset=place)

    async def resize(self, size: Size) -> None:
        """Resizes the window and waits until it is redrawn."""
        self.display.resize(size)
        await self.pilot.resize_terminal(*size)
        await self.rests()

    # Out: what the reader sees, and what is on the disk.

    async def sees(self, expected: str | Callable[[], object], within: float = PATIENCE) -> None:
        """Waits until a text is on the screen, or a condition holds."""
        end = time.monotonic() + within
        while not (expected in self.display if isinstance(expected, str) else expected()):
            if time.monotonic() > end:
                raise AssertionError(f"{expected!r} did not appear:\n{self.display.text}")
            await self.pilot.pause(POLL_INTERVAL)

    async def sees_no_more(self, text: str) -> None:
        """Waits until a text is gone from the screen."""
        await self.sees(lambda: text not in self.display)

    async def rests(self) -> None:
        """Waits until the app is idle: no worker runs and nothing more is drawn."""
        end = time.monotonic() + PATIENCE
        still = 0
        while still < 3:
            if time.monotonic() > end:
                raise AssertionError(f"The app never becomes idle:\n{self.display.text}")
            before = self.display.writes
            await self.app.animator.wait_until_complete()
            await self.pilot.pause(POLL_INTERVAL if self._is_working else 0)
            still = 0 if self._is_working or self.display.writes != before else still + 1

    @property
    def _is_working(self) -> bool:
        """Whether a worker runs that is not waiting for the reader's reply to a dialog."""
        questions, screens = self.app._questions, self.app.screen_stack
        workers = (each for each in self.app.workers if not each.is_finished)
        return any(questions.get(each) not in screens for each in workers)

    @property
    def bars(self) -> tuple[str, str]:
        """The title bar and the key bar: the first and the last row."""
        lines = self.display.lines
        return lines[0].strip(), lines[-1].strip()

    @property
    def cursor(self) -> str:
        """The visible text of the highlighted row, without its mark, answer and plan.

        A row is highlighted if its background differs from the screen's over most of a narrow
        window, or over a whole column of a wide one.
        """
        columns, rows = self.display.size
        usual = self.display.cell(Place(0, 1)).background
        words: list[str] = []
        for y in range(2, rows - 1):
            marked = [c.text for c in self.display.row(y)[:-1] if c.background != usual]
            if len(marked) > min(columns // 2, 50) and MESSAGE_BAR not in marked:
                line = "".join(marked).rstrip(SCROLL_BAR)
                text = line.lstrip(FOCUS_BAR + MARKS + " ")
                is_at_right = len(line) - len(text) > 8
                words += [] if is_at_right else re.split(" {2,}", text)[0].split()
        return " ".join(words)

    def chosen(self, texts: Iterable[str], *, at_right: bool = False) -> str:
        """The one text whose style differs from the others'; `at_right` takes the last of each."""
        furthest = max if at_right else min
        places = {text: furthest(self.display.find_all(text)) for text in texts}
        styles = {text: self.display.cell(place)[1:] for text, place in places.items()}
        drawn = list(styles.values())
        odd = [text for text, style in styles.items() if drawn.count(style) == 1]
        assert len(odd) == 1, f"{odd} stand out:\n{self.display.text}"
        return odd[0]

    def numbers(self) -> list[tuple[int, int]]:
        """The counts in every "3 af 18 på plads" on the screen, from the top."""
        pattern = re.escape(self.ui.progress.of_relevant)
        pattern = pattern.replace(r"\{in_place\}", r"(\d+)").replace(r"\{relevant\}", r"(\d+)")
        return [(int(part), int(whole)) for part, whole in re.findall(pattern, self.display.text)]

    def answers(self) -> dict[str, str]:
        """The saved answers by item id, without the unanswered items."""
        states = self.store.progress().items
        answers = {item: state.answer.value for item, state in states.items()}
        return {item: answer for item, answer in answers.items() if answer != "unanswered"}


@asynccontextmanager
async def opened(
    data_dir: Path,
    *,
    size: Size = (80, 24),
    content_dir: Path | None = None,
    theme: str = "",
    language: str = "da",
    at_rest: bool = True,
) -> AsyncIterator[Reader]:
    """Opens the app as the command does, and waits until it is idle."""
    folder = content_dir or contents.bundled_folder()
    load = _loaded if content_dir else _shipped
    content, ui = load(folder, language)
    store = Store(data_dir)
    languages = {code: partial(load, folder, code) for code in contents.languages(folder)}
    with patch.dict(os.environ, {"COLORTERM": "truecolor"}):
        app = StoetteApp(content, ui, store, store.progress(), theme=theme, languages=languages)
    display = Display(size)
    app.driver_class = _drawing_on(display)
    app.animation_level = "none"
    async with app.run_test(headless=False, size=size, notifications=True) as pilot:
        reader = Reader(app, pilot, display, store, content, ui)
        if at_rest:
            await reader.rests()
        yield reader


def _loaded(folder: Path, code: str) -> tuple[Content, UiText]:
    return contents.load(folder / code), ui_text.load(folder, code)


_shipped = cache(_loaded)
"""Loaded once for all tests: the values are immutable."""


def _drawing_on(display: Display) -> type[HeadlessDriver]:
    """A headless driver that draws on the display; Textual's own draws nothing."""

    class Canvas(HeadlessDriver):
        @property
        def is_headless(self) -> bool:
            return False

        def write(self, data: str) -> None:
            display.write(data)

    return Canvas


def plain(text: str) -> str:
    """A Markdown text without its markup, and with single spaces."""
    return " ".join(re.sub("[*|`]", " ", text).split()).replace(" ,", ",").replace(" .", ".")


def beginning(text: str, length: int = 26) -> str:
    """The first words of a text, without Markdown: short enough never to be wrapped."""
    words = plain(text).split()
    while len(" ".join(words)) > length and len(words) > 1:
        words.pop()
    return " ".join(words)
