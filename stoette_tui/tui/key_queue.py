"""One key at a time: each acts on the state that the keys before it have produced."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final
from weakref import WeakSet

from textual import events, work
from textual.app import App, ScreenStackError
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, get_current_worker

Handler = Callable[[], Awaitable[object]]

BACKGROUND: Final = "background"
"""The group of workers that no key waits for; for all others, the next key does."""
WRITE_WORKERS: Final = "write"
"""The group of workers that write: quitting waits for them, so none may ask the reader."""
IDLE_DELAY = 0.05
"""Seconds the queue waits for another key before it settles, so that the effect is drawn first."""
SETTLE_TIMEOUT = 2.0
"""Seconds until a key stops waiting for work that the previous one started."""
INPUT_TIMEOUT = 3.0
"""Seconds that keys typed before are still handled when the program is told to end."""
POLL_INTERVAL = 0.001
"""Seconds between two checks of whether a worker has ended."""


class KeyQueue(App[None]):
    """An app that handles one key at a time.

    Textual sends all keys that arrive together to the widget that has the focus at that moment.
    Here, a key waits until everything the previous key started is done: messages are handled,
    workers have ended or wait for the reader's answer, and a dialog has opened and taken the focus,
    or has closed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pending: deque[tuple[events.Event | None, Handler]] = deque()
        self._is_idle = False
        self._is_drawn = asyncio.Event()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._questions: dict[Worker[Any], Screen[Any]] = {}
        self._overdue: WeakSet[Worker[Any]] = WeakSet()

    def on_mount(self) -> None:
        """Holds keys typed before the first screen, for that screen."""
        self._process_pending()

    def on_ready(self) -> None:
        """Releases the keys: the first screen has opened."""
        self._is_drawn.set()

    async def on_event(self, event: events.Event) -> None:
        """Handles keys and pasted text in order, and all other events at once."""
        handler = partial(super().on_event, event)
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.run_in_order(handler, event)
        else:
            await handler()

    async def run_in_order(self, handler: Handler, event: events.Event | None = None) -> None:
        """Runs `handler` once all earlier keys are handled; `event` is the one it handles."""
        if self._is_idle:
            self._is_idle = False
            await handler()
            # Textual's own timer is a task, and would run before the key does.
            self._idle_timer = asyncio.get_running_loop().call_later(IDLE_DELAY, self._resume)
        else:
            self._pending.append((event, handler))
            self._resume()

    async def run_last(self, handler: Handler) -> None:
        """Runs `handler` after the keys typed so far, or as many of them as there is time for."""
        asyncio.get_running_loop().call_later(INPUT_TIMEOUT, self._discard_input)
        await self.run_in_order(handler)

    def _discard_input(self) -> None:
        self._pending = deque(each for each in self._pending if each[0] is None)

    def _resume(self) -> None:
        if self._idle_timer and self.is_running:
            self._idle_timer.cancel()
            self._idle_timer = None
            self._process_pending()

    @work(group=BACKGROUND)
    async def _process_pending(self) -> None:
        with suppress(ScreenStackError):  # the app is closing and has no screen any more
            await self._wait_until_settled()
            while self._pending:
                _, handler = self._pending.popleft()
                await handler()
                await self._wait_until_settled()
            self._is_idle = True

    async def _wait_until_settled(self) -> None:
        try:
            async with asyncio.timeout(SETTLE_TIMEOUT):
                await self._is_drawn.wait()
                while not await self._is_settled():
                    pass
        except TimeoutError:
            self._overdue.update(self._running_workers)

    async def _is_settled(self) -> bool:
        """Waits for current work; returns whether it started nothing new."""
        if self._running_workers:
            await asyncio.sleep(POLL_INTERVAL)
            return False
        target = self._target
        for pump in (*self._pumps_with_messages(), *target.ancestors_with_self):
            await _catch_up(pump)
        if self._pumps_with_messages() or self._running_workers or target is not self._target:
            return False
        # There is no public way to ask whether a widget awaits its layout, and has no lines yet.
        if self._pending and self.screen._layout_required and not self._is_typed_text(target):
            await self.screen.wait_for_refresh()
            return False
        return True

    def _is_typed_text(self, target: Widget) -> bool:
        """Whether the next key is a character for a field, which needs no layout first."""
        key, _ = self._pending[0]
        return isinstance(key, events.Key) and target.check_consume_key(key.key, key.character)

    @property
    def _target(self) -> Widget:
        """The widget the next key would go to."""
        return self.focused or self.screen

    def _pumps_with_messages(self) -> list[MessagePump]:
        pumps = [*self.screen.walk_children(with_self=True), self]
        return [pump for pump in pumps if pump.message_queue_size]

    @property
    def _running_workers(self) -> list[Worker[Any]]:
        """The workers the next key waits for: none if one of them takes too long."""
        running = [
            worker
            for worker in self.workers
            if worker.group != BACKGROUND
            and not worker.is_finished
            and self._questions.get(worker) not in self.screen_stack
        ]
        return running if self._overdue.isdisjoint(running) else []

    async def push_screen_wait(self, screen: Any, *, mode: str | None = None) -> Any:
        """As in Textual; while the reader is asked, keys do not wait for the worker that asks."""
        worker = get_current_worker()
        self._questions[worker] = screen
        try:
            return await super().push_screen_wait(screen, mode=mode)
        finally:
            del self._questions[worker]


async def _catch_up(pump: MessagePump) -> None:
    """Waits until a widget, a screen or the app has handled the messages sent to it so far."""
    caught_up = asyncio.Event()
    if pump.call_later(caught_up.set):
        await caught_up.wait()
    else:  # it is closing; give the tasks that close it a turn
        await asyncio.sleep(0)
