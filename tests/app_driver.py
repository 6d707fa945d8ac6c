"""Drives the app as its reader does: keys and mouse in, the drawn screen and the disk out.

The app runs in the test's own process, on Textual's pilot, and draws on a `terminal.Display`
through the very sequences a terminal gets. Its answers go to a folder of the test's own.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from textual.drivers.headless_driver import HeadlessDriver

from stoette_tui import content as contents
from stoette_tui import ui_text
from stoette_tui.app import StoetteApp
from stoette_tui.store import Store
from terminal import Display, Place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

    from stoette_tui.content import Content
    from stoette_tui.ui_text import UiText

PATIENCE = 10.0
"""Seconds until what was expected is taken not to come."""


class Canvas(HeadlessDriver):
    """Lets the app draw, where Textual's own headless driver draws nothing."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.display = Display(self._size or (80, 24))

    @property
    def is_headless(self) -> bool:
        """It has a screen."""
        return False

    def write(self, data: str) -> None:
        """Draws."""
        self.display.write(data)


class Reader:
    """Someone at the app: what is pressed and clicked, and what is seen."""

    def __init__(self, pilot: Pilot[None], display: Display, store: Store, content: Content, ui: UiText):
        self._pilot = pilot
        self.display = display
        self.store = store
        self.content = content
        self.ui = ui

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def click(self, place) -> None:
        await self._pilot.click(offset=place)

    async def resize(self, size) -> None:
        self.display.resize(size)
        await self._pilot.resize_terminal(*size)

    async def wait_for(self, expected) -> None:
        end = time.monotonic() + PATIENCE
        while not (expected in self.display if isinstance(expected, str) else expected(self.display)):
            if time.monotonic() > end:
                raise AssertionError(f"{expected!r} did not come:\n{self.display.text}")
            await self._pilot.pause()


@asynccontextmanager
async def opened(data_dir: Path, *, size=(80, 24), content_dir=None):
    folder = content_dir or contents.bundled_folder()
    content = contents.load(contents.language_folder(folder, "da"))
    ui = ui_text.load(folder, "da")
    store = Store(data_dir)
    with patch.dict(os.environ, {"COLORTERM": "truecolor"}):
        app = StoetteApp(content, ui, store, store.progress())
    app.driver_class = Canvas
    app.animation_level = "none"
    async with app.run_test(headless=False, size=size, notifications=True) as pilot:
        yield Reader(pilot, app._driver.display, store, content, ui)
