"""One key at a time: each acts on what the keys before it have opened, closed or changed."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from textual import events, work
from textual.app import App, ScreenStackError
from textual.worker import Worker, get_current_worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.message_pump import MessagePump
    from textual.screen import Screen
    from textual.widget import Widget

    Act = Callable[[], Awaitable[object]]

ASIDE: Final = "aside"
"""The group of the workers that no key waits for."""
LULL = 0.05
"""Seconds without another key until one is looked after: what it does is to be drawn first."""
PATIENCE = 2.0
"""Seconds until the next key no longer waits for what the one before has asked for."""
BREATH = 0.001
"""Seconds between looking whether a worker has ended."""


class KeyQueue(App[None]):
    """An app that deals with one key at a time.

    Textual hands all keys that arrive together to what has the focus then. Here a key waits until
    all that the key before it asked for is done: messages are handled, workers have ended or wait
    for the reader's answer, and a dialog is there with its focus, or gone.
    """

    def __init__(self) -> None:
        super().__init__()
        self._in_line: deque[tuple[events.Key | None, Act]] = deque()
        self._is_free = False
        self._is_drawn = asyncio.Event()
        self._lull: asyncio.TimerHandle | None = None
        self._asking: dict[Worker[Any], Screen[Any]] = {}
        self._overdue: WeakSet[Worker[Any]] = WeakSet()

    def on_mount(self) -> None:
        """Keys that were typed before the first screen are for that screen."""
        self._deal_with_the_line()

    def on_ready(self) -> None:
        """The first screen is there."""
        self._is_drawn.set()

    async def on_event(self, event: events.Event) -> None:
        """Takes keys and pasted text in turn, and all else at once."""
        act = partial(super().on_event, event)
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.act_in_turn(act, event if isinstance(event, events.Key) else None)
        else:
            await act()

    async def act_in_turn(self, act: Act, key: events.Key | None = None) -> None:
        """Does something when all keys that have arrived before are dealt with."""
        if self._is_free:
            self._is_free = False
            await act()
            # Textual's own timer is a task, and would take its turn before the key does.
            self._lull = asyncio.get_running_loop().call_later(LULL, self._go_on)
        else:
            self._in_line.append((key, act))
            self._go_on()

    def _go_on(self) -> None:
        if self._lull and self.is_running:
            self._lull.cancel()
            self._lull = None
            self._deal_with_the_line()

    @work(group=ASIDE)
    async def _deal_with_the_line(self) -> None:
        with suppress(ScreenStackError):  # the program has been closed, and has no screen any more
            await self._wait_for_all_it_asked_for()
            while self._in_line:
                _, act = self._in_line.popleft()
                await act()
                await self._wait_for_all_it_asked_for()
            self._is_free = True

    async def _wait_for_all_it_asked_for(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._is_drawn.wait()
                while not await self._is_all_done():
                    pass
        except TimeoutError:
            self._overdue.update(self._working)

    async def _is_all_done(self) -> bool:
        """Waits for what is being done now; whether nothing new has come of it."""
        if self._working:
            await asyncio.sleep(BREATH)
            return False
        place = self._place
        for pump in (*self._with_messages(), *place.ancestors_with_self):
            await _catch_up(pump)
        if self._with_messages() or self._working or place is not self._place:
            return False
        # Nothing public tells that something is not laid out, and has no lines yet to move over.
        if self._in_line and self.screen._layout_required and not self._is_only_text(place):
            await self.screen.wait_for_refresh()
            return False
        return True

    def _is_only_text(self, place: Widget) -> bool:
        """Whether the next key is a letter for a field, which matters not where things stand."""
        key, _ = self._in_line[0]
        return key is not None and place.check_consume_key(key.key, key.character)

    @property
    def _place(self) -> Widget:
        """Where the next key would go."""
        return self.focused or self.screen

    def _with_messages(self) -> list[MessagePump]:
        pumps = [*self.screen.walk_children(with_self=True), self]
        return [pump for pump in pumps if pump.message_queue_size]

    @property
    def _working(self) -> list[Worker[Any]]:
        """What the next key waits for: nothing at all while something takes too long."""
        working = [
            worker
            for worker in self.workers
            if worker.group != ASIDE
            and not worker.is_finished
            and self._asking.get(worker) not in self.screen_stack
        ]
        return working if self._overdue.isdisjoint(working) else []

    async def push_screen_wait(self, screen: Any, *, mode: str | None = None) -> Any:
        """As Textual's; while the reader is asked, no key waits for the worker that asks."""
        worker = get_current_worker()
        self._asking[worker] = screen
        try:
            return await super().push_screen_wait(screen, mode=mode)
        finally:
            del self._asking[worker]


async def _catch_up(pump: MessagePump) -> None:
    """Waits until a widget, a screen or the app has handled what has been sent to it so far."""
    caught_up = asyncio.Event()
    if pump.call_later(caught_up.set):
        await caught_up.wait()
    else:  # it is being closed; those who close it are to have their turn
        await asyncio.sleep(0)
